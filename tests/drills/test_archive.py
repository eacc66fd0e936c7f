import csv
import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drills import packing
from drills.models import ArchivePackage, Drill, DrillFile, Participation
from drills.packing import Entry, check, free_paths, pack, safe_name
from drills.plan_papers import Paper
from drills.services import actions, archive_files, archives
from drills.services import reports as report_services
from drills.services.archive_files import make_archive
from drills.services.archives import NotReady
from drills.services.report_files import render_report
from records.models import AuditEntry, Job
from records.services import store_private
from tests.drills.factories import make_drill, make_item, make_part, make_plan, make_version
from tests.drills.outcome import LATER, attend, fresh, happen, make_action, make_finding, make_form, make_run, observe
from tests.drills.outcome import release_score as release

PDF = Paper("整改.pdf", b"%PDF-1.4 evidence", "application/pdf")


def entry(path: str, content: bytes) -> Entry:
    return Entry(path, lambda: io.BytesIO(content))


def packed(tmp_path: Path, *entries: Entry) -> Path:
    path = tmp_path / "package.zip"
    with path.open("wb") as target:
        pack(target, entries or (entry("甲/一.txt", b"one"), entry("b.txt", b"two")), {"drill": {"title": "【演练】"}})
    return path


# ── A package that proves itself ─────────────────────────────────────────────
def test_the_same_files_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    first = packed(tmp_path, entry("b", b"2"), entry("a", b"1")).read_bytes()
    assert packed(tmp_path, entry("a", b"1"), entry("b", b"2")).read_bytes() == first


def test_the_manifest_tells_path_size_and_hash(tmp_path: Path) -> None:
    with zipfile.ZipFile(packed(tmp_path)) as archive:
        told = json.loads(archive.read("manifest.json"))
        assert archive.namelist() == ["b.txt", "甲/一.txt", "manifest.json"]
        assert {one.date_time for one in archive.infolist()} == {packing.EPOCH}
    assert told["files"][1] == {"path": "甲/一.txt", "size": 3, "sha256": sha256(b"one").hexdigest()}


def test_a_whole_package_is_whole(tmp_path: Path) -> None:
    verdict = check(packed(tmp_path))
    assert verdict.whole
    assert (verdict.files, verdict.about["drill"]["title"]) == (2, "【演练】")


def rewrite(path: Path, change: dict[str, bytes | None], **added: bytes) -> list[tuple[str, str]]:
    """The problems of the package with files changed, taken out (None) or added."""
    with zipfile.ZipFile(path) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    contents |= {name: content for name, content in {**change, **added}.items() if content is not None}
    for name in [name for name, content in change.items() if content is None]:
        del contents[name]
    with zipfile.ZipFile(path, "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)
    return check(path).problems


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"b.txt": b"TWO"}, [("changed", "b.txt")]),
        ({"b.txt": b"two and more"}, [("changed", "b.txt")]),
        ({"b.txt": None}, [("missing", "b.txt")]),
        ({"c.txt": b"new"}, [("added", "c.txt")]),
        ({"manifest.json": None}, [("no_manifest", "manifest.json")]),
        ({"manifest.json": b"not json"}, [("bad_manifest", "manifest.json")]),
        ({"manifest.json": b"[]"}, [("bad_manifest", "manifest.json")]),
        ({"manifest.json": b'{"files": [{"path": "b.txt"}]}'}, [("bad_manifest", "manifest.json")]),
    ],
)
def test_every_change_is_found(
    tmp_path: Path, change: dict[str, bytes | None], problems: list[tuple[str, str]]
) -> None:
    assert rewrite(packed(tmp_path), change) == problems


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_named_twice_is_found(tmp_path: Path) -> None:
    path = packed(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.txt", b"two")
    assert ("twice", "b.txt") in check(path).problems


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00" * 4096])
def test_what_is_no_zip_is_no_package(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    assert check(path).problems[0][0] == "no_package"
    assert check(tmp_path / "nowhere.zip").problems[0][0] == "no_package"


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    path = packed(tmp_path, entry("a.bin", b"\x00" * 5000))
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)
    assert check(path).problems == [("changed", "a.bin")]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("照片.jpg", "照片.jpg"), ("../../etc/passwd", "_.._etc_passwd"), ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("", "_"), ("..", "_"), ("x" * 300 + ".jpeg", "x" * 80 + ".jpeg"), ("CON\x00.txt", "CON_.txt"),
    ],
)  # fmt: skip
def test_names_are_made_safe_for_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_two_files_of_one_name_keep_both(tmp_path: Path) -> None:
    assert list(free_paths(["a/x.jpg", "a/X.JPG", "a/x.jpg", "manifest.json"])) == [
        "a/x.jpg", "a/X-2.JPG", "a/x-3.jpg", "manifest-2.json",
    ]  # fmt: skip


