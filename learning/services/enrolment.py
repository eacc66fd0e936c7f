"""Who takes part: assigned by a list or by a rule, withdrawn, given more time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from exams.models import Exam
from exams.services.exams import admit, withdraw_candidates
from learning.models import Enrolment, Programme, ProgrammeRule
from learning.queries.audience import Group, audience, fitting, sort_out
from people.models import Membership
from records.services import log, report_progress
from ui.clock import local_day

BATCH = 2000


class NotAssignable(Exception):
    """The programme is a draft, closed, or its last day has passed."""


@dataclass(frozen=True)
class Assigned:
    new: int
    back: int  # withdrawn before, now in again
    already: int


@transaction.atomic
def assign_members(programme: Programme, members: Iterable[Membership], *, by: Any, now: datetime) -> Assigned:
    """Enrol these people and admit them to the exam. Who is in already stays as he is; who had been withdrawn comes
    back, since somebody names him now."""
    check_assignable(programme, now)
    sorted_out = sort_out(programme, members)
    back = take_back(programme, sorted_out.back)
    new = enrol(programme, sorted_out.new, by=by, now=now)
    admit_to_exam(programme, [*sorted_out.new, *sorted_out.back], by=by, now=now)
    assigned = Assigned(new, back, sorted_out.enrolled)
    log_assignment(programme, assigned, by=by, now=now)
    return assigned


@transaction.atomic
def assign_by_rule(programme: Programme, group: Group, *, by: Any, now: datetime) -> Assigned:
    """Enrol whom the rule meets today, and keep the rule: who fits later is enrolled by the schedule."""
    check_assignable(programme, now)
    rule = ProgrammeRule.objects.create(
        programme=programme,
        categories=list(group.categories),
        posts=list(group.posts),
        hired_since=group.hired_since,
        created_by=by,
        created_at=now,
    )
    rule.organisations.set(group.organisations)
    return enrol_by_rule(rule, by=by, now=now, log_nothing_new=True)


@transaction.atomic
def enrol_by_rule(rule: ProgrammeRule, *, by: Any, now: datetime, log_nothing_new: bool = False) -> Assigned:
    """Somebody withdrawn stays out: a rule does not overrule a person's decision."""
    programme = rule.programme
    sorted_out = sort_out(programme, fitting(audience(programme, now=now), Group.of(rule)).order_by("pk"))
    new = enrol(programme, sorted_out.new, by=by, now=now)
    admit_to_exam(programme, sorted_out.new, by=by, now=now)
    assigned = Assigned(new, 0, sorted_out.enrolled)
    if new or log_nothing_new:
        log_assignment(programme, assigned, by=by, now=now, rule=rule.pk)
    return assigned


def enrol_by_rules(*, now: datetime) -> int:
    """What the schedule does: the rules of the programmes open today; how many people came in."""
    open_today = Programme.objects.open(local_day(now))
    rules = list(ProgrammeRule.objects.filter(programme__in=open_today).select_related("programme__exam"))
    enrolled = 0
    for number, rule in enumerate(rules, start=1):
        enrolled += enrol_by_rule(rule, by=None, now=now).new
        report_progress(number, len(rules))
    return enrolled


@transaction.atomic
def drop_rule(rule: ProgrammeRule, *, by: Any, now: datetime) -> None:
    """Nobody else is enrolled by it; who was, stays."""
    kept = Group.of(rule)
    payload = {"rule": rule.pk, "organisations": kept.organisations, "categories": kept.categories}
    log("learning.rule_dropped", by=by, obj=rule.programme, payload=payload, now=now)
    rule.delete()


def check_assignable(programme: Programme, now: datetime) -> None:
    current = Programme.objects.filter(pk=programme.pk, state=Programme.State.PUBLISHED)
    if not current.filter(closes_on__gte=local_day(now)).exists():
        raise NotAssignable


def enrol(programme: Programme, members: list[Membership], *, by: Any, now: datetime) -> int:
    """Two at once enrol nobody twice: the constraint decides, and the other one's rows are left out."""
    rows = [
        Enrolment(
            programme=programme,
            user_id=membership.user_id,
            membership=membership,
            organisation_id=membership.organisation_id,
            assigned_at=now,
            assigned_by=by,
            due_on=programme.closes_on,
        )
        for membership in members
    ]
    before = Enrolment.objects.filter(programme=programme).count()
    Enrolment.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Enrolment.objects.filter(programme=programme).count() - before if rows else 0


def take_back(programme: Programme, members: list[Membership]) -> int:
    if not members:
        return 0
    people = [membership.user_id for membership in members]
    withdrawn = Enrolment.objects.filter(programme=programme, user__in=people, withdrawn_at__isnull=False)
    return withdrawn.update(withdrawn_at=None)


def admit_to_exam(programme: Programme, members: list[Membership], *, by: Any, now: datetime) -> None:
    exam = programme.exam
    if exam is not None and members and exam.state != Exam.State.WITHDRAWN:
        admit(exam, members, by=by, now=now)


def log_assignment(programme: Programme, assigned: Assigned, *, by: Any, now: datetime, **more: Any) -> None:
    counts = {"new": assigned.new, "back": assigned.back, "already": assigned.already}
    log("learning.members_assigned", by=by, obj=programme, payload=counts | more, now=now)


# ── One person ───────────────────────────────────────────────────────────────
@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, reason: str, by: Any, now: datetime) -> bool:
    """Out of the list and of the exam; what was learnt stays on record. False: done with it, or out already."""
    out = Enrolment.objects.filter(pk=enrolment.pk, withdrawn_at__isnull=True, completed_at__isnull=True).update(
        withdrawn_at=now
    )
    if not out:
        return False
    withdraw_from_exam(enrolment, reason=reason, by=by, now=now)
    log("learning.enrolment_withdrawn", by=by, obj=enrolment, payload={"reason": reason}, now=now)
    return True


def withdraw_from_exam(enrolment: Enrolment, *, reason: str, by: Any, now: datetime) -> None:
    """Unless another programme of his asks for the same exam."""
    exam = enrolment.programme.exam
    if exam is None:
        return
    others = Enrolment.objects.current().filter(user=enrolment.user_id, programme__exam=exam)
    if not others.exists():
        withdraw_candidates(exam.candidates.filter(user=enrolment.user_id), reason=reason, by=by, now=now)


@transaction.atomic
def extend_due_date(enrolment: Enrolment, due_on: date, *, reason: str, by: Any, now: datetime) -> bool:
    """A later last day for one person. False: not later, or there is nothing left to do."""
    extended = Enrolment.objects.filter(
        pk=enrolment.pk, withdrawn_at__isnull=True, completed_at__isnull=True, due_on__lt=due_on
    ).update(due_on=due_on)
    if extended:
        payload = {"from": enrolment.due_on.isoformat(), "to": due_on.isoformat(), "reason": reason}
        log("learning.due_date_extended", by=by, obj=enrolment, payload=payload, now=now)
        enrolment.due_on = due_on
    return bool(extended)
