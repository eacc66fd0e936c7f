"""A sitting from its start to its hand-in. Its own rows are the record of it: no line of the audit log is written for
a start, a save or a hand-in, which ten thousand people do within minutes."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F

from exams import paper_rules
from exams import sitting_rules as rules
from exams.models import Answer, AnswerEvent, Candidate, Exam, Paper, Sitting
from exams.queries.results import in_force
from exams.services.exams import dice, ticket_hash
from records.services import enqueue, log

COLLECTED_AT_ONCE = 200
UNDER_WAY = timedelta(seconds=5)  # a save that arrived in time may still be waiting for its turn


class MayNotStart(Exception):
    def __init__(self, refusal: rules.Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class OtherDevice(Exception):
    """The sitting is held by another device (or a later tab): take it over, or go on there."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        super().__init__(sitting.pk)


class AlreadySubmitted(Exception):
    """It was handed in or collected before."""


# ── Beginning ────────────────────────────────────────────────────────────────
def find_ticket(token: str) -> Candidate | None:
    """Whose ticket this is; looking costs nothing. None for a forged, replaced or withdrawn one."""
    known = Candidate.objects.filter(ticket_hash=ticket_hash(token), withdrawn_at=None, user__is_active=True).exclude(
        exam__state=Exam.State.DRAFT
    )
    return known.select_related("exam", "user", "organisation").first()


def start_sitting(candidate: Candidate, *, device: str, now: datetime) -> Sitting:
    """Begin, or be given the sitting that is going on with this device. Raises MayNotStart, or OtherDevice."""
    rules.check_device(device)
    try:
        with transaction.atomic():
            return begin(candidate, device, now)
    except IntegrityError:  # the same candidate began at the same moment
        return resume(candidate, device)


def begin(candidate: Candidate, device: str, now: datetime) -> Sitting:
    row = Candidate.objects.select_related("exam").get(pk=candidate.pk)
    before = list(Sitting.objects.filter(candidate__user=row.user_id).select_related("paper"))  # of every exam
    here = [sitting for sitting in before if sitting.candidate_id == row.pk]
    if any(sitting.state == Sitting.State.OPEN for sitting in here):
        return resume(row, device)
    if refused := rules.refusal(standing_from(row, here), now):
        raise MayNotStart(refused)
    exam = row.exam
    return Sitting.objects.create(
        candidate=row,
        number=len(here) + 1,
        paper_id=choose_paper(exam, before),
        started_at=now,
        deadline=rules.deadline(
            now, minutes=exam.duration_minutes, extra_minutes=row.extra_minutes, closes_at=exam.closes_at
        ),
        device=device,
    )


def standing_from(candidate: Candidate, sittings: Sequence[Sitting]) -> rules.Standing:
    """What queries.results tells of a whole list, from rows at hand: ten thousand begin within a minute."""
    exam, states = candidate.exam, Counter(sitting.state for sitting in sittings)
    marked = states[Sitting.State.MARKED] > 0
    return rules.Standing(
        exam_state=exam.state,
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        withdrawn=candidate.withdrawn_at is not None,
        attempts=exam.attempts + candidate.extra_attempts,
        used=len(sittings),
        open=states[Sitting.State.OPEN],
        unmarked=states[Sitting.State.SUBMITTED],
        passed=marked and in_force().filter(sitting__candidate=candidate, passed=True).exists(),
    )


def resume(candidate: Candidate, device: str) -> Sitting:
    sitting = Sitting.objects.filter(candidate=candidate, state=Sitting.State.OPEN).first()
    if sitting is None:
        raise MayNotStart(rules.Refusal.WAITS_FOR_RESULT)
    if sitting.device != device:
        raise OtherDevice(sitting)
    return sitting


def choose_paper(exam: Exam, before: Sequence[Sitting]) -> int:
    """The contents of the pool are read only for somebody who has sat before: the first start stays one small write."""
    seen = Counter(slot["version"] for sitting in before for slot in sitting.paper.slots)
    pool = Paper.objects.filter(exam=exam).order_by()
    used = dict(pool.values_list("pk").annotate(times=Count("sittings")))
    papers: dict[int, list[int]] = {pk: [] for pk in used}
    if seen:
        papers = {pk: [slot["version"] for slot in slots] for pk, slots in pool.values_list("pk", "slots")}
    return paper_rules.least_seen(papers, seen, used, dice)


