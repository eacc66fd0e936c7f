"""The readiness list: lines are passed one by one, and the drill is ready when every mandatory one is."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from drills.models import Drill, ReadinessCheck
from drills.permissions import can_sign_safety, can_tick
from drills.queries.readiness import is_computed_line, is_signed_line, lines_of
from drills.readiness_rules import COMPUTED
from drills.services.states import CannotMove, move
from drills.starter.readiness import default_lines
from records.services import log

State = Drill.State


class NotReady(Exception):
    """Mandatory lines are open; `lines` are their texts in the language of the page."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class ListClosed(Exception):
    """The list is open from the approval to the gate, not before and not after."""


def add_lines(drill: Drill) -> None:
    """The default lines that apply and are not there yet; what is there stays as it is."""
    there = set(drill.checks.values_list("code", flat=True))
    ReadinessCheck.objects.bulk_create(
        ReadinessCheck(drill=drill, position=place, code=line.code, text=line.text, mandatory=line.mandatory)
        for place, line in enumerate(default_lines().values(), start=1)
        if line.applies(drill) and line.code not in there
    )


def forget_lines(drill: Drill) -> None:
    """The design changes: nothing that was checked before counts, and the default lines are told anew."""
    drill.checks.filter(code__in=default_lines()).delete()
    drill.checks.update(passed_at=None, passed_by=None, note="")


# ── Line by line ─────────────────────────────────────────────────────────────
def hold_list(check: ReadinessCheck) -> None:
    """Keep the list open until the caller's transaction ends. Raises ListClosed."""
    if not Drill.objects.select_for_update().filter(pk=check.drill_id, state=State.APPROVED).exists():
        raise ListClosed


@transaction.atomic
def pass_line(check: ReadinessCheck, *, note: str = "", by: Any, now: datetime) -> bool:
    """Somebody vouches for it; False when somebody has already. The safety officer's line only he can pass, and what
    the data answers nobody can."""
    if not may_pass(check, by):
        raise PermissionDenied
    hold_list(check)
    fields = {"passed_at": now, "passed_by": by, "note": note}
    if not ReadinessCheck.objects.filter(pk=check.pk, passed_at__isnull=True).update(**fields):
        return False
    log("drills.check_passed", by=by, obj=check.drill, payload={"code": check.code, "note": note}, now=now)
    return True


@transaction.atomic
def undo_line(check: ReadinessCheck, *, by: Any, now: datetime) -> bool:
    """It does not hold any more, or was passed by mistake."""
    if not may_pass(check, by):
        raise PermissionDenied
    hold_list(check)
    fields: dict[str, Any] = {"passed_at": None, "passed_by": None, "note": ""}
    if not ReadinessCheck.objects.filter(pk=check.pk, passed_at__isnull=False).update(**fields):
        return False
    log("drills.check_undone", by=by, obj=check.drill, payload={"code": check.code}, now=now)
    return True


def may_pass(check: ReadinessCheck, user: Any) -> bool:
    if is_computed_line(check):
        return False
    return can_sign_safety(user, check.drill) if is_signed_line(check) else can_tick(user, check.drill)


OWN = "own-"


@transaction.atomic
def add_own_line(drill: Drill, text: str, *, mandatory: bool, by: Any, now: datetime) -> ReadinessCheck:
    """A line that only this drill has."""
    taken = drill.checks.filter(code__startswith=OWN).values_list("code", flat=True)
    number = max((int(code.removeprefix(OWN)) for code in taken), default=0) + 1
    place = len(default_lines()) + number
    check = ReadinessCheck(drill=drill, position=place, code=f"{OWN}{number}", text=text, mandatory=mandatory)
    hold_list(check)
    check.save()
    log("drills.check_added", by=by, obj=drill, payload={"code": check.code, "text": text}, now=now)
    return check


@transaction.atomic
def drop_own_line(check: ReadinessCheck, *, by: Any, now: datetime) -> None:
    """A line of the default list stays: what does not apply is not in it."""
    if not check.code.startswith(OWN):
        raise PermissionDenied
    hold_list(check)
    log("drills.check_dropped", by=by, obj=check.drill, payload={"code": check.code, "text": check.text}, now=now)
    check.delete()


@transaction.atomic
def record_airspace(drill: Drill, number: str, *, by: Any, now: datetime) -> bool:
    """The one thing of the design that others give, and often late: the approval of the airspace. Told once."""
    waiting = Drill.objects.filter(pk=drill.pk, state=State.APPROVED, air_ground=True, airspace_approval="")
    if not waiting.update(airspace_approval=number):
        return False
    drill.airspace_approval = number
    log("drills.airspace_recorded", by=by, obj=drill, payload={"number": number}, now=now)
    return True


# ── The gate ─────────────────────────────────────────────────────────────────
@transaction.atomic
def make_ready(drill: Drill, *, by: Any, now: datetime) -> None:
    """What the data answers is asked once more, now, and kept as it was answered. Raises NotReady or CannotMove."""
    held = Drill.objects.select_for_update().filter(pk=drill.pk, state=State.APPROVED).first()
    if held is None:
        raise CannotMove(drill, State.READY)
    add_lines(held)
    lines = lines_of(held)
    open_lines = [line.text for line in lines if line.blocks]
    if open_lines:
        raise NotReady(open_lines)
    answered = [line.check.pk for line in lines if line.how == COMPUTED and line.passed]
    drill.checks.filter(pk__in=answered).update(passed_at=now)
    move(drill, State.READY, by=by, now=now, action="drills.drill_ready")


@transaction.atomic
def reopen_list(drill: Drill, *, reason: str, by: Any, now: datetime) -> None:
    """Something does not hold any more: back before the gate. The safety officer signs anew, for his signature was the
    last word."""
    if drill.state != State.READY:
        raise CannotMove(drill, State.APPROVED)
    move(drill, State.APPROVED, by=by, now=now, action="drills.readiness_reopened", payload={"reason": reason})
    signed = [line.code for line in default_lines().values() if line.how != "ticked"]
    drill.checks.filter(code__in=signed).update(passed_at=None, passed_by=None, note="")
