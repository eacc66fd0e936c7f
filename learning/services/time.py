"""Segments of learning time: opened, kept alive by signs, closed and sealed. They are evidence in themselves and leave
no line in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from learning import rules
from learning.errors import NotLearning
from learning.models import Enrolment, Lesson, LessonProgress, Programme, Segment
from learning.signals import time_credited
from people.models import User
from records.crypto import seal_key
from ui.clock import local_day

SEALED = (  # what the seal of a closed segment vouches for
    *("id", "enrolment_id", "lesson_id", "device", "started_at", "ended_at", "ending"),
    *("credited_seconds", "refused_seconds", "reasons", "ranges"),
)


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a lesson after a sign. Without a segment nothing is being credited; `why` says why."""

    segment: Segment | None
    progress: LessonProgress
    ground: rules.Ground
    why: str = ""

    @property
    def is_open(self) -> bool:
        return self.segment is not None and self.segment.ended_at is None


def terms_of(programme: Programme) -> rules.Terms:
    """Silence is borne for three signs, a late sign for a third of one."""
    beat = settings.LEARNING_BEAT
    return rules.Terms(
        due=beat + beat // 3,
        gap=beat * 3,
        speed=settings.LEARNING_SPEED,
        daily_cap=settings.LEARNING_DAILY_HOURS * programme.minutes_per_hour * 60,
        idle=settings.LEARNING_IDLE,
    )


def may_learn(enrolment: Enrolment, now: datetime) -> bool:
    """Late is better than never: only who is withdrawn and what is closed or has not begun earns nothing."""
    programme = enrolment.programme
    in_force = programme.state == Programme.State.PUBLISHED and programme.opens_on <= local_day(now)
    return enrolment.withdrawn_at is None and in_force


def film_of(lesson: Lesson) -> int:
    """Seconds; 0 for what is read."""
    if lesson.kind != Lesson.Kind.VIDEO or lesson.video is None:
        return 0
    return int(lesson.video.duration) or lesson.minutes * 60


def ground_of(lesson: Lesson, progress: LessonProgress, today: int = 0) -> rules.Ground:
    film = film_of(lesson)
    return rules.Ground(
        most=rules.most_of(lesson.minutes, film),
        film=film,
        credited=progress.credited_seconds,
        seen=rules.merged(progress.ranges),
        today=today,
    )


# ── Open ─────────────────────────────────────────────────────────────────────
@transaction.atomic
def open_segment(
    enrolment: Enrolment, lesson: Lesson, *, device: str, position: float | None = None, by: Any, now: datetime
) -> Standing:
    """Begin to credit this lesson; whatever else the person has open ends here, so that two players earn once."""
    if enrolment.user_id != by.pk or not may_learn(enrolment, now):
        raise NotLearning
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one opening at a time for each person
    terms = terms_of(enrolment.programme)
    end_others(by, device, now, terms)
    progress, _created = LessonProgress.objects.get_or_create(enrolment=enrolment, lesson=lesson)
    ground = ground_of(lesson, progress, earned_on(by, now))
    why = rules.nothing_to_earn(ground, terms)
    if why:
        return Standing(None, progress, ground, why)
    start = rules.start_of(position, ground.seen)
    segment = Segment.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        device=device,
        started_at=now,
        last_beat_at=now,
        ranges=[(start, start)] if ground.film else [],
    )
    return Standing(segment, progress, ground)


def end_others(user: Any, device: str, now: datetime, terms: rules.Terms) -> None:
    open_ones = Segment.objects.filter(enrolment__user=user, ended_at__isnull=True)
    for segment in open_ones.select_for_update(of=("self",)).select_related("enrolment"):
        # The same device comes again without having said good-bye: a page loaded anew.
        again = replace(stretch_of(segment), ending=rules.LEFT)
        ousted = rules.ousted(stretch_of(segment), now, terms)
        end(segment, again if segment.device == device and ousted.ending != rules.NETWORK else ousted, now)


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """From when to when the local day of this moment lasts."""
    start = datetime.combine(local_day(moment), time(), timezone.get_default_timezone())
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


def earned_on(user: Any, moment: datetime) -> int:
    """Seconds credited to the person on the local day; a segment counts on the day it began."""
    found = Segment.objects.filter(enrolment__user=user, started_at__range=day_of(moment))
    return found.aggregate(sum=Sum("credited_seconds"))["sum"] or 0


# ── Sign and close ───────────────────────────────────────────────────────────
@transaction.atomic
def beat(pk: int, sign: rules.Sign, *, by: Any, now: datetime) -> Standing:
    """A sign from the device: credit what has passed on our clock since the last one. Segment.DoesNotExist for a
    stranger's."""
    segment = claim(pk, by)
    progress = LessonProgress.objects.get(enrolment=segment.enrolment_id, lesson=segment.lesson_id)
    if segment.ended_at:
        return Standing(segment, progress, ground_of(segment.lesson, progress))
    ground = ground_of(segment.lesson, progress, earned_on(by, segment.started_at))
    stretch = rules.after_sign(stretch_of(segment), ground, sign, now, terms_of(segment.enrolment.programme))
    credit(segment, progress, stretch)
    if stretch.ending:
        end(segment, stretch, now)
    else:
        keep(segment, stretch)
    return Standing(segment, progress, ground_of(segment.lesson, progress, ground.today))