@transaction.atomic
def take_over(sitting: Sitting, *, device: str, now: datetime) -> Sitting:
    """This device goes on, the one before only fills what is left untouched. Also for a second tab: the device may be
    the same. Raises AlreadySubmitted."""
    rules.check_device(device)
    open_one = Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN)
    if not open_one.update(device=device, epoch=F("epoch") + 1):
        raise AlreadySubmitted
    sitting.refresh_from_db(fields=["device", "epoch", "deadline", "state"])
    log("exams.device_taken_over", obj=sitting, payload={"epoch": sitting.epoch}, now=now)
    return sitting


def left_page(sitting: Sitting) -> None:
    """Counted and shown, never judged."""
    Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.OPEN).update(times_left=F("times_left") + 1)


# ── Answering ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Receipt:
    """What became of a save. `current` is the revision that counts for the slot now, None while there is none."""

    slot: int
    revision: int
    verdict: rules.Verdict
    current: int | None


@dataclass(frozen=True)
class Saved:
    sitting: Sitting
    receipts: list[Receipt] = field(default_factory=list)
    handed_in: bool = False  # by this very call


@transaction.atomic
def save_answers(pk: int, saves: Sequence[rules.Save], *, device: str, epoch: int, now: datetime) -> Saved:
    """Put a batch into the journal and, where it counts, into the answers; sent again, it gives the same receipts.

    `epoch` is the one the device was told when it began or took over. Raises Forged (nothing is stored) and, for a
    device that never held this epoch, OtherDevice."""
    sitting = locked(pk)
    rules.check_saves(saves, sitting.paper.slots)
    check_sender(sitting, device, epoch)
    return Saved(sitting, Batch(sitting, saves, device, epoch, now).write() if saves else [])


def locked(pk: int) -> Sitting:
    """Saves, take-overs and hand-ins of one sitting wait for each other here."""
    sittings = Sitting.objects.select_for_update(of=("self",)).select_related("paper", "candidate__exam")
    return sittings.get(pk=pk)


def check_sender(sitting: Sitting, device: str, epoch: int) -> None:
    if not 1 <= epoch <= sitting.epoch:
        raise rules.Forged("no such epoch")
    if epoch == sitting.epoch and device != sitting.device:
        raise OtherDevice(sitting)


def is_over(sitting: Sitting, now: datetime) -> bool:
    return rules.is_over(sitting.deadline, sitting.candidate.exam.grace_seconds, now)


class Batch:
    """The saves of one request against what is there, in two reads and at most two writes."""

    def __init__(self, sitting: Sitting, saves: Sequence[rules.Save], device: str, epoch: int, now: datetime) -> None:
        self.sitting, self.saves, self.device, self.epoch, self.now = sitting, saves, device, epoch, now
        self.in_time = sitting.state == Sitting.State.OPEN and not is_over(sitting, now)
        slots = {save.slot for save in saves}
        self.known = self.known_saves(slots)
        self.held = {
            answer.slot: rules.Held(tuple(answer.given), answer.revision, answer.epoch)
            for answer in sitting.answers.filter(slot__in=slots)
        }
        self.events: list[AnswerEvent] = []
        self.changed: set[int] = set()

    def known_saves(self, slots: Collection[int]) -> dict[tuple[int, int], tuple[tuple[int, ...], rules.Verdict]]:
        """By slot and revision: what this device sent before, and the verdict on it."""
        revisions = {save.revision for save in self.saves}
        events = self.sitting.events.filter(device=self.device, slot__in=slots, revision__in=revisions)
        return {(event.slot, event.revision): (tuple(event.given), rules.Verdict(event.verdict)) for event in events}

    def write(self) -> list[Receipt]:
        verdicts = [self.judge(save) for save in self.saves]
        AnswerEvent.objects.bulk_create(self.events)
        Answer.objects.bulk_create(
            [self.answer(slot) for slot in sorted(self.changed)],
            update_conflicts=True,
            unique_fields=["sitting", "slot"],
            update_fields=["given", "revision", "epoch", "saved_at"],
        )
        return [
            Receipt(
                save.slot, save.revision, verdict, self.held[save.slot].revision if save.slot in self.held else None
            )
            for save, verdict in zip(self.saves, verdicts, strict=True)
        ]

    def judge(self, save: rules.Save) -> rules.Verdict:
        key = (save.slot, save.revision)
        if key not in self.known:
            self.known[key] = (save.given, self.enter(save))
        given, verdict = self.known[key]
        # Two tabs that count for themselves give one number to two answers: the later one is not in the journal, and
        # must not be told that it is saved.
        return verdict if given == save.given else rules.Verdict.SUPERSEDED

    def enter(self, save: rules.Save) -> rules.Verdict:
        verdict = rules.verdict(save, self.held.get(save.slot), epoch=self.epoch, in_time=self.in_time)
        if verdict is rules.Verdict.ACCEPTED:
            self.held[save.slot] = rules.Held(save.given, save.revision, self.epoch)
            self.changed.add(save.slot)
        self.events.append(self.event(save, verdict))
        return verdict

    def event(self, save: rules.Save, verdict: rules.Verdict) -> AnswerEvent:
        return AnswerEvent(
            sitting=self.sitting,
            slot=save.slot,
            given=list(save.given),
            revision=save.revision,
            epoch=self.epoch,
            device=self.device,
            happened_at=save.happened_at,
            recorded_at=self.now,
            verdict=verdict.value,
        )

    def answer(self, slot: int) -> Answer:
        held = self.held[slot]
        return Answer(
            sitting=self.sitting,
            slot=slot,
            given=list(held.given),
            revision=held.revision,
            epoch=held.epoch,
            saved_at=self.now,
        )


