"""Exams from draft to published, and who may sit them."""

import random
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from exams import paper_rules
from exams.models import Candidate, Exam, Paper, PaperPart, Question, QuestionBank, QuestionVersion, Sitting
from people.models import Membership, User
from records import crypto
from records.services import log

TICKET = "exams.ticket"
AT_ONCE = 1000  # rows a statement
dice = random.SystemRandom()
T = TypeVar("T")


class ExamFault(Exception):
    """Why it can't be done, in words for the person who asked."""


class WrongState(ExamFault):
    def __init__(self, exam: Exam) -> None:
        super().__init__(_("The exam is not in the state for this: %(state)s.") % {"state": exam.get_state_display()})


class NoParts(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("The paper has no parts yet: say how many questions of which bank are asked."))


class WindowPast(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("The exam would be over before anybody could sit it: choose a later end."))


class WindowReversed(ExamFault):
    def __init__(self) -> None:
        super().__init__(_("The exam must close after it opens."))


class ForeignBank(ExamFault):
    def __init__(self, bank: QuestionBank) -> None:
        self.bank = bank
        super().__init__(_("The bank “%(bank)s” belongs to another organisation.") % {"bank": bank})


class NotEnoughQuestions(ExamFault):
    def __init__(self, bank: QuestionBank, kind: str, needed: int, there: int) -> None:
        self.bank, self.kind, self.needed, self.there = bank, kind, needed, there
        told = {"bank": bank, "kind": QuestionVersion.Kind(kind).label, "needed": needed, "there": there}
        super().__init__(_("“%(bank)s” has %(there)s questions of the kind %(kind)s; %(needed)s are asked.") % told)


# ── Publishing ───────────────────────────────────────────────────────────────
def publishing_faults(exam: Exam, now: datetime) -> list[ExamFault]:
    """Everything that stands in the way of publishing; empty when nothing does."""
    parts = list(exam.parts.select_related("bank"))
    faults: list[ExamFault] = []
    if exam.state != Exam.State.DRAFT:
        faults.append(WrongState(exam))
    if exam.closes_at <= exam.opens_at:
        faults.append(WindowReversed())
    if exam.closes_at <= now:
        faults.append(WindowPast())
    if not parts:
        faults.append(NoParts())
    return faults + [fault for part in parts for fault in part_faults(exam, part)]


def part_faults(exam: Exam, part: PaperPart) -> Iterator[ExamFault]:
    if part.bank.organisation_id not in {None, exam.organisation_id}:
        yield ForeignBank(part.bank)
    there = askable(part.bank_id, part.kind).count()
    if there < part.count:
        yield NotEnoughQuestions(part.bank, part.kind, part.count, there)


def askable(bank: int, kind: str) -> Any:
    """What may be asked today of this kind out of the bank."""
    return Question.objects.filter(bank=bank, retired_at=None, current__kind=kind)


@transaction.atomic
def publish_exam(exam: Exam, *, by: User | None, now: datetime) -> Exam:
    """Draw and freeze a pool of equivalent papers, and publish. Raises the first ExamFault there is.

    Later changes of questions or banks change nothing here: the papers pin versions, points and the order shown."""
    for fault in publishing_faults(exam, now):
        raise fault
    change_state(exam, Exam.State.DRAFT, Exam.State.PUBLISHED, published_at=now)
    papers = draw_papers(exam)
    log("exams.exam_published", by=by, obj=exam, payload={"papers": len(papers)}, now=now)
    return exam


def change_state(exam: Exam, old: str, new: str, **fields: Any) -> None:
    if not Exam.objects.filter(pk=exam.pk, state=old).update(state=new, **fields):
        exam.refresh_from_db(fields=["state"])
        raise WrongState(exam)
    for name, value in {"state": new, **fields}.items():
        setattr(exam, name, value)


def draw_papers(exam: Exam) -> list[Paper]:
    parts = [
        paper_rules.Part(part.kind, part.count, part.points, options_of(askable(part.bank_id, part.kind)))
        for part in exam.parts.all()
    ]
    count = paper_rules.papers_for(exam.candidates.filter(withdrawn_at=None).count())
    total = sum(part.count * part.points for part in parts)
    pool = paper_rules.draw_pool(parts, count, dice)
    return Paper.objects.bulk_create(
        Paper(exam=exam, number=number, slots=slots, total_points=total) for number, slots in enumerate(pool, 1)
    )


def options_of(questions: Any) -> dict[int, int]:
    """How many options the current version of each question has."""
    return {version: len(options) for version, options in questions.values_list("current", "current__options")}


@transaction.atomic
def withdraw_exam(exam: Exam, *, reason: str, by: User | None, now: datetime) -> Exam:
    """Nobody begins any more. Who is sitting goes on to his own deadline: nothing that was answered is thrown away."""
    change_state(exam, Exam.State.PUBLISHED, Exam.State.WITHDRAWN)
    log("exams.exam_withdrawn", by=by, obj=exam, payload={"reason": reason}, now=now)
    return exam


