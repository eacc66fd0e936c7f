"""Simple drill records (简易演练记录): written once, corrected by what is added, withdrawn with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from drills import simple_rules as rules
from drills.models import Attendance, Drill, DrillFile, Participation, PlanVersion
from drills.numbering import next_drill_number
from drills.queries.simple import CORRECTED, correction_counts
from drills.services.campaign import correct_in_campaign, withdraw_from_campaign
from drills.simple_papers import Paper
from duties.vocabulary import Hazard
from people.models import Organisation
from records.services import log, store_private
from ui.clock import local_day

PAPER = "drills.paper"  # the kind of private file; "drills.photo" is an observation of a run
MOST_FILES = 30  # of one record
WRITTEN_IN = "zh-hans"
COUNTED_BY: dict[str, str] = {Drill.Entry.PAPER: Attendance.How.PAPER, Drill.Entry.HISTORY: Attendance.How.HISTORY}


@dataclass(frozen=True)
class Told:
    """What the record says. `ends_at` is no later than the moment in which it is said."""

    plan_version: PlanVersion | None
    hazard: str
    level: str
    starts_at: datetime
    ends_at: datetime
    place: str
    form: str
    people: int
    basis: str
    went_well: str = ""
    problems: str = ""
    follow_up: str = ""


@dataclass(frozen=True)
class Sheet:
    """A photo or scan that goes with it; `uid` was made where it was chosen, so that sending it twice is harmless."""

    paper: Paper
    kind: str
    uid: UUID


@dataclass(frozen=True)
class Recorded:
    drill: Drill
    new: bool


class NotYours(Exception):
    """Another person's record, or another kind of drill, has this uid."""


class InTheFuture(ValueError):
    """A record tells what has been."""


class CorrectedMeanwhile(Exception):
    """Whoever corrects did not see what stands there now."""


class AlreadyWithdrawn(Exception):
    """Nothing is corrected in a record that no longer counts."""


class TooMany(Exception):
    """As many files as a record may have."""


# ── Record ───────────────────────────────────────────────────────────────────
def record_simple(
    organisation: Organisation,
    told: Told,
    *,
    uid: UUID,
    sheets: Sequence[Sheet] = (),
    by: Any,
    now: datetime,
    written_at: datetime | None = None,
) -> Recorded:
    """Enter the drill as reported and counted from `now` on. The same `uid` again is the same record, as it was sent
    first. `written_at` is when it was written, where a phone kept it meanwhile. Raises InTheFuture, NotYours."""
    if told.ends_at > now:
        raise InTheFuture
    known = of_uid(uid)
    if known is None:
        try:
            with transaction.atomic():
                return Recorded(write(organisation, told, uid, sheets, by, now, written_at or now), new=True)
        except IntegrityError:  # the same record, by another request a moment ago: our number was given back
            known = of_uid(uid)
            if known is None:
                raise
    if known.created_by_id != by.pk or not known.is_simple:
        raise NotYours
    return Recorded(known, new=False)


def of_uid(uid: UUID) -> Drill | None:
    return Drill.objects.filter(uid=uid).first()


def write(
    organisation: Organisation,
    told: Told,
    uid: UUID,
    sheets: Sequence[Sheet],
    by: Any,
    now: datetime,
    written_at: datetime,
) -> Drill:
    drill = Drill.objects.create(
        uid=uid,
        number=next_drill_number(now),
        entry=rules.entry_of(told.ends_at, written_at),
        state=Drill.State.REPORTED,
        organisation=organisation,
        division=organisation.division,
        counted_at=now,
        created_by=by,
        created_at=written_at,
        **columns(organisation, told),
    )
    count_heads(drill, told, by=by, now=now)
    for sheet in sheets[:MOST_FILES]:
        keep(drill, sheet, by=by, now=now)
    payload = {"number": drill.number, "people": told.people, "basis": told.basis, "written_at": written_at}
    log("drills.simple_recorded", by=by, obj=drill, payload=payload, now=now)
    return drill


def columns(organisation: Organisation, told: Told) -> dict[str, Any]:
    """The fields of a drill that follow from what was told."""
    return {
        "title": title_of(organisation, told.hazard),
        "plan_version": told.plan_version,
        "hazard": told.hazard,
        "level": told.level,
        "form": told.form,
        "place": told.place,
        "starts_at": told.starts_at,
        "ends_at": told.ends_at,
        "startex_at": told.starts_at,
        "endex_at": told.ends_at,
        "held_on": local_day(told.starts_at),
        "went_well": told.went_well,
        "problems": told.problems,
        "follow_up": told.follow_up,
    }


def title_of(organisation: Organisation, hazard: str) -> str:
    """Nobody has to think of one; in Chinese, whatever language the page has."""
    with override(WRITTEN_IN):
        title = _("%(organisation)s: %(hazard)s drill")
        return title % {"organisation": organisation.name[:90], "hazard": Hazard(hazard).label}


