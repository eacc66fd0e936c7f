"""The pages of a learner and what his player may say to the server."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learning.models import CheckAnswer, LessonProgress, Segment
from media.models import Document
from tests.learning.factories import WORDING, CourseFactory, LessonFactory, enrol, library, make_video, programme_of

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def lesson(db: Any) -> Any:
    return LessonFactory(title="燃气安全", minutes=10)


@pytest.fixture
def enrolment(learner: Any, lesson: Any) -> Any:
    return enrol(learner, programme_of(lesson, title="新员工培训"))


@pytest.fixture
def phone(client_of: Any, enrolment: Any, lesson: Any) -> "Phone":
    return Phone(client_of(enrolment.user), enrolment, lesson)


class Phone:
    """What the player's script does, at a time of ours."""

    def __init__(self, client: Any, enrolment: Any, lesson: Any) -> None:
        self.client, self.arguments, self.segment = client, [enrolment.pk, lesson.pk], 0

    def post(self, name: str, arguments: list[int], seconds: float, **data: Any) -> Any:
        with time_machine.travel(NINE + timedelta(seconds=seconds), tick=False):
            return self.client.post(reverse(f"learning:{name}", args=arguments), data)

    def open(self, seconds: float, **data: Any) -> Any:
        told = self.post("lesson_open", self.arguments, seconds, **({"device": "phone"} | data))
        self.segment = told.json()["segment"] if told.status_code == 200 else 0
        return told

    def beat(self, seconds: float, **data: Any) -> Any:
        return self.post("segment_beat", [self.segment], seconds, **data)

    def close(self, seconds: float, ending: str = "left", **data: Any) -> Any:
        return self.post("segment_close", [self.segment], seconds, ending=ending, **data)

    def answer(self, seconds: float, **data: Any) -> Any:
        return self.post("lesson_check", self.arguments, seconds, **data)


def page(client: Any, name: str, *arguments: int) -> Any:
    return client.get(reverse(f"learning:{name}", args=arguments))


# ── Pages ────────────────────────────────────────────────────────────────────
def test_the_list_tells_every_lesson_and_what_comes_next(client_of, enrolment, lesson):
    second = LessonFactory(course=lesson.course, position=lesson.position + 1, title="第二节")
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, credited_seconds=600, check_passed_at=NINE, finished_at=NINE
    )
    shown = page(client_of(enrolment.user), "lessons", enrolment.pk)
    html = shown.content.decode()
    assert shown.context["next"].lesson == second
    assert [row.lesson for one in shown.context["courses"] for row in one.rows] == [lesson, second]
    assert reverse("learning:lesson", args=[enrolment.pk, second.pk]) in html
    assert "10 分钟" in html


def test_a_lesson_shows_its_text_its_question_and_what_it_can_earn(client_of, enrolment, lesson):
    html = page(client_of(enrolment.user), "lesson", enrolment.pk, lesson.pk).content.decode()
    assert "<h2>先关阀门</h2>" in html
    assert WORDING["stem"] in html
    assert "10 分钟" in html
    assert WORDING["explanation"] not in html
    assert "option-right" not in html


def test_after_the_right_answer_the_page_explains_it(client_of, enrolment, lesson):
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, credited_seconds=300, check_passed_at=NINE, finished_at=NINE
    )
    html = page(client_of(enrolment.user), "lesson", enrolment.pk, lesson.pk).content.decode()
    assert WORDING["explanation"] in html
    assert html.count("option-right") == 1


def test_a_film_tells_its_weight_its_captions_and_its_machine_voice(client_of, learner):
    video = make_video(file=ContentFile(b"x" * 8_000_001, "film.mp4"), thumbnail="p.jpg", synthetic_voice=True)
    video.captions.save("film.vtt", ContentFile(b"WEBVTT"))
    film = LessonFactory(kind="video", body="", video=video, minutes=2)
    enrolment = enrol(learner, programme_of(film))
    html = page(client_of(learner), "lesson", enrolment.pk, film.pk).content.decode()
    assert "8.1 MB" in html
    assert "<track" in html
    assert 'preload="none"' in html
    assert "合成" in html or "Synthetic" in html