@transaction.atomic
def close(pk: int, sign: rules.Sign, *, ending: str, by: Any, now: datetime) -> Standing:
    """The device says why it stops; the time up to now is credited as with any sign."""
    standing = beat(pk, sign, by=by, now=now)
    if standing.segment is not None and standing.segment.ended_at is None:
        end(standing.segment, replace(stretch_of(standing.segment), ending=ending), now)
    return standing


def claim(pk: int, by: Any) -> Segment:
    own = Segment.objects.filter(enrolment__user=by).select_related("enrolment__programme", "lesson__video")
    return own.select_for_update(of=("self",)).get(pk=pk)


def stretch_of(segment: Segment) -> rules.Stretch:
    return rules.Stretch(
        last_sign=segment.last_beat_at,
        credited=segment.credited_seconds,
        reasons=segment.reasons,
        ranges=tuple((start, end) for start, end in segment.ranges),
    )


def credit(segment: Segment, progress: LessonProgress, stretch: rules.Stretch) -> None:
    """The projection, written with the evidence."""
    gained = stretch.credited - segment.credited_seconds
    seen = list(rules.merged([*progress.ranges, *stretch.ranges]))
    if not gained and seen == [tuple(one) for one in progress.ranges]:
        return
    LessonProgress.objects.filter(pk=progress.pk).update(credited_seconds=F("credited_seconds") + gained, ranges=seen)
    progress.credited_seconds += gained
    progress.ranges = seen


def keep(segment: Segment, stretch: rules.Stretch) -> None:
    fields = told_by(stretch) | {"ranges": list(stretch.ranges)}
    Segment.objects.filter(pk=segment.pk, ended_at__isnull=True).update(**fields)
    show(segment, fields)


def end(segment: Segment, stretch: rules.Stretch, now: datetime) -> None:
    """Close and seal; a segment ends with its last sign, not when somebody noticed."""
    fields = told_by(stretch) | {"ranges": [list(one) for one in rules.merged(stretch.ranges)]}
    show(segment, fields | {"ended_at": stretch.last_sign, "ending": stretch.ending})
    segment.seal = seal_of(segment)
    ended = {name: getattr(segment, name) for name in ("ended_at", "ending", "seal")}
    if Segment.objects.filter(pk=segment.pk, ended_at__isnull=True).update(**fields, **ended) and stretch.credited:
        tell(segment, now)


def tell(segment: Segment, now: datetime) -> None:
    done = LessonProgress.objects.filter(
        enrolment=segment.enrolment_id, lesson=segment.lesson_id, finished_at__isnull=False
    )
    if done.exists():
        time_credited.send(Segment, enrolment=segment.enrolment, lesson=segment.lesson, now=now)


def told_by(stretch: rules.Stretch) -> dict[str, Any]:
    return {
        "last_beat_at": stretch.last_sign,
        "credited_seconds": stretch.credited,
        "refused_seconds": stretch.refused,
        "reasons": dict(stretch.reasons),
    }


def show(segment: Segment, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(segment, name, value)


def close_stale(now: datetime) -> int:
    """End what has fallen silent; how many."""
    longest = now - timedelta(seconds=settings.LEARNING_BEAT * 3)
    silent = Segment.objects.filter(ended_at__isnull=True, last_beat_at__lt=longest).values_list("pk", flat=True)
    return sum(end_silent(pk, longest, now) for pk in silent)


@transaction.atomic
def end_silent(pk: int, longest: datetime, now: datetime) -> bool:
    silent = Segment.objects.filter(ended_at__isnull=True, last_beat_at__lt=longest).select_related(
        "enrolment", "lesson"
    )
    segment = silent.select_for_update(of=("self",)).filter(pk=pk).first()
    if segment is None:  # a sign came in the meantime
        return False
    end(segment, replace(stretch_of(segment), ending=rules.NETWORK), now)
    return True


# ── The books ────────────────────────────────────────────────────────────────
def seal_of(segment: Segment) -> str:
    return rules.seal(seal_key("learning segment"), {name: getattr(segment, name) for name in SEALED})


def seal_holds(segment: Segment) -> bool:
    return segment.ended_at is None or segment.seal == seal_of(segment)


@dataclass(frozen=True)
class Recount:
    credited: dict[int, int]  # by lesson
    ranges: dict[int, list[list[int]]]
    broken: list[int]  # segments whose seal does not hold


def recount(enrolment: Enrolment) -> Recount:
    """The credit of every lesson, counted again from the segments line by line."""
    credited: dict[int, int] = {}
    seen: dict[int, tuple[rules.Range, ...]] = {}
    broken: list[int] = []
    for segment in enrolment.segments.order_by("started_at", "pk"):
        credited[segment.lesson_id] = credited.get(segment.lesson_id, 0) + segment.credited_seconds
        seen[segment.lesson_id] = rules.merged([*seen.get(segment.lesson_id, ()), *segment.ranges])
        if not seal_holds(segment):
            broken.append(segment.pk)
    return Recount(credited, {pk: [list(one) for one in ranges] for pk, ranges in seen.items()}, broken)
