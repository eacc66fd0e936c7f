"""科普活动台账 of earlier years: one row an activity, as offices kept them before the platform."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from campaign.importers.cells import Moment, Number, read_moment, read_number, read_text, read_word, text_of
from campaign.importers.rows import Reading, Row
from campaign.importers.tables import Table, find_table, meanings, normal
from campaign.models import Activity, ActivityMaterial, ActivityVersion, Entry, Scheme, Venue
from campaign.queries.schemes import DEFAULT_SCHEME, scheme_of
from campaign.services.told import Told
from people.models import Organisation
from records.spreadsheets import Sheet
from ui.clock import local_day

SECTION, NEEDED = "ledger", frozenset({"venue", "time", "persons"})
MATERIALS = {
    "leaflet": "发放资料",
    "booklet": "手册",
    "board": "展板",
    "banner": "横幅",
    "film": "播放",
    "gift": "宣传品",
}
#: What the record has no field for is kept in its words, under the name it had.
KEPT = {"title": "活动名称", "audience": "受众对象", "readership": "媒体阅读量", "remark": "备注"}


@dataclass(frozen=True)
class Known:
    """What rows are compared with, read once for the whole file."""

    venues: dict[str, list[Venue]]
    schemes: dict[str, Scheme]
    entries: dict[str, Entry]  # of the leading scheme, by code
    hosts: dict[str, list[Organisation]]
    decided: set[int] | None  # venues where whoever imports may approve
    basis: str  # of a number that does not say how it was counted
    today: date
    days: dict[date, Scheme] = field(default_factory=dict)

    def scheme_on(self, day: date) -> Scheme:
        if day not in self.days:
            self.days[day] = scheme_of(day)
        return self.days[day]


def read_ledger(
    sheets: Sequence[Sheet],
    *,
    now: datetime,
    venues: Any = None,
    decided: set[int] | None = None,
    basis: str = ActivityVersion.Basis.ESTIMATED,
) -> Reading:
    """Every row with its verdict; a good one has its `told` and `uid` in its values. `venues`: a queryset of those the
    user may record at, `decided`: keys of those where he may approve (None: all). A number that says nothing of how it
    was counted is taken as `basis`: by itself as an estimate, because an estimate must never look exact."""
    known = known_of(Venue.objects.all() if venues is None else venues, decided, basis, local_day(now))
    tables, rows, left_out = list[Table](), list[Row](), list[str]()
    for sheet in sheets:
        table = find_table(sheet, SECTION, NEEDED)
        if table is None:
            left_out += [sheet.name] if any(sheet.rows) else []
            continue
        tables.append(table)
        rows += [read_row(table, number, cells, known) for number, cells in table.rows()]
    mark_known(rows)
    return Reading(tables, rows, left_out)


def known_of(venues: Any, decided: set[int] | None, basis: str, today: date) -> Known:
    by_name, hosts = defaultdict[str, list[Venue]](list), defaultdict[str, list[Organisation]](list)
    for venue in venues.select_related("division"):
        by_name[normal(venue.name)].append(venue)
    for organisation in Organisation.objects.all():
        hosts[normal(organisation.name)].append(organisation)
    schemes = {normal(f"{one.name} V{one.version}"): one for one in Scheme.objects.all()}
    newest = Entry.objects.filter(scheme__key=DEFAULT_SCHEME).order_by("scheme__version")
    return Known(by_name, schemes, {entry.code: entry for entry in newest}, hosts, decided, basis, today)


# ── One row ──────────────────────────────────────────────────────────────────
def read_row(table: Table, number: int, cells: tuple[Any, ...], known: Known) -> Row:
    row = Row(table.sheet.name, number, cells)

    def cell(name: str) -> Any:
        return table.cell(cells, name)

    for name in KEPT:
        row.take(name, read_text(cell(name), 500))
    row.take("theme_day", read_text(cell("theme_day"), 60))
    row.take("in_charge", read_text(cell("in_charge"), 60))
    row.take("host", read_text(cell("held_by"), 100))
    read_when(row, cell("time"), known.today)
    form = row.take("form", read_word(cell("form"), "forms", "form"))
    if form == "":
        row.refuse("form_missing")
    read_people(row, cell("persons"), cell("basis"), known.basis)
    for name in ("households", "consulted", *MATERIALS):
        read_count(row, name, cell(name))
    venue = find_venue(row, text_of(cell("venue")), text_of(cell("township")), text_of(cell("entry")), known)
    if venue and known.decided is not None and venue.pk not in known.decided:
        row.refuse("venue_not_decided", word=venue.name)
    if venue:
        check_entry(row, text_of(cell("entry")), venue, known)
    row.values["scheme"] = known.schemes.get(normal(text_of(cell("scheme"))))
    if not row.problems and venue:
        finish(row, venue, known)
    return row


def read_when(row: Row, cell: Any, today: date) -> None:
    moment = row.take("moment", read_moment(cell))
    if moment and moment.day > today:
        row.refuse("time_future")


def read_count(row: Row, name: str, cell: Any) -> None:
    read = read_number(cell, {"households": "户数", "consulted": "咨询", **MATERIALS}[name])
    found: Number | None = row.take(name, read)
    row.values[name] = found.amount if found else 0


def read_people(row: Row, persons: Any, basis: Any, otherwise: str) -> None:
    found: Number | None = row.take("persons", read_number(persons, "人次"))
    if found is None and not row.problems:
        row.refuse("persons_missing")
    told = row.take("basis", read_word(basis, "bases", "basis"))
    about = ActivityVersion.Basis.ESTIMATED if found and found.about else ""
    row.values["basis"] = about or told or otherwise
    row.values["persons"] = found.amount if found else 0


# ── The venue ────────────────────────────────────────────────────────────────
def find_venue(row: Row, name: str, township: str, entry: str, known: Known) -> Venue | None:
    """The only one of this name; of several the one in the township, or of the entry's kind, that the row names."""
    if not name:
        row.refuse("venue_missing")
        return None
    found = known.venues.get(normal(name), [])
    if len(found) > 1 and township:
        found = [one for one in found if is_in(one, township)]
    if len(found) > 1:
        found = [one for one in found if all(takes(known, code, one, 1) for code in codes_of(entry))]
    if len(found) != 1:
        row.refuse("venue_several" if found else "venue", word=name[:40])
        return None
    return found[0]