def test_a_document_shows_its_pages_and_the_file(client_of, learner):
    library()
    document = Document.objects.create(title="一页纸", file=ContentFile(b"%PDF-1.4", "one.pdf"), file_size=8)
    lesson = LessonFactory(kind="document", body="", document=document, minutes=2)
    enrolment = enrol(learner, programme_of(lesson))
    html = page(client_of(learner), "lesson", enrolment.pk, lesson.pk).content.decode()
    assert reverse("wagtaildocs_serve", args=[document.pk, document.filename]) in html


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_ones_own_does_not_exist(client_of, enrolment, lesson, manager_a, state):
    stranger, own = client_of(manager_a), client_of(enrolment.user)
    addresses = [("lessons", enrolment.pk), ("lesson", enrolment.pk, lesson.pk)]
    assert {page(stranger, *address).status_code for address in addresses} == {404}
    assert {page(own, *address).status_code for address in addresses} == {200}
    if state == "draft":
        type(enrolment.programme).objects.update(state="draft")
    else:
        type(enrolment).objects.update(withdrawn_at=NINE)
    assert {page(own, *address).status_code for address in addresses} == {404}


def test_a_lesson_of_another_programme_is_not_in_this_one(client_of, enrolment):
    assert page(client_of(enrolment.user), "lesson", enrolment.pk, LessonFactory().pk).status_code == 404


def test_a_closed_programme_may_be_read_but_counts_nothing(phone, enrolment, lesson):
    type(enrolment.programme).objects.update(state="closed")
    html = page(phone.client, "lesson", enrolment.pk, lesson.pk).content.decode()
    assert "data-open" not in html
    assert phone.open(0).status_code == 409
    assert not Segment.objects.exists()


def test_pages_cost_the_same_for_one_and_three_lessons(client_of, enrolment, lesson):
    client = client_of(enrolment.user)
    costs = []
    for more in (0, 2):
        for _turn in range(more):
            LessonFactory(course=CourseFactory())
            programme_course(enrolment.programme)
        for address in (("lessons", enrolment.pk), ("lesson", enrolment.pk, lesson.pk)):
            page(client, *address)
            with CaptureQueriesContext(connection) as asked:
                assert page(client, *address).status_code == 200
            costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 18


