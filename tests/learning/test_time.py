"""Learning time as it is kept: what a device may do, honest or not, and the books that must agree."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.errors import NotLearning
from learning.models import Enrolment, LessonProgress, Programme, Segment
from learning.queries.time import progress_of, unearned_in
from learning.rules import Sign
from learning.services import time
from learning.signals import time_credited
from tests.learning.factories import CourseFactory, LessonFactory, enrol, make_video, programme_of

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 09:00 in the county
ACTIVE = Sign()


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.fixture
def lesson(db: Any) -> Any:
    return LessonFactory(minutes=10)


@pytest.fixture
def film(db: Any) -> Any:
    return LessonFactory(kind="video", body="", video=make_video(), minutes=2)


@pytest.fixture
def enrolment(learner: Any, lesson: Any, film: Any) -> Enrolment:
    return enrol(learner, programme_of(lesson, film))


class Device:
    """A player in the hands of somebody."""

    def __init__(self, enrolment: Enrolment, lesson: Any, name: str = "phone") -> None:
        self.enrolment, self.lesson, self.name = enrolment, lesson, name
        self.pk = 0

    def open(self, now: datetime, position: float | None = None) -> time.Standing:
        standing = time.open_segment(
            self.enrolment, self.lesson, device=self.name, position=position, by=self.enrolment.user, now=now
        )
        self.pk = standing.segment.pk if standing.segment else 0
        return standing

    def beat(self, now: datetime, sign: Sign = ACTIVE) -> time.Standing:
        return time.beat(self.pk, sign, by=self.enrolment.user, now=now)

    def close(self, now: datetime, ending: str = "left", sign: Sign = ACTIVE) -> time.Standing:
        return time.close(self.pk, sign, ending=ending, by=self.enrolment.user, now=now)

    def learn(self, start: float, seconds: int) -> None:
        """Open, a sign every 15 seconds, close."""
        self.open(at(start))
        for second in range(15, seconds, 15):
            self.beat(at(start + second), Sign(position=second))
        self.close(at(start + seconds), sign=Sign(position=seconds))


@pytest.fixture
def phone(enrolment: Enrolment, lesson: Any) -> Device:
    return Device(enrolment, lesson)


def credited(enrolment: Enrolment) -> dict[int, int]:
    rows = LessonProgress.objects.filter(enrolment=enrolment)
    return {row.lesson_id: row.credited_seconds for row in rows}


def books_agree(enrolment: Enrolment) -> bool:
    counted = time.recount(enrolment)
    rows = {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=enrolment)}
    kept = {pk: row.credited_seconds for pk, row in rows.items() if pk in counted.credited}
    seen = {pk: row.ranges for pk, row in rows.items() if pk in counted.ranges}
    return (kept, seen, counted.broken) == (counted.credited, counted.ranges, [])


# ── An honest device ─────────────────────────────────────────────────────────
def test_a_minute_of_reading_is_a_minute(phone, enrolment, lesson):
    phone.learn(0, 60)
    assert credited(enrolment) == {lesson.pk: 60}
    segment = Segment.objects.get()
    assert (segment.credited_seconds, segment.refused_seconds, segment.ending) == (60, 0, "left")
    assert (segment.started_at, segment.ended_at) == (at(0), at(60))
    assert books_agree(enrolment)


def test_a_film_is_credited_by_what_was_seen_of_it(enrolment, film):
    device = Device(enrolment, film)
    device.learn(0, 60)
    device.learn(100, 60)  # the first minute again
    assert credited(enrolment) == {film.pk: 60}
    assert [one.credited_seconds for one in Segment.objects.all()] == [60, 0]
    device.open(at(200), position=60)
    assert device.beat(at(215), Sign(position=75)).progress.ranges == [(0, 75)]
    assert books_agree(enrolment)


def test_a_closed_segment_is_sealed_and_a_changed_one_is_told(phone, enrolment):
    phone.learn(0, 60)
    segment = Segment.objects.get()
    assert len(segment.seal) == 64
    assert time.seal_holds(segment)
    for field, value in {"credited_seconds": 600, "ending": "hidden", "reasons": {"idle": 1}, "device": "x"}.items():
        before = getattr(segment, field)
        Segment.objects.filter(pk=segment.pk).update(**{field: value})
        assert time.recount(enrolment).broken == [segment.pk], field
        Segment.objects.filter(pk=segment.pk).update(**{field: before})
    assert time.recount(enrolment).broken == []


def test_the_reasons_for_what_was_not_credited_are_told(phone, enrolment, lesson):
    phone.open(at(0))
    phone.beat(at(30))  # ten seconds late
    phone.close(at(40), ending="hidden")
    phone.open(at(100))
    phone.beat(at(115), Sign(idle=500))
    assert unearned_in(enrolment, lesson) == {"network": 10, "hidden": 60, "idle": 15}


def test_late_learners_may_learn_but_not_the_withdrawn_nor_in_what_is_closed_or_not_begun(phone, enrolment):
    programme = enrolment.programme
    programme.closes_on = programme.opens_on
    assert phone.open(at(0)).is_open
    enrolment.withdrawn_at = at(1)
    with pytest.raises(NotLearning):
        phone.open(at(2))
    enrolment.withdrawn_at = None
    for fields in ({"state": Programme.State.CLOSED}, {"state": "draft"}, {"opens_on": date(2027, 1, 1)}):
        kept = {name: getattr(programme, name) for name in fields}
        programme.__dict__.update(fields)
        with pytest.raises(NotLearning):
            phone.open(at(3))
        programme.__dict__.update(kept)


# ── A hostile client ─────────────────────────────────────────────────────────
def test_to_post_finished_earns_nothing(phone, enrolment, lesson):
    phone.open(at(0))
    assert phone.close(at(0.2), ending="finished", sign=Sign(position=9999)).progress.credited_seconds == 0
    assert not LessonProgress.objects.exclude(finished_at=None).exists()


def test_replayed_signs_earn_nothing(phone, enrolment, lesson):
    phone.open(at(0))
    for _turn in range(50):
        phone.beat(at(15))
    assert credited(enrolment) == {lesson.pk: 15}
    phone.close(at(15))
    for _turn in range(50):
        assert not phone.beat(at(30)).is_open
        phone.close(at(31), ending="finished")
    assert credited(enrolment) == {lesson.pk: 15}
    assert books_agree(enrolment)


def test_a_thousand_signs_a_second_earn_a_second(phone, enrolment, lesson):
    phone.open(at(0))
    for turn in range(200):
        phone.beat(at(turn / 50))
    assert credited(enrolment) == {lesson.pk: 3}


def test_a_forged_position_earns_only_what_the_clock_allows(enrolment, film):
    device = Device(enrolment, film)
    device.open(at(0), position=119)
    assert device.beat(at(15), Sign(position=120)).progress.ranges == [(0, 15)]
    assert credited(enrolment) == {film.pk: 15}
    for position in (-5, 10**9, 1e300):
        device.beat(at(16), Sign(position=position))
    assert credited(enrolment) == {film.pk: 15}


def test_two_tabs_earn_once(phone, enrolment, lesson):
    other = Device(enrolment, lesson, "other tab")
    phone.open(at(0))
    other.open(at(5))
    for second in range(15, 120, 15):
        assert not phone.beat(at(second)).is_open
        other.beat(at(second))
    assert credited(enrolment) == {lesson.pk: 100}
    assert Segment.objects.get(device="phone").reasons == {"second_player": 5}


def test_two_lessons_at_once_earn_once(phone, enrolment, film, learner, lesson):
    other_enrolment = enrol(learner, programme_of(LessonFactory(course=lesson.course, position=99)))
    others = [Device(enrolment, film, "tablet"), Device(other_enrolment, lesson, "laptop")]
    phone.open(at(0))
    for device in others:
        device.open(at(1))
    for second in range(15, 60, 15):
        for device in (phone, *others):
            device.beat(at(second), Sign(position=second))
    assert sum(row.credited_seconds for row in LessonProgress.objects.all()) <= 45
    assert Segment.objects.filter(ended_at=None).count() == 1


def test_tabs_that_take_turns_earn_less_than_the_clock(phone, enrolment, lesson):
    other = Device(enrolment, lesson, "other tab")
    for second in range(0, 100, 10):
        (phone if second % 20 else other).open(at(second))
    assert credited(enrolment) == {lesson.pk: 0}
    assert books_agree(enrolment)


def test_the_same_device_that_comes_again_has_left(phone, enrolment):
    phone.open(at(0))
    phone.open(at(10))
    assert [one.ending for one in Segment.objects.all()] == ["left", ""]


def test_a_strangers_segment_cannot_be_touched(phone, enrolment, manager_a):
    phone.open(at(0))
    for act in (time.beat, lambda *args, **kwargs: time.close(*args, ending="left", **kwargs)):
        with pytest.raises(Segment.DoesNotExist):
            act(phone.pk, ACTIVE, by=manager_a, now=at(15))
    with pytest.raises(NotLearning):
        time.open_segment(enrolment, phone.lesson, device="x", by=manager_a, now=at(1))


def test_eight_learning_hours_a_day_over_all_programmes(learner, settings):
    settings.LEARNING_DAILY_HOURS = 1
    devices = []
    for number in range(6):
        lesson = LessonFactory(minutes=10)
        devices.append(Device(enrol(learner, programme_of(lesson)), lesson, f"{number}"))
    for number, device in enumerate(devices[:5]):
        device.learn(number * 1000, 600)
    assert [credited(device.enrolment) for device in devices[:4]] == [{d.lesson.pk: 600} for d in devices[:4]]
    assert credited(devices[4].enrolment) == {devices[4].lesson.pk: 300}
    assert Segment.objects.get(enrolment=devices[4].enrolment).ending == "daily_cap"
    refused = devices[5].open(at(7000))
    assert (refused.segment, refused.why) == (None, "daily_cap")
    assert devices[5].open(at(24 * 3600)).is_open  # tomorrow


def test_two_open_segments_of_a_lesson_are_refused_by_the_database(phone, enrolment, lesson):
    phone.open(at(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(enrolment=enrolment, lesson=lesson, device="x", started_at=at(0), last_beat_at=at(0))


# ── Silence ──────────────────────────────────────────────────────────────────
def test_a_segment_without_news_is_ended_with_its_last_sign(phone, enrolment, lesson):
    phone.open(at(0))
    phone.beat(at(15))
    assert time.close_stale(at(60)) == 0
    assert time.close_stale(at(61)) == 1
    segment = Segment.objects.get()
    assert (segment.ending, segment.ended_at, segment.credited_seconds) == ("network", at(15), 15)
    assert not phone.beat(at(62)).is_open
    phone.open(at(75))
    assert unearned_in(enrolment, lesson) == {"network": 60}
    assert books_agree(enrolment)


def test_a_text_that_has_earned_all_ends_by_itself_and_opens_no_more(phone, enrolment):
    phone.learn(0, 630)
    segment = Segment.objects.get()
    assert (segment.ending, segment.credited_seconds) == ("finished", 600)
    assert phone.open(at(700)).why == "finished"


# ── News, figures, costs ─────────────────────────────────────────────────────
def test_time_earned_after_a_lesson_was_finished_is_news(phone, enrolment, lesson):
    told = []

    def hear(**news):
        told.append((news["enrolment"], news["lesson"], news["now"]))

    time_credited.connect(hear, weak=False)
    try:
        phone.learn(0, 60)
        assert told == []
        LessonProgress.objects.update(check_passed_at=at(60), finished_at=at(60))
        phone.learn(100, 60)
        assert told == [(enrolment, lesson, at(160))]
    finally:
        time_credited.disconnect(hear)


def test_progress_counts_only_what_passed_its_check(phone, enrolment, lesson, film):
    phone.learn(0, 300)
    (before,) = progress_of([enrolment]).values()
    assert (before.credited_seconds, str(before.hours), before.lessons_done, before.lessons_total) == (0, "0.0", 0, 2)
    assert before.next_lesson == lesson
    LessonProgress.objects.update(check_passed_at=at(300), finished_at=at(300))
    (after,) = progress_of([enrolment]).values()
    assert (after.credited_seconds, str(after.hours), after.lessons_done, after.next_lesson) == (300, "0.1", 1, film)


def test_lessons_come_in_the_order_of_the_courses(learner):
    second, first = CourseFactory(title="乙"), CourseFactory(title="甲")
    lessons = [LessonFactory(course=course, position=place) for course in (second, first) for place in (2, 1)]
    wanted = [lessons[1], lessons[0], lessons[3], lessons[2]]
    enrolment = enrol(learner, programme_of(*lessons))
    LessonProgress.objects.create(enrolment=enrolment, lesson=wanted[0], check_passed_at=NINE, finished_at=NINE)
    assert progress_of([enrolment])[enrolment.pk].next_lesson == wanted[1]


def test_progress_of_many_costs_what_progress_of_one_does(
    learner, learner_b, manager_a, lesson, film, django_assert_num_queries
):
    programme = programme_of(lesson, film)
    enrolments = [enrol(person, programme) for person in (learner, learner_b, manager_a)]
    for some in (enrolments[:1], enrolments):
        with django_assert_num_queries(2):
            progress_of(some)


def test_a_sign_costs_five_statements(phone):
    phone.open(at(0))
    with CaptureQueriesContext(connection) as asked:
        phone.beat(at(15))
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 5


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["open", "beat", "beat", "beat", "close", "stale"]),
            st.integers(0, 1),  # which lesson
            st.sampled_from(["phone", "tablet"]),
            st.integers(0, 60),
            st.integers(-5, 200),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_whatever_devices_do_the_books_agree(enrolment, lesson, film, acts):
    with transaction.atomic():
        play(enrolment, (lesson, film), acts)
        assert books_agree(enrolment)
        assert Segment.objects.filter(ended_at=None).count() <= 1
        earned = sum(credited(enrolment).values())
        assert earned <= sum(seconds for _act, _which, _name, seconds, *_rest in acts)
        assert credited(enrolment).get(film.pk, 0) <= 120
        transaction.set_rollback(True)


def play(enrolment, lessons, acts):
    now, devices = NINE, {}
    for act, which, name, seconds, position, hidden in acts:
        now += timedelta(seconds=seconds)
        device = devices.setdefault((which, name), Device(enrolment, lessons[which], name))
        if act == "open":
            device.open(now, position)
        elif act == "stale":
            time.close_stale(now)
        elif device.pk and act == "beat":
            device.beat(now, Sign(position, hidden))
        elif device.pk:
            device.close(now, sign=Sign(position))