# ── The package of a drill ───────────────────────────────────────────────────
@pytest.fixture
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def drill(private: None, organisation_a: Any, manager_a: Any, learner: Any) -> Drill:
    """Run, evaluated, reported, put right and closed."""
    plan = store_private("drills.plan", "预案.pdf", b"%PDF-1.4 plan", by=manager_a)
    version = make_version(make_plan(organisation_a), file=plan)
    drill = make_run(organisation_a, level="enterprise", plan_version=version)
    player = make_part(drill, Participation.Role.PLAYER, learner)
    item = make_item(drill, 5, text="=1+1")
    happen(drill, "inject_released", 5, item=item)
    happen(drill, "response", 7, player, item=item, payload={"text": "到位"})
    photo = store_private("drills.photo", "现场.jpg", b"\xff\xd8\xff photo", by=None)
    seen = observe(drill, "看到了", 8, make_part(drill, "evaluator"))
    type(seen).objects.filter(pk=seen.pk).update(file=photo)
    attend(drill, participation=player, user=learner, organisation=organisation_a)
    attend(drill, heads=40)
    make_form(drill)
    release(drill)
    for kind in ("sign_in", "photo", "photo", "scheme"):
        file = store_private("drills.paper", f"{kind}.pdf", kind.encode(), by=manager_a)
        DrillFile.objects.create(drill=drill, file=file, kind=kind, added_by=manager_a, added_at=LATER)
    report = report_services.begin_report(drill, "evaluation", by=manager_a, now=LATER)
    finding = make_finding(drill)
    render_report(report_services.freeze_report(report, by=manager_a, now=LATER), now=LATER)
    action = make_action(finding, learner, by=manager_a)
    actions.accept_action(action, by=learner, now=LATER)
    actions.submit_action(action, note="完成", papers=[PDF], by=learner, now=LATER)
    actions.verify_action(action, note="合格", by=manager_a, now=LATER)
    actions.close_action(action, by=manager_a, now=LATER)
    drill = fresh(drill)
    actions.close_drill(drill, by=manager_a, now=LATER)
    return drill


def contents(package: ArchivePackage) -> dict[str, bytes]:
    with zipfile.ZipFile(package.file.absolute) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def package(drill: Drill, manager_a: Any) -> ArchivePackage:
    made = make_archive(drill, by=manager_a, now=LATER)
    assert made is not None
    return made


@pytest.mark.django_db
def test_everything_of_the_drill_is_inside(package) -> None:
    assert set(contents(package)) == {
        "说明.txt", "manifest.json", "01 预案/plan.json", "01 预案/预案.pdf", "02 方案/design.json",
        "02 方案/情景事件清单.xlsx", "02 方案/演练工作方案.pdf", "03 实施/run-log.csv", "03 实施/run-log.jsonl",
        "03 实施/seals.json", "03 实施/attendance.json",
        f"03 实施/现场照片/{package.drill.log.exclude(file=None).get().uid}.jpg", "04 评估/scores.json",
        "05 报告/演练评估报告V1.json", "05 报告/演练评估报告V1.pdf", "05 报告/演练评估报告V1.docx",
        "06 整改/findings.json", "06 整改/佐证材料 1-1/整改.pdf",
        "07 资料与照片/签到表.pdf", "07 资料与照片/照片.pdf", "07 资料与照片/照片-2.pdf",
        "08 审批与报送/approvals.json", "08 审批与报送/submissions.json",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_package_proves_itself_and_its_hash_is_kept(package, capsys) -> None:
    verdict = check(package.file.absolute)
    assert verdict.whole
    assert verdict.manifest_hash == package.manifest_hash == sha256(contents(package)["manifest.json"]).hexdigest()
    assert package.manifest["files"] == json.loads(contents(package)["manifest.json"])["files"]
    assert fresh(package.drill).state == "archived"


@pytest.mark.django_db
def test_packing_twice_gives_the_same_package(drill, manager_a, officer_north) -> None:
    first = make_archive(drill, by=manager_a, now=LATER)
    again = make_archive(fresh(drill), by=officer_north, now=LATER)
    assert first == again
    observe(drill, "晚到的一条", 30)
    later = make_archive(fresh(drill), by=manager_a, now=LATER)
    assert later is not None
    assert later != first
    assert drill.archives.count() == 2


@pytest.mark.django_db
def test_the_log_is_kept_exactly_and_opens_safely(package) -> None:
    inside, drill = contents(package), package.drill
    rows = [json.loads(line) for line in inside["03 实施/run-log.jsonl"].splitlines()]
    assert [row["uid"] for row in rows] == [str(event.uid) for event in drill.log.order_by("happened_at", "uid")]
    assert [row["payload"] for row in rows] == [event.payload for event in drill.log.order_by("happened_at", "uid")]
    table = list(csv.reader(io.StringIO(inside["03 实施/run-log.csv"].decode("utf-8-sig"))))
    assert len(table) == len(rows) + 1
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)
    design = json.loads(inside["02 方案/design.json"])
    assert design["events"][0]["text"] == "=1+1"
    assert not any("epoch" in part for part in design["parts"])  # it opens the card