def programme_course(programme):
    lesson = LessonFactory()
    programme.parts.create(course=lesson.course, position=programme.parts.count() + 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_render_in_both_languages_without_inline_style_or_script(client_of, enrolment, lesson, language):
    prefix = "" if language == "zh-hans" else "/en"
    for path in (f"/learning/lessons/{enrolment.pk}/", f"/learning/lessons/{enrolment.pk}/{lesson.pk}/"):
        html = client_of(enrolment.user).get(prefix + path).content.decode()
        assert not re.search(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=", html), path
        assert len(re.findall(r"<h1", html)) == 1


# ── What a player says ───────────────────────────────────────────────────────
def test_minutes_rise_while_the_page_is_open_and_count_after_the_check_question(phone, lesson):
    assert phone.open(0).json()["open"] is True
    for second in range(15, 315, 15):
        told = phone.beat(second, idle=3).json()
    assert (told["earned"], told["check_in"], told["passed"]) == (300, 0, False)
    version = lesson.check_question.current
    checked = phone.answer(301, version=version.pk, given=[1]).json()
    assert (checked["right"], checked["passed"]) == (True, True)
    assert WORDING["explanation"] in checked["html"]
    closed = phone.close(330, ending="hidden").json()
    assert (closed["open"], closed["earned"], closed["hours"], closed["reasons"]) == (
        False,
        320,
        "0.1",
        [closed["reasons"][0]],
    )


def test_a_wrong_answer_tells_nothing_but_that_it_is_wrong(phone, lesson):
    phone.open(0)
    LessonProgress.objects.update(credited_seconds=300)
    version = lesson.check_question.current
    told = phone.answer(10, version=version.pk, given=[0]).json()
    assert (told["right"], told["wait"], "html" in told) == (False, 30, False)
    again = phone.answer(20, version=version.pk, given=[1])
    assert (again.status_code, again.json()["why"], again.json()["wait"]) == (409, "soon", 20)
    assert CheckAnswer.objects.count() == 1


def test_an_answer_before_its_time_is_told_how_long(phone, lesson):
    phone.open(0)
    told = phone.answer(10, version=lesson.check_question.current.pk, given=[1])
    assert (told.status_code, told.json()["why"], told.json()["check_in"]) == (409, "early", 300)


def test_nonsense_is_refused_and_leaves_no_trace(phone, lesson, enrolment):
    assert phone.open(0, device="").status_code == 400
    assert phone.open(0, device="x" * 41).status_code == 400
    assert phone.open(0, position="nan").status_code == 400
    assert not Segment.objects.exists()
    phone.open(0)
    for data in ({"position": "inf"}, {"idle": -1}, {"idle": "much"}):
        assert phone.beat(15, **data).status_code == 400, data
    for ending in ("finished", "second_player", "network", "daily_cap", ""):
        assert phone.close(15, ending=ending).status_code == 400, ending
    version = lesson.check_question.current.pk
    for data in ({"version": version, "given": [7]}, {"version": version}, {"version": "x", "given": [1]}):
        assert phone.answer(15, **data).status_code == 400, data
    other = LessonFactory().check_question.current.pk
    assert phone.answer(15, version=other, given=[1]).status_code == 404
    assert Segment.objects.get().credited_seconds == 0


def test_times_told_by_the_device_are_worth_nothing(phone):
    phone.open(0, now="2099-01-01T00:00:00Z", credited_seconds=600, started_at="2020-01-01")
    told = phone.beat(15, now="2099-01-01T00:00:00Z", time=600, duration=600, finished="true", credited_seconds=600)
    assert told.json()["earned"] == 15


def test_who_did_not_open_it_cannot_touch_it(phone, client_of, manager_a, learner_b):
    phone.open(0)
    for person in (manager_a, learner_b):
        other = Phone(client_of(person), phone_enrolment(phone), phone_lesson(phone))
        other.segment = phone.segment
        assert {other.beat(15).status_code, other.close(15).status_code} == {404}
        assert {other.open(15).status_code, other.answer(15, version=1, given=[1]).status_code} == {404}
    stranger = Phone(client_of(None), phone_enrolment(phone), phone_lesson(phone))
    stranger.segment = phone.segment
    assert stranger.post("segment_beat", [phone.segment], 15).status_code == 302
    assert Segment.objects.get().credited_seconds == 0


def phone_enrolment(phone):
    return Segment.objects.get().enrolment


def phone_lesson(phone):
    return Segment.objects.get().lesson


def test_the_second_window_takes_over_and_the_first_is_told(phone, client_of, enrolment, lesson):
    other = Phone(client_of(enrolment.user), enrolment, lesson)
    phone.open(0)
    other.open(5, device="laptop")
    told = phone.beat(15).json()
    assert (told["open"], told["why"], told["earned"]) == (False, "second_player", 0)
    assert other.beat(20).json()["earned"] == 15


def test_a_sign_of_life_is_cheap(phone):
    phone.open(0)
    phone.beat(15)
    with CaptureQueriesContext(connection) as asked:
        phone.beat(30)
    statements = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(statements) <= 5 + 3  # five of the credit, three to know who asks


def test_the_limit_of_the_day_is_told_at_the_door(phone, settings):
    settings.LEARNING_DAILY_HOURS = 0
    told = phone.open(0).json()
    assert (told["open"], told["why"]) == (False, "daily_cap")


def test_a_csrf_token_is_asked_for(enrolment, lesson):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(enrolment.user, backend="people.backends.IdentifierBackend")
    address = reverse("learning:lesson_open", args=[enrolment.pk, lesson.pk])
    assert client.post(address, {"device": "x"}).status_code == 403


def test_a_programme_that_has_not_begun_counts_nothing_yet(phone, enrolment):
    type(enrolment.programme).objects.update(opens_on=date(2027, 1, 1))
    assert phone.open(0).status_code == 409
