import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duties.models import Article, Regulation
from exams import services as exams
from exams.sitting_rules import Save
from learning.models import Enrolment, LessonProgress, Programme, Segment
from learning.queries.tasks import tasks_of
from learning.services.completion import review_enrolment
from learning.services.enrolment import assign_members
from people.models import Membership
from tests.exams.factories import make_published, right_answers
from tests.learning.factories import LessonFactory, enrol, programme_of

pytestmark = pytest.mark.django_db
HOME, TASKS = "people:home", "learning:tasks"


@pytest.fixture
def now() -> Any:
    return timezone.now()


def learn(enrolment: Enrolment, *lessons: Any, at: Any) -> None:
    for lesson in lessons:
        LessonProgress.objects.create(
            enrolment=enrolment, lesson=lesson, credited_seconds=600, check_passed_at=at, finished_at=at
        )
        Segment.objects.create(
            enrolment=enrolment, lesson=lesson, device="phone", started_at=at, last_beat_at=at, credited_seconds=600,
            ended_at=at, ending="finished",
        )  # fmt: skip


def html_of(client: Any) -> str:
    return client.get(reverse(TASKS)).content.decode()


# ── What comes next ──────────────────────────────────────────────────────────
def test_the_first_unfinished_lesson_of_the_most_urgent_programme_is_next(learner, now) -> None:
    first = LessonFactory()
    second = LessonFactory(course=first.course)
    late = enrol(learner, programme_of(first), due_on=date(2026, 1, 1))
    soon = enrol(learner, programme_of(second), due_on=date(2098, 1, 1))
    learn(late, first, at=now)
    told = tasks_of(learner, now=now)
    assert (told.next.enrolment, told.next.next_lesson) == (late, second)
    assert told.next.standing.late
    assert [task.enrolment for task in told.open] == [soon]


def test_what_has_to_wait_is_not_what_comes_next(learner, now) -> None:
    waiting = enrol(learner, programme_of(LessonFactory(), opens_on=date(2098, 1, 1)), due_on=date(2098, 2, 1))
    later = enrol(learner, programme_of(LessonFactory()))
    told = tasks_of(learner, now=now)
    assert told.next.enrolment == later
    assert [task.enrolment for task in told.open] == [waiting]


def test_after_the_lessons_comes_the_exam_and_then_the_certificate(learner, organisation_a, client_of, now) -> None:
    lesson, exam = LessonFactory(), make_published(organisation=organisation_a, title="岗前考试", now=now)
    fields = {"exam": exam, "required_hours": Decimal("0.2"), "certificate_kind": "training"}
    programme = programme_of(lesson, organisation=organisation_a, **fields)
    assign_members(programme, Membership.objects.filter(user=learner), by=None, now=now)
    one = Enrolment.objects.get()
    client = client_of(learner)
    assert reverse("learning:lesson", args=[one.pk, lesson.pk]) in html_of(client)
    learn(one, lesson, at=now)
    review_enrolment(one, now=now)
    candidate = exam.candidates.get()
    assert reverse("exams:waiting", args=[candidate.pk]) in html_of(client)
    sitting = exams.start_sitting(candidate, device="phone-0001", now=now)
    assert "继续答题" in html_of(client)
    saves = [Save(slot, tuple(given), 1, now) for slot, given in right_answers(sitting).items()]
    exams.save_answers(sitting.pk, saves, device="phone-0001", epoch=1, now=now)
    exams.submit_sitting(sitting, now=now)
    exams.mark_sitting(sitting.pk, now=now)
    one.refresh_from_db()
    assert reverse("exams:certificate_detail", args=[one.certificate_id]) in html_of(client)
    assert tasks_of(learner, now=now).next is None


def test_one_primary_action_and_nothing_inline(learner, client_of, now) -> None:
    enrol(learner, programme_of(LessonFactory()))
    enrol(learner, programme_of(LessonFactory()))
    html = html_of(client_of(learner))
    assert len(re.findall(r'class="[^"]*btn-primary', html)) == 1
    assert not re.search(r"<[^>]+ style=|<[^>]+ on\w+=", html)


def test_why_names_the_article_and_says_where_it_is_unverified(learner, client_of) -> None:
    law = Regulation.objects.create(
        key="order-3", title="生产经营单位安全培训规定", short_title="第3号令", title_en="Order 3", level="department",
        verified=True, source="文本副本",
    )  # fmt: skip
    article = Article.objects.create(
        regulation=law, number=13, heading="学时", summary="岗前不少于 24 学时。", verified=False, note="to compare"
    )
    programme = programme_of(LessonFactory(), why="先学会怎样平安回家。")
    programme.articles.add(article)
    enrol(learner, programme)
    html = html_of(client_of(learner))
    for part in ("先学会怎样平安回家。", "岗前不少于 24 学时。", "《生产经营单位安全培训规定》第十三条", "待核实"):
        assert part in html


def test_drafts_and_what_was_withdrawn_are_nobodys_task(learner, now) -> None:
    enrol(learner, programme_of(LessonFactory(), state=Programme.State.DRAFT))
    enrol(learner, programme_of(LessonFactory()), withdrawn_at=now)
    told = tasks_of(learner, now=now)
    assert (told.next, told.open, told.done) == (None, [], [])


def test_a_closed_programme_asks_for_nothing_more(learner, client_of, now) -> None:
    enrol(learner, programme_of(LessonFactory(), state=Programme.State.CLOSED))
    assert tasks_of(learner, now=now).next is None
    assert "这个培训计划已结束" in html_of(client_of(learner))


def test_nobody_sees_anothers_tasks(learner, manager_a, client_of) -> None:
    enrol(learner, programme_of(LessonFactory(title="别人的课")))
    assert "别人的课" not in html_of(client_of(manager_a))


def test_the_queries_do_not_grow_with_the_tasks(learner, client_of) -> None:
    client = client_of(learner)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(TASKS))
        return len(seen)

    enrol(learner, programme_of(LessonFactory()))
    count()
    one = count()
    for _ in range(4):
        enrol(learner, programme_of(LessonFactory()))
    assert count() == one
    assert one <= 20


# ── Where one lands ──────────────────────────────────────────────────────────
def test_who_only_learns_lands_on_his_tasks(learner, manager_a, client_of) -> None:
    assert client_of(learner).get(reverse(HOME)).status_code == 200  # nothing is asked of him yet
    for person in (learner, manager_a):
        enrol(person, programme_of(LessonFactory()))
    assert client_of(learner).get(reverse(HOME)).url == reverse(TASKS)
    page = client_of(manager_a).get(reverse(HOME))
    assert page.context["groups"][0][1][0].url == TASKS
    menu = client_of(learner).get(reverse(TASKS)).content.decode()
    assert f'href="{reverse(HOME)}"' not in menu
    nav, _sep, account = page.content.decode().partition("</nav>")
    assert f'href="{reverse(TASKS)}"' not in nav  # beside an office one's own learning stands under the name
    assert f'href="{reverse(TASKS)}"' in account


def test_the_due_day_is_said_kindly(learner, client_of) -> None:
    today = timezone.localdate()
    enrol(learner, programme_of(LessonFactory()), due_on=today)
    client = client_of(learner)
    assert "今天是最后一天" in html_of(client)
    Enrolment.objects.update(due_on=today - timedelta(days=1))
    assert "现在学仍然算数" in html_of(client)