# ── Handing in ───────────────────────────────────────────────────────────────
@transaction.atomic
def hand_in(pk: int, saves: Sequence[rules.Save], *, device: str, epoch: int, now: datetime) -> Saved:
    """What the device has left to save, then the hand-in, in one go. `handed_in` is False when it was over already:
    the receipts stand all the same. Raises Forged, and OtherDevice for a device that was replaced."""
    saved = save_answers(pk, saves, device=device, epoch=epoch, now=now)
    if epoch != saved.sitting.epoch:
        raise OtherDevice(saved.sitting)
    try:
        sitting = submit_sitting(saved.sitting, now=now)
    except AlreadySubmitted:
        return saved
    return Saved(sitting, saved.receipts, handed_in=True)


@transaction.atomic
def submit_sitting(sitting: Sitting, *, now: datetime) -> Sitting:
    """Once: raises AlreadySubmitted. The marking is a job."""
    ending = Sitting.Ending.BY_TIME if is_over(sitting, now) else Sitting.Ending.BY_CANDIDATE
    if not close([sitting.pk], ending, now):
        raise AlreadySubmitted
    sitting.state, sitting.submitted_at, sitting.ending = Sitting.State.SUBMITTED, now, ending
    return sitting


def close(pks: list[int], ending: str, now: datetime) -> int:
    still_open = Sitting.objects.filter(pk__in=pks, state=Sitting.State.OPEN)
    closed = still_open.update(state=Sitting.State.SUBMITTED, submitted_at=now, ending=ending)
    if closed:
        enqueue(marking_task(), *pks)
    return closed


def marking_task() -> Any:
    from exams.tasks import mark_sitting  # noqa: PLC0415  the task calls a service, and this service queues the task

    return mark_sitting


def collect_overdue(now: datetime) -> int:
    """Take in what is still open past its deadline and grace; how many were taken in."""
    waiting = Sitting.objects.filter(state=Sitting.State.OPEN, deadline__lt=now)
    graces = waiting.order_by().values_list("candidate__exam__grace_seconds", flat=True).distinct()
    return sum(collect(grace, now) for grace in list(graces))


def collect(grace_seconds: int, now: datetime) -> int:
    before = now - timedelta(seconds=grace_seconds) - UNDER_WAY
    # Asked for in a subquery, so that only sittings are locked.
    candidates = Candidate.objects.filter(exam__grace_seconds=grace_seconds)
    collected = 0
    while some := collect_some(before, candidates, now):
        collected += some
    return collected


@transaction.atomic
def collect_some(before: datetime, candidates: Any, now: datetime) -> int:
    over = Sitting.objects.filter(state=Sitting.State.OPEN, deadline__lt=before, candidate__in=candidates)
    # Who is saving right now is taken next time.
    free = over.order_by("deadline", "pk").select_for_update(skip_locked=True)
    pks = list(free.values_list("pk", flat=True)[:COLLECTED_AT_ONCE])
    return close(pks, Sitting.Ending.BY_TIME, now) if pks else 0