# ── Candidates ───────────────────────────────────────────────────────────────
@transaction.atomic
def admit(exam: Exam, memberships: Iterable[Membership], *, by: User | None, now: datetime) -> int:
    """Make candidates of these people, of whom each counts for the organisation of his (first) membership; how many
    are new or are admitted again after a withdrawal. Harmless again, and with ten thousand at once."""
    if exam.state == Exam.State.WITHDRAWN:
        raise WrongState(exam)
    wanted: dict[int, int] = {}
    for user, organisation in pairs(memberships):
        wanted.setdefault(user, organisation)
    known = dict(Candidate.objects.filter(exam=exam).values_list("user", "withdrawn_at"))
    back = [user for user in wanted if known.get(user) is not None]
    for some in chunks(back):
        Candidate.objects.filter(exam=exam, user__in=some).update(withdrawn_at=None)
    new = [
        Candidate(exam=exam, user_id=user, organisation_id=organisation, admitted_at=now, admitted_by=by)
        for user, organisation in wanted.items()
        if user not in known
    ]
    # Somebody may be admitting the same people at this moment: who comes second adds nothing.
    Candidate.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    if new or back:
        payload = {"admitted": len(new), "again": len(back)}
        log("exams.candidates_admitted", by=by, obj=exam, payload=payload, now=now)
    return len(new) + len(back)


def pairs(memberships: Any) -> Iterable[tuple[int, int]]:
    if hasattr(memberships, "values_list"):
        return memberships.values_list("user", "organisation")
    return ((membership.user_id, membership.organisation_id) for membership in memberships)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(items)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


@transaction.atomic
def withdraw_candidates(candidates: Iterable[Candidate], *, reason: str, by: User | None, now: datetime) -> int:
    """How many were withdrawn; whoever is sitting at this moment stays."""
    withdrawn = 0
    for some in chunks(candidates):
        sitting = Sitting.objects.filter(candidate__in=some, state=Sitting.State.OPEN).values("candidate")
        here = Candidate.objects.filter(pk__in=[candidate.pk for candidate in some], withdrawn_at=None)
        if gone := here.exclude(pk__in=sitting).update(withdrawn_at=now):
            withdrawn += gone
            payload = {"candidates": [candidate.pk for candidate in some], "reason": reason}
            log("exams.candidates_withdrawn", by=by, obj=some[0].exam, payload=payload, now=now)
    return withdrawn


@transaction.atomic
def issue_tickets(candidates: Iterable[Candidate], *, by: User | None, now: datetime) -> dict[int, str]:
    """The tokens by the number of the candidate, to be printed now: only their keyed hashes are kept. A ticket issued
    before stops working."""
    tokens: dict[int, str] = {}
    for some in chunks(candidates):
        fresh = {candidate.pk: secrets.token_urlsafe(16) for candidate in some}
        for candidate in some:
            candidate.ticket_hash = ticket_hash(fresh[candidate.pk])
        Candidate.objects.bulk_update(some, ["ticket_hash"], batch_size=200)
        log("exams.tickets_issued", by=by, obj=some[0].exam, payload={"candidates": list(fresh)}, now=now)
        tokens |= fresh
    return tokens


def ticket_hash(token: str) -> str:
    return crypto.keyed_hash(token, TICKET)


@transaction.atomic
def grant_attempt(candidate: Candidate, *, reason: str, by: User | None, now: datetime) -> Candidate:
    """One more make-up exam for this person."""
    Candidate.objects.filter(pk=candidate.pk).update(extra_attempts=F("extra_attempts") + 1)
    candidate.refresh_from_db(fields=["extra_attempts"])
    log("exams.attempt_granted", by=by, obj=candidate, payload={"reason": reason}, now=now)
    return candidate


@transaction.atomic
def extend(candidate: Candidate, minutes: int, *, reason: str, by: User | None, now: datetime) -> Candidate:
    """More minutes for this person, in every sitting of this exam, the one that is going on included."""
    if minutes < 1:
        raise ValueError("minutes are added, never taken away")
    Candidate.objects.filter(pk=candidate.pk).update(extra_minutes=F("extra_minutes") + minutes)
    candidate.refresh_from_db(fields=["extra_minutes"])
    for sitting in Sitting.objects.select_for_update().filter(candidate=candidate, state=Sitting.State.OPEN):
        sitting.deadline += timedelta(minutes=minutes)
        sitting.save(update_fields=["deadline"])
    payload = {"minutes": minutes, "reason": reason}
    log("exams.time_extended", by=by, obj=candidate, payload=payload, now=now)
    return candidate
