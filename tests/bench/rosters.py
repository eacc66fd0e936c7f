"""Ten thousand employees from a workbook, new and again: each stage in wall-clock seconds, median of five, beside
django-import-export on the same file. DATABASE_URL decides the database; use one made for it."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ROWS, ROUNDS = 10_000, 5
STAGES = ("read", "check", "stage", "encrypt", "commit")


class Watch:
    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[stage] = self.spent.get(stage, 0.0) + time.perf_counter() - began


def bench_rosters() -> None:
    from django.conf import settings

    from people.models import Membership, User
    from tests.people.rosters import make_roster

    content = make_roster(1, rows=ROWS, faults=False).content
    before = set(User.objects.values_list("pk", flat=True))
    again: dict[str, list[Watch]] = {"new": [], "again": []}
    for _round in range(ROUNDS):
        again["new"].append(imported(content, expected="new"))
        again["again"].append(imported(content, expected="unchanged"))
        Membership.objects.exclude(user__in=before)._raw_delete("default")  # type: ignore[attr-defined]
        User.objects.exclude(pk__in=before)._raw_delete("default")  # type: ignore[attr-defined]
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"\n{ROWS:,} employees from .xlsx on {engine}, seconds, median of {ROUNDS}")
    print(f"  {'':22}" + "".join(f"{stage:>9}" for stage in STAGES) + f"{'all':>9}")
    for name, watches in again.items():
        medians = [statistics.median(watch.spent.get(stage, 0.0) for watch in watches) for stage in STAGES]
        whole = statistics.median(sum(watch.spent.values()) for watch in watches)
        print(f"  {name:22}" + "".join(f"{one:9.2f}" for one in medians) + f"{whole:9.2f}")
    bench_peer(content)
    User.objects.exclude(pk__in=before)._raw_delete("default")  # type: ignore[attr-defined]


def imported(content: bytes, expected: str) -> Watch:
    """The way of an upload, from the file received to the last row committed."""
    from django.utils import timezone

    from people.importers.roster import read_roster
    from people.models import RosterImport
    from people.services.rosters import committing, judge_rows, staging, uploads
    from records.spreadsheets import read_workbook

    watch, now = Watch(), timezone.now()
    with watch.on("read"):
        sheets = read_workbook(content, "bench.xlsx")
    with watch.on("check"):
        found = read_roster(sheets, today=timezone.localdate(now))
        judged = judge_rows(found.rows, None, now)
    with watch.on("stage"):
        roster = RosterImport.objects.create(file_name="bench.xlsx", created_at=now)
        staged = staging.staged_of(sheets, found, judged)
        files = uploads.files_of(roster, staged, now)
        uploads.settle(roster, state="checked", counts=uploads.counts_of(judged), **files)
    real = committing.identity_fields

    def timed(number: str) -> dict[str, Any]:
        with watch.on("encrypt"):
            return real(number)

    committing.identity_fields = timed
    try:
        with watch.on("commit"):
            uploads.import_roster(roster, by=None, now=now)
    finally:
        committing.identity_fields = real
    watch.spent["commit"] -= watch.spent.get("encrypt", 0.0)
    roster.refresh_from_db()
    assert roster.state == "committed"
    assert roster.counts[expected] == ROWS
    return watch


def bench_peer(content: bytes) -> None:
    """As its documentation has it: a dry run to look at, then the import; people only, without their memberships."""
    import tablib
    from import_export import resources

    from people.models import User
    from people.services.identity import identity_fields

    headers = {"姓 名": "full_name", "手机号码": "phone", "身份证号": "identity_hash"}

    class PersonResource(resources.ModelResource):
        class Meta:
            model = User
            import_id_fields = ("identity_hash",)
            exclude = ("id",)
            fields = ("full_name", "phone", "identity_hash")
            skip_unchanged = True

        def before_import_row(self, row: Any, **kwargs: Any) -> None:
            row["identity_hash"] = identity_fields(row["identity_hash"])["identity_hash"]

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.set_unusable_password()

    for name in ("import-export, new", "import-export, again"):
        began = time.perf_counter()
        table = tablib.Dataset().load(content, format="xlsx")
        rows = [list(row) for row in table]
        head = next(place for place, row in enumerate(rows) if "姓 名" in row)
        columns = {field: rows[head].index(header) for header, field in headers.items()}
        data = tablib.Dataset(headers=list(columns))
        for row in rows[head + 1 :]:
            if row[columns["identity_hash"]]:
                data.append([row[column] for column in columns.values()])
        read = time.perf_counter() - began
        spent = []
        for dry_run in (True, False):
            began = time.perf_counter()
            result = PersonResource().import_data(data, dry_run=dry_run, raise_errors=True)
            assert not result.has_errors()
            spent.append(time.perf_counter() - began)
        print(
            f"  {name:22} read {read:.2f}, dry run {spent[0]:.2f}, import {spent[1]:.2f}, all {read + sum(spent):.2f}"
        )
