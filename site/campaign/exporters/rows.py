"""The rows from which every figure can be counted again, without this program: CSV in UTF-8, one file a kind of row.
Codes are not translated; times are UTC, days are the county's. `campaign_rows` packs them into one archive."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from campaign.models import Activity, ActivityDecision, ActivityMaterial, ActivityVersion, Entry, Target, Venue
from campaign.models.activities import told_within
from campaign.models.venues import within
from people.models import Division
from people.scopes import EVERYTHING, Scope, scope_of
from records.spreadsheets.writing import LIVE

Row = Iterable[Any]
MATERIALS = ActivityMaterial.Kind.values

VENUES = (
    "venue", "name", "kind", "division", "township", "households", "opened_on", "closed_on", "recorded_at",
)  # fmt: skip
VERSIONS = (
    "activity", "number", "how", "received_at", "version", "serial", "venue", "scheme", "scheme_version", "division",
    "township", "held_by", "form", "hazards", "theme_day", "starts_at", "minutes", "held_on", "persons", "basis",
    "households", "consulted", *MATERIALS, "in_charge", "words", "reason", "recorded_at", "recorded_by",
)  # fmt: skip
DECISIONS = ("decision", "activity", "version", "verdict", "reason", "at", "by")
SCHEMES = ("scheme", "scheme_version", "active_from", "active_to", "order", "entry", "name", "kinds", "by_households")
TARGETS = ("township", "entry", "year", "count")


def campaign_rows(user: Any = None) -> bytes:
    """Of what the user's scope covers; without a user the whole county."""
    scope = EVERYTHING if user is None else scope_of(user)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in files(scope):
            archive.writestr(name, written)
    return target.getvalue()


def files(scope: Scope = EVERYTHING) -> Iterator[tuple[str, str]]:
    town = township_codes()
    yield "venues.csv", table(VENUES, venue_rows(scope, town))
    yield "versions.csv", table(VERSIONS, version_rows(scope, town))
    yield "decisions.csv", table(DECISIONS, decision_rows(scope))
    yield "schemes.csv", table(SCHEMES, scheme_rows())
    yield "targets.csv", table(TARGETS, target_rows(scope))


def table(head: Row, rows: Iterable[Row]) -> str:
    """No cell is a formula; the mark at the beginning tells Excel that it is UTF-8."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return "\ufeff" + target.getvalue()


def harmless(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(LIVE) else cell


def township_codes() -> Callable[[str], str]:
    """The code of the township in whose subtree a path lies; of what lies in none (the county's own) its own code."""
    divisions = Division.objects.order_by("path").values_list("path", "code", "level")
    own = {path: (code, level) for path, code, level in divisions}

    def find(path: str) -> str:
        above = [path[:end] for end in range(Division.steplen, len(path) + 1, Division.steplen)]
        towns = [own[one][0] for one in above if one in own and own[one][1] == Division.Level.TOWNSHIP]
        return towns[0] if towns else own[path][0]

    return find


def venue_rows(scope: Scope, town: Callable[[str], str]) -> Iterator[Row]:
    for one in Venue.objects.filter(within(scope)).select_related("division").order_by("pk").iterator():
        place = (one.division.code, town(one.division.path))
        yield (one.pk, one.name, one.kind, *place, one.households, one.opened_on, one.closed_on, one.created_at)


def activities_in(scope: Scope) -> Any:
    """With every version and decision, whichever of them lies in scope."""
    if scope.everything:
        return Activity.objects.order_by()
    return ActivityVersion.objects.filter(told_within(scope)).order_by().values("activity")


def version_rows(scope: Scope, town: Callable[[str], str]) -> Iterator[Row]:
    rows = ActivityVersion.objects.filter(activity__in=activities_in(scope)).order_by("activity", "serial")
    related = rows.select_related("activity", "scheme", "division", "held_by", "recorded_by")
    for one in related.prefetch_related("materials").iterator(chunk_size=2000):
        yield version_row(one, town)


def version_row(one: Any, town: Callable[[str], str]) -> Row:
    given = {material.kind: material.count for material in one.materials.all()}
    activity = one.activity
    return [
        *(activity.pk, activity.number, activity.how, activity.received_at, one.pk, one.serial, one.venue_id),
        *(one.scheme.key, one.scheme.version, one.division.code, town(one.division.path)),
        *(one.held_by.name if one.held_by else "", one.form, " ".join(one.hazards), one.theme_day),
        *(one.starts_at, one.minutes, one.held_on, one.persons, one.basis, one.households, one.consulted),
        *(given.get(kind, 0) for kind in MATERIALS),
        *(one.in_charge, one.words, one.reason, one.recorded_at, name_of(one.recorded_by)),
    ]


def name_of(person: Any) -> str:
    return person.full_name if person else ""


def decision_rows(scope: Scope) -> Iterator[Row]:
    rows = ActivityDecision.objects.filter(activity__in=activities_in(scope)).order_by("at", "pk")
    for one in rows.select_related("by").iterator(chunk_size=2000):
        yield one.pk, one.activity_id, one.version_id, one.verdict, one.reason, one.at, name_of(one.by)


def scheme_rows() -> Iterator[Row]:
    for one in Entry.objects.select_related("scheme").order_by("scheme__key", "scheme__version", "order"):
        scheme = (one.scheme.key, one.scheme.version, one.scheme.active_from, one.scheme.active_to)
        yield (*scheme, one.order, one.code, one.name, " ".join(one.kinds), int(one.by_households))


def target_rows(scope: Scope) -> Iterator[Row]:
    seen = Target.objects.filter(division__in=Division.objects.filter(scope.divisions_q()).order_by())
    for one in seen.select_related("division").order_by("year", "division__path", "entry"):
        yield one.division.code, one.entry, one.year, one.count
