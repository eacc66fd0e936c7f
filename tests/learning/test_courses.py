"""The author's desk: a course from its title to its publishing, and who may touch it."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams.models import Question, QuestionBank
from learning.errors import LessonInUse, NothingToTeach
from learning.models import Course, Lesson, LessonProgress
from learning.permissions import can_edit_course, courses_edited_by, courses_viewed_by
from learning.services.courses import publish_course, remove_lesson, save_lesson
from media.models import MediaFile, Upload
from media.services import add_video
from records.models import AuditEntry, Job
from tests.learning.factories import CourseFactory, LessonFactory, QuestionFactory, enrol, library, programme_of
from tests.media.conftest import film, paper  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db

QUESTION = {
    "question_kind": "single",
    "stem": "进厂先做什么？",
    "lines": "直接上岗\n*接受三级安全教育",
    "explanation": "先教育后上岗。",
}
TEXT = {"title": "第一课", "body": "## 先学\n\n后上岗。", "minutes": "8"} | QUESTION


def url(name: str, *arguments: Any) -> str:
    return reverse(f"learning:{name}", args=arguments)


@pytest.fixture
def course(organisation_a: Any) -> Course:
    return CourseFactory(organisation=organisation_a, published_at=None)


@pytest.fixture
def desk(client_of: Any, manager_a: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path / "public"
    library()
    return client_of(manager_a)


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="learning.").order_by("id").values_list("action", flat=True)
    )


def order(course: Course) -> list[str]:
    return list(course.lessons.order_by("position").values_list("title", flat=True))


# ── The way of an author ─────────────────────────────────────────────────────
def test_a_safety_officer_writes_a_course_from_its_title_to_its_publishing(desk, organisation_a):
    asked = {"title": "新员工", "summary": "进厂前", "organisation": organisation_a.pk}
    made = desk.post(url("course_new"), asked)
    course = Course.objects.get()
    assert made.url == url("course_detail", course.pk)
    assert (course.organisation, course.published_at) == (organisation_a, None)
    assert desk.post(url("lesson_new", course.pk, "text"), TEXT).url == url("course_detail", course.pk)
    lesson = course.lessons.get()
    assert (lesson.title, lesson.minutes, lesson.position) == ("第一课", 8, 1)
    assert (lesson.check_question.current.options, lesson.check_question.current.answer) == (
        ["直接上岗", "接受三级安全教育"],
        [1],
    )
    assert lesson.check_question.bank.organisation == organisation_a
    desk.post(url("course_publish", course.pk))
    course.refresh_from_db()
    assert course.published_at is not None
    assert actions() == ["learning.course_created", "learning.lesson_written", "learning.course_published"]


def test_the_bureaus_training_officer_writes_the_bureaus(client_of, training_officer):
    client_of(training_officer).post(url("course_new"), {"title": "公共课"})
    assert Course.objects.get().organisation is None


def test_a_course_without_lessons_is_not_published(desk, course, manager_a):
    with pytest.raises(NothingToTeach):
        publish_course(course, by=manager_a, now=timezone.now())
    page = desk.post(url("course_publish", course.pk), follow=True)
    assert [str(one) for one in page.context["messages"]] != []
    course.refresh_from_db()
    assert course.published_at is None


def test_a_course_is_published_once(course, manager_a):
    LessonFactory(course=course)
    now = timezone.now()
    assert [publish_course(course, by=manager_a, now=now) for _twice in range(2)] == [True, False]
    assert actions() == ["learning.course_published"]


def test_a_wrong_question_is_told_at_its_field(desk, course):
    for change, field in (
        ({"lines": "一\n二"}, "lines"),
        ({"lines": "*一\n*二"}, "lines"),
        ({"lines": "*一\n一"}, "lines"),
        ({"stem": ""}, "stem"),
        ({"body": ""}, "body"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "121"}, "minutes"),
    ):
        page = desk.post(url("lesson_new", course.pk, "text"), TEXT | change)
        assert list(page.context["form"].errors) == [field], change
    assert not Lesson.objects.exists()
    assert not Question.objects.exists()


def test_a_lesson_changed_without_its_question_keeps_the_questions_version(desk, course):
    desk.post(url("lesson_new", course.pk, "text"), TEXT)
    lesson = course.lessons.get()
    edit = url("lesson_edit", course.pk, lesson.pk)
    initial = desk.get(edit).context["form"].own
    assert initial == QUESTION
    desk.post(edit, TEXT | {"title": "改名"})
    desk.post(edit, TEXT | {"title": "改名", "explanation": "更好的解释。"})
    lesson.refresh_from_db()
    assert lesson.title == "改名"
    assert [one.explanation for one in lesson.check_question.versions.order_by("number")] == [
        "先教育后上岗。",
        "更好的解释。",
    ]
    assert Question.objects.count() == 1


def test_a_question_is_chosen_from_a_usable_bank_and_from_no_other(desk, course, organisation_b):
    bureau = QuestionFactory(stem="燃气泄漏怎么办？")
    retired = QuestionFactory(stem="燃气旧题？")
    Question.objects.filter(pk=retired.pk).update(retired_at=timezone.now())
    theirs = QuestionFactory(
        bank=QuestionBank.objects.create(name="乙题库", organisation=organisation_b), stem="燃气别家题？"
    )
    found = desk.get(url("course_questions", course.pk), {"q": "燃气"}).content.decode()
    assert re.findall(r'value="(\d+)"', found) == [str(bureau.pk)]
    for wrong in (theirs, retired):
        page = desk.post(url("lesson_new", course.pk, "text"), TEXT | {"question": wrong.pk, "stem": "", "lines": ""})
        assert "question" in page.context["form"].errors
    desk.post(url("lesson_new", course.pk, "text"), TEXT | {"question": bureau.pk, "stem": ""})
    lesson = course.lessons.get()
    assert lesson.check_question == bureau
    # It stays while nothing else is chosen or written, and its wording is not this author's to change.
    edit = url("lesson_edit", course.pk, lesson.pk)
    assert desk.get(edit).context["form"].own == {}
    desk.post(edit, TEXT | {"stem": "", "lines": ""})
    lesson.refresh_from_db()
    assert lesson.check_question == bureau
    desk.post(edit, TEXT)
    lesson.refresh_from_db()
    assert lesson.check_question.bank.organisation == course.organisation
    bureau.refresh_from_db()
    assert bureau.versions.count() == 1


# ── Films and documents ──────────────────────────────────────────────────────
def uploaded(file: Any, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file.read())


def test_a_film_is_taken_in_with_its_captions_and_says_its_minutes(desk, course, film):  # noqa: F811
    captions = SimpleUploadedFile("zimu.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n你好".encode())
    asked = {"title": "片子", "body": "", "synthetic_voice": "on"} | QUESTION
    files = {"upload": uploaded(film(), "x.mp4"), "captions": captions}
    desk.post(url("lesson_new", course.pk, "video"), asked | files)
    lesson = course.lessons.get()
    assert (lesson.kind, lesson.minutes, round(lesson.video.duration)) == ("video", 1, 2)
    assert (bool(lesson.video.captions), lesson.video.synthetic_voice) == (True, True)
    # Changed without a new file, the film stays.
    desk.post(url("lesson_edit", course.pk, lesson.pk), asked | {"title": "新名", "synthetic_voice": ""})
    lesson.refresh_from_db()
    assert (lesson.title, lesson.video.synthetic_voice, MediaFile.objects.count()) == ("新名", False, 1)


def test_a_film_of_the_library_serves_a_lesson_and_stays_everybodys(desk, course, film, training_officer):  # noqa: F811
    own = add_video(film(), title="本单位的", by=training_officer)
    shared = add_video(film(), title="媒体库的", by=training_officer)
    told = {"name": "a.mp4", "size": 9, "sha256": "0" * 64, "state": "kept", "kind": "video", "media": shared}
    now = timezone.now()
    Upload.objects.create(owner=training_officer, started_at=now, expires_at=now, **told)
    asked = {"title": "看片", "body": ""} | QUESTION
    page = desk.get(url("lesson_new", course.pk, "video")).content.decode()
    assert ("媒体库的" in page, "本单位的" in page) == (True, False)
    assert desk.post(url("lesson_new", course.pk, "video"), asked | {"film": own.pk}).status_code == 200
    asked |= {"film": shared.pk, "synthetic_voice": "on"}
    assert desk.post(url("lesson_new", course.pk, "video"), asked).status_code == 302
    shared.refresh_from_db()
    assert (course.lessons.get().video, shared.synthetic_voice) == (shared, False)


def test_a_document_is_taken_in(desk, course, paper):  # noqa: F811
    asked = {"title": "一页纸", "body": "", "minutes": "5"} | QUESTION
    desk.post(url("lesson_new", course.pk, "document"), asked | {"upload": uploaded(paper(2), "x.pdf")})
    document = course.lessons.get().document
    assert document.file.name.endswith(".pdf")
    assert Job.objects.filter(task="media.draw_pages", args=[document.pk]).count() == 1


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("video", "x.mp4", b"not a film"),
        ("video", "x.mp4", b""),
        ("document", "x.pdf", b"%PDF-1.7 broken"),
        ("document", "x.pdf", b"MZ"),
    ],
)
def test_a_wrong_file_is_told_at_its_field(desk, course, kind, name, content):
    asked = {"title": "假", "body": "", "minutes": "5"} | QUESTION
    page = desk.post(url("lesson_new", course.pk, kind), asked | {"upload": SimpleUploadedFile(name, content)})
    assert list(page.context["form"].errors) == ["upload"]
    assert not Lesson.objects.exists()
    assert not Question.objects.exists()


def test_a_film_that_is_too_large_or_missing_is_told(desk, course, monkeypatch, film):  # noqa: F811
    monkeypatch.setattr("learning.forms.courses.LARGEST_FILM", 100)
    asked = {"title": "大", "body": ""} | QUESTION
    for files in ({}, {"upload": uploaded(film(), "x.mp4")}):
        page = desk.post(url("lesson_new", course.pk, "video"), asked | files)
        assert list(page.context["form"].errors) == ["upload"]


def test_captions_are_webvtt(desk, course, film):  # noqa: F811
    asked = {"title": "片", "body": "", "upload": uploaded(film(), "x.mp4")} | QUESTION
    page = desk.post(
        url("lesson_new", course.pk, "video"), asked | {"captions": SimpleUploadedFile("a.vtt", b"1\n00:00:01,000")}
    )
    assert list(page.context["form"].errors) == ["captions"]


def test_a_kind_that_is_none_does_not_exist(desk, course):
    assert desk.get(url("lesson_new", course.pk, "quiz")).status_code == 404


# ── Order ────────────────────────────────────────────────────────────────────
def test_lessons_change_places_with_their_neighbours(desk, course):
    first, second, third = (LessonFactory(course=course, title=name, position=place * 3)
                            for place, name in enumerate("甲乙丙", 1))  # fmt: skip
    for lesson, direction, wanted in (
        (third, "up", "甲丙乙"),
        (third, "up", "丙甲乙"),
        (third, "up", "丙甲乙"),
        (first, "down", "丙乙甲"),
        (second, "down", "丙甲乙"),
        (second, "down", "丙甲乙"),
    ):
        desk.post(url("lesson_move", course.pk, lesson.pk, direction))
        assert "".join(order(course)) == wanted
    assert desk.post(url("lesson_move", course.pk, first.pk, "sideways")).status_code == 404


def test_a_lesson_is_removed_and_the_others_close_up(course, manager_a):
    now, question = timezone.now(), QuestionFactory()
    drafts = [LessonFactory.build(course=course, check_question=question, title=name) for name in "甲乙丙"]
    lessons = [save_lesson(draft, by=manager_a, now=now) for draft in drafts]
    assert [one.position for one in lessons] == [1, 2, 3]
    remove_lesson(lessons[0], by=manager_a, now=now)
    assert list(course.lessons.order_by("position").values_list("title", "position")) == [("乙", 1), ("丙", 2)]
    save_lesson(lessons[1], by=manager_a, now=now)
    assert order(course) == ["乙", "丙"]


def test_a_lesson_that_somebody_learnt_in_stays(desk, course, learner, manager_a):
    lesson = LessonFactory(course=course)
    LessonProgress.objects.create(enrolment=enrol(learner, programme_of(lesson)), lesson=lesson)
    with pytest.raises(LessonInUse):
        remove_lesson(lesson, by=manager_a, now=timezone.now())
    desk.post(url("lesson_remove", course.pk, lesson.pk))
    assert course.lessons.get() == lesson


# ── Who ──────────────────────────────────────────────────────────────────────
def test_who_edits_which_course(cast, organisation_a, organisation_b):
    courses = {
        "bureau": CourseFactory(),
        "a": CourseFactory(organisation=organisation_a, published_at=None),
        "b": CourseFactory(organisation=organisation_b),
    }
    for name, user in cast.items():
        if user is None:
            continue
        wanted = {"manager_a": {"a"}, "manager_b": {"b"}, "training_officer": {"bureau", "a", "b"}}.get(name, set())
        assert {key for key, one in courses.items() if can_edit_course(user, one)} == wanted, name
        assert {key for key, one in courses.items() if one in courses_edited_by(user)} == wanted, name


def test_a_draft_is_seen_by_its_authors_only(manager_a, manager_b, officer_north, course):
    assert list(courses_viewed_by(manager_a)) == [course]
    assert list(courses_viewed_by(manager_b)) == list(courses_viewed_by(officer_north)) == []
    LessonFactory(course=course)
    publish_course(course, by=manager_a, now=timezone.now())
    assert list(courses_viewed_by(officer_north)) == [course]
    assert list(courses_viewed_by(manager_b)) == []


def test_another_organisations_course_does_not_exist(client_of, manager_b, course):
    lesson, client = LessonFactory(course=course), client_of(manager_b)
    for address in (
        url("course_detail", course.pk),
        url("course_edit", course.pk),
        url("course_questions", course.pk),
        url("lesson_new", course.pk, "text"),
        url("lesson_edit", course.pk, lesson.pk),
        url("lesson_preview", course.pk, lesson.pk),
    ):
        assert client.get(address).status_code == 404, address
        assert client.post(address, TEXT).status_code in {404, 405}, address
    for name in ("lesson_remove", "course_publish"):
        arguments = [course.pk, lesson.pk] if name == "lesson_remove" else [course.pk]
        assert client.post(url(name, *arguments)).status_code == 404
    assert course.lessons.get() == lesson


# ── Pages ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_without_inline_style_or_script_and_one_primary_action(desk, course, language):
    pages = [url("course_list"), url("course_detail", course.pk), url("course_new"), url("course_edit", course.pk)]
    pages += [url("lesson_new", course.pk, kind) for kind in ("text", "video", "document")]
    empty = [desk.get(("" if language == "zh-hans" else "/en") + page).content.decode() for page in pages]
    lesson = LessonFactory(course=course)
    pages += [url("lesson_edit", course.pk, lesson.pk), url("lesson_preview", course.pk, lesson.pk)]
    full = [desk.get(("" if language == "zh-hans" else "/en") + page).content.decode() for page in pages]
    for html in empty + full:
        assert not re.search(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=", html)
        assert len(re.findall(r"<h1", html)) == 1
        assert len(re.findall(r'class="[^"]*btn-primary', html)) <= 1


def test_a_preview_shows_the_lesson_and_counts_nothing(desk, course):
    lesson = LessonFactory(course=course, body="正文在此")
    html = desk.get(url("lesson_preview", course.pk, lesson.pk)).content.decode()
    assert "正文在此" in html
    assert "data-open" not in html
    assert "option-right" not in html


def test_the_list_costs_the_same_for_one_and_three_courses(desk, course):
    costs = []
    for more in (0, 2):
        for _turn in range(more):
            LessonFactory(course=CourseFactory())
        for address in (url("course_list"), url("course_detail", course.pk)):
            desk.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert desk.get(address).status_code == 200
            costs.append(len(asked))
        LessonFactory(course=course)
    assert costs[0] == costs[2] <= 12
    assert costs[1] == costs[3] <= 12


def test_nobody_without_an_office_finds_the_desk(client_of, learner):
    assert client_of(learner).get(url("course_list")).status_code == 404