def is_in(venue: Venue, township: str) -> bool:
    return any(normal(name) == normal(township) for name in (venue.division.name, *above(venue)))


def above(venue: Venue) -> list[str]:
    return [one.name for one in venue.division.get_ancestors()]


def codes_of(entry: str) -> list[str]:
    """进农村、进家庭 → village, family; words that no entry is called by tell nothing."""
    parts = entry.replace("/", "、").replace(",", "、").replace(";", "、").split("、")
    return [code for part in parts if (code := meanings("entries").get(normal(part)))]


def takes(known: Known, code: str, venue: Venue, households: int) -> bool:
    entry = known.entries.get(code)
    return entry is None or venue.kind in entry.kinds or (entry.by_households and households > 0)


def check_entry(row: Row, entry: str, venue: Venue, known: Known) -> None:
    """What the ledger calls the venue must be what it is registered as: otherwise it is another venue, or a mistake."""
    for code in codes_of(entry):
        if takes(known, code, venue, row.values["households"]):
            continue
        households = known.entries[code].by_households
        row.refuse("entry_households" if households else "entry", word=entry[:30], venue=venue.name)


# ── What is recorded ─────────────────────────────────────────────────────────
def finish(row: Row, venue: Venue, known: Known) -> None:
    said, moment = row.values, row.values["moment"]
    host = known.hosts.get(normal(said["host"]), []) if said["host"] else []
    kept = {label: said[name] for name, label in KEPT.items() if said[name]}
    if said["host"] and len(host) != 1:
        kept["主办"] = said["host"]
    told = Told(
        venue=venue,
        form=said["form"],
        starts_at=starts_at(moment),
        persons=said["persons"],
        basis=said["basis"],
        households=said["households"],
        consulted=said["consulted"],
        held_by=host[0] if len(host) == 1 else None,
        theme_day=said["theme_day"],
        in_charge=said["in_charge"],
        words="；".join(f"{label}：{text}" for label, text in kept.items()),
        materials={kind: said[kind] for kind in ActivityMaterial.Kind.values if said.get(kind)},
        scheme=said["scheme"] or known.scheme_on(moment.day),
    )
    row.values |= {"told": told, "uid": uid_of(told, said["title"])}


def starts_at(moment: Moment) -> datetime:
    """Where the ledger names no hour it is the day's begin."""
    return datetime.combine(moment.day, moment.hour or time(), timezone.get_default_timezone())


def uid_of(told: Told, title: str) -> UUID:
    """The same line is the same activity, whatever file it stands in."""
    about = "|".join((str(told.venue.pk), told.starts_at.isoformat(), told.form, normal(title)))
    return uuid5(NAMESPACE_URL, f"campaign.history:{about}")


def mark_known(rows: Sequence[Row]) -> None:
    """The first good row of an activity stays; what the platform tells of already is not touched."""
    good = [row for row in rows if not row.problems]
    imported = dict(Activity.objects.filter(how=Activity.How.HISTORY).values_list("uid", "number"))
    recorded = recorded_here(good)
    first: dict[UUID, Row] = {}
    for row in good:
        told: Told = row.values["told"]
        number = imported.get(row.values["uid"]) or recorded.get((told.venue.pk, local_day(told.starts_at), told.form))
        before = first.setdefault(row.values["uid"], row)
        if before is not row:
            row.duplicate = "twice", {"row": before.number, "sheet": before.sheet}
        elif number:
            row.duplicate = "known", {"number": number}


def recorded_here(good: Sequence[Row]) -> dict[tuple[int, date, str], str]:
    """Activities that somebody recorded himself at these venues, by venue, day and form: a ledger that was copied from
    the platform must not count them twice."""
    venues = {row.values["told"].venue.pk for row in good}
    standing = Activity.objects.exclude(state=Activity.State.WITHDRAWN).exclude(how=Activity.How.HISTORY)
    own = standing.filter(current__venue__in=venues)
    told = own.values_list("current__venue", "current__held_on", "current__form", "number")
    return {(venue, held_on, form): number for venue, held_on, form, number in told}