@pytest.mark.django_db
def test_evidence_comes_with_every_step(package) -> None:
    (finding,) = json.loads(contents(package)["06 整改/findings.json"])
    (action,) = finding["actions"]
    assert [step["kind"] for step in action["steps"]] == ["proposed", "accepted", "submitted", "verified", "closed"]
    assert action["owner"] == "李强"
    assert action["steps"][2]["file_sha256"] == sha256(PDF.content).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "running", "evaluating", "reported", "improving", "cancelled"])
def test_only_what_is_closed_is_filed(private, organisation_a, manager_a, state) -> None:
    drill = make_drill(organisation_a, state=state)
    with pytest.raises(NotReady):
        archives.begin_archive(drill, by=manager_a, now=LATER)
    assert make_archive(drill, by=manager_a, now=LATER) is None
    assert not ArchivePackage.objects.exists()


@pytest.mark.django_db
def test_an_aborted_drill_is_filed_when_nothing_is_open(private, organisation_a, manager_a, learner) -> None:
    drill = make_run(organisation_a, "aborted")
    action = make_action(make_finding(drill), learner, by=manager_a)
    with pytest.raises(NotReady):
        archives.begin_archive(drill, by=manager_a, now=LATER)
    actions.drop_action(action, reason="演练中止", by=manager_a, now=LATER)
    make_archive(drill, by=manager_a, now=LATER)
    assert fresh(drill).state == "archived"


@pytest.mark.django_db
def test_the_files_of_a_report_are_waited_for(drill, manager_a) -> None:
    drill.reports.update(pdf=None)
    with pytest.raises(NotReady):
        archives.begin_archive(drill, by=manager_a, now=LATER)


@pytest.mark.django_db
def test_a_second_click_finds_the_job(drill, manager_a) -> None:
    first = archives.begin_archive(drill, by=manager_a, now=LATER)
    assert archives.begin_archive(drill, by=manager_a, now=LATER) == first
    Job.objects.filter(pk=first.pk).update(state=Job.State.DONE, finished_at=LATER)
    assert archives.begin_archive(drill, by=manager_a, now=LATER) != first


@pytest.mark.django_db
def test_the_job_says_how_far_it_is(drill, manager_a, monkeypatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(archive_files, "report_progress", lambda done, total, note="": told.append((done, total)))
    package = make_archive(drill, by=manager_a, now=LATER)
    assert package is not None
    files = len(package.manifest["files"])
    assert told == [(done, files + 1) for done in range(1, files + 1)]


@pytest.mark.django_db
def test_filed_once_with_one_line(package) -> None:
    assert AuditEntry.objects.filter(action="drills.drill_archived").count() == 1
    assert AuditEntry.objects.get(action="drills.archive_made").payload["manifest"] == package.manifest_hash


@pytest.mark.django_db
def test_the_command_asks_no_database(package, capsys) -> None:
    path = str(package.file.absolute)
    with CaptureQueriesContext(connection) as asked:
        call_command("verify_archive", path, manifest=package.manifest_hash.upper())
    assert not asked.captured_queries
    assert package.manifest_hash in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("verify_archive", path, manifest="0" * 64)


@pytest.mark.django_db
def test_the_package_is_read_by_offices_over_the_organiser(
    package, manager_a, officer_north, manager_b, learner, client_of
) -> None:
    address = reverse("records:file", args=[package.file_id])
    assert [client_of(one).get(address).status_code for one in (manager_a, officer_north)] == [200, 200]
    assert [client_of(one).get(address).status_code for one in (manager_b, learner)] == [404, 404]


def test_packing_reads_each_file_once_and_in_pieces(tmp_path: Path) -> None:
    opened: list[str] = []

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size == packing.CHUNK
            return super().read(size)

    def source() -> Iterator[Entry]:
        for name in ("a", "b"):
            yield Entry(name, lambda name=name: opened.append(name) or Slow(b"x" * 200_000))

    assert check(packed(tmp_path, *source())).whole
    assert opened == ["a", "b"]