def count_heads(drill: Drill, told: Told, *, by: Any, now: datetime) -> Attendance:
    return Attendance.objects.create(
        drill=drill,
        organisation_id=drill.organisation_id,
        role=Participation.Role.PLAYER,
        named=False,
        count=told.people,
        basis=told.basis,
        how=COUNTED_BY.get(drill.entry, Attendance.How.HEADCOUNT),
        happened_at=told.starts_at,
        recorded_at=now,
        recorded_by=by,
    )


# ── Files ────────────────────────────────────────────────────────────────────
@transaction.atomic
def add_file(drill: Drill, sheet: Sheet, *, by: Any, now: datetime) -> DrillFile:
    """The file once, however often it is sent. Raises TooMany."""
    Drill.objects.select_for_update().get(pk=drill.pk)  # the same photo twice at once
    known = drill.files.filter(file__name__startswith=str(sheet.uid)).first()
    if known is not None:
        return known
    if drill.files.count() >= MOST_FILES:
        raise TooMany
    kept = keep(drill, sheet, by=by, now=now)
    payload = {"kind": sheet.kind, "sha256": kept.file.sha256}
    log("drills.file_added", by=by, obj=drill, payload=payload, now=now)
    return kept


def keep(drill: Drill, sheet: Sheet, *, by: Any, now: datetime) -> DrillFile:
    file = store_private(
        PAPER,
        f"{sheet.uid}{sheet.paper.suffix}",
        sheet.paper.content,
        by=by,
        content_type=sheet.paper.content_type,
    )
    return DrillFile.objects.create(drill=drill, file=file, kind=sheet.kind, added_by=by, added_at=now)


# ── Correct ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Change:
    """One fact of the record, before and after, as the log keeps it."""

    field: str
    old: Any
    new: Any


@transaction.atomic
def correct_simple(
    drill: Drill, told: Told, *, reason: str, by: Any, now: datetime, seen: int | None = None
) -> list[Change]:
    """Let the record say this from now on. What it said before stays in the log, an earlier head-count as a withdrawn
    row; figures that were frozen are not touched. Empty: nothing was different. `seen` is the number of corrections
    that whoever corrects knew of. Raises InTheFuture, AlreadyWithdrawn, CorrectedMeanwhile."""
    if told.ends_at > now:
        raise InTheFuture
    locked = Drill.objects.select_for_update(of=("self",))  # it alone: there may be no plan
    current = locked.select_related("organisation", "plan_version__plan").get(pk=drill.pk)
    if current.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if seen is not None and seen != correction_count(current):
        raise CorrectedMeanwhile
    changes = list(differences(facts(current), told))
    if not changes:
        return []
    changed = {change.field for change in changes}
    if changed & {"people", "basis", "starts_at"}:  # people are counted in the month in which they were there
        heads_of(current).filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
        count_heads(current, told, by=by, now=now)
    Drill.objects.filter(pk=drill.pk).update(**columns(current.organisation, told))
    payload = {"reason": reason, "changes": [[change.field, change.old, change.new] for change in changes]}
    log(CORRECTED, by=by, obj=current, payload=payload, now=now)
    correct_in_campaign(current, reason=reason, by=by, now=now)
    return changes


def correction_count(drill: Drill) -> int:
    """更正次数."""
    return correction_counts([drill.pk]).get(drill.pk, 0)


def facts(drill: Drill) -> Told:
    """What the record says now."""
    heads = headcount(drill)
    own = {field.name: getattr(drill, field.name) for field in fields(Told) if field.name not in ("people", "basis")}
    return Told(**own, people=heads.count if heads else 0, basis=heads.basis if heads else "")


def headcount(drill: Drill) -> Attendance | None:
    """The row that stands; of a withdrawn record the last one that stood."""
    rows = heads_of(drill)
    if drill.withdrawn_at is None:
        rows = rows.filter(withdrawn_at__isnull=True)
    return rows.order_by("-recorded_at", "-pk").first()


def heads_of(drill: Drill) -> Any:
    return drill.attendances.filter(named=False, role=Participation.Role.PLAYER)


def differences(old: Told, new: Told) -> Iterable[Change]:
    for field in fields(Told):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield Change(field.name, loggable(before), loggable(after))


def loggable(value: Any) -> Any:
    return str(value) if isinstance(value, PlanVersion) else value


# ── Withdraw ─────────────────────────────────────────────────────────────────
@transaction.atomic
def withdraw_simple(drill: Drill, *, reason: str, by: Any, now: datetime) -> bool:
    """It was entered by mistake: no figure counts it from now on, and everybody can still read it. False: it was
    withdrawn before, or is no simple record."""
    standing = Drill.objects.exclude(entry=Drill.Entry.RUN).filter(pk=drill.pk, withdrawn_at__isnull=True)
    if standing.update(withdrawn_at=now, withdrawn_reason=reason) != 1:
        return False
    drill.attendances.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    withdraw_from_campaign(drill, reason=reason, by=by, now=now)
    log("drills.simple_withdrawn", by=by, obj=drill, payload={"number": drill.number, "reason": reason}, now=now)
    drill.withdrawn_at, drill.withdrawn_reason = now, reason
    return True
