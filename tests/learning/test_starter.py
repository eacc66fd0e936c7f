"""The course that ships: long enough to be useful, every figure from the rulebook, and never over an editor's work."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Collection

from duties.shipped import read_rulebook
from duties.starter import load_rulebook
from exams.starter import load_questions, read_questions
from learning.models import Course, Lesson
from learning.starter import courses, files, shipped
from media.models import Document, MediaFile
from records.models import Job
from records.starter import Outcome

COURSE = next(course for course in shipped.read_courses() if course.key == "new-worker-plant-level")
LESSONS = COURSE.lessons
NAMES = [lesson.key for lesson in LESSONS]
BOOK = read_rulebook()
FIGURE = re.compile(r"\d+(?:\.\d+)?(?:\s*(?:%|[\u4e00-\u9fff]{1,2}))?")
NUMBERS_TO_DIAL = {"110", "119", "120"}
ARTICLE_NAMED = re.compile(r"《([^》]+)》第([一二三四五六七八九十百]+)条|（第([一二三四五六七八九十百]+)条）")
WRONG_WORDS = ("演习", "官网", "达标", "众所周知", "随着社会", "特种设备作业操作证")


def figures(body: str) -> list[str]:
    return [found for found in FIGURE.findall(body) if re.match(r"\d+", found)[0] not in NUMBERS_TO_DIAL]  # type: ignore[index]


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_every_figure_points_to_a_row_of_the_rulebook(lesson: shipped.ShippedLesson) -> None:
    numbers = lesson.front.get("numbers", [])
    explained = " ".join(number["text"] for number in numbers)
    assert [figure for figure in figures(lesson.body) if figure not in explained] == []
    assert {number["row"] for number in numbers} <= BOOK.articles.keys()
    assert all(number["text"] in lesson.body for number in numbers)


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_every_law_it_cites_is_in_the_rulebook(lesson: shipped.ShippedLesson) -> None:
    assert lesson.front["cites"]
    assert set(lesson.front["cites"]) <= BOOK.articles.keys()


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_an_article_is_named_by_its_number_only_where_it_has_been_verified(lesson: shipped.ShippedLesson) -> None:
    verified = [BOOK.articles[row] for row in lesson.front["cites"] if BOOK.articles[row]["verified"]]
    labels = {article["label"] for article in verified}
    named = {f"第{in_title or in_brackets}条" for _title, in_title, in_brackets in ARTICLE_NAMED.findall(lesson.body)}
    assert named <= labels


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_what_is_not_verified_stands_among_the_doubts(lesson: shipped.ShippedLesson) -> None:
    unverified = [row for row in lesson.front["cites"] if not BOOK.articles[row]["verified"]]
    assert bool(unverified) <= bool(lesson.front.get("doubts"))


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_a_lesson_ends_with_a_question_of_the_bank(lesson: shipped.ShippedLesson) -> None:
    assert lesson.front["check"] in {question["key"] for question in read_questions()}


@pytest.mark.parametrize(
    "lesson", [lesson for lesson in LESSONS if lesson.front["kind"] == "text"], ids=lambda lesson: lesson.key
)
def test_a_text_is_a_ten_minute_piece(lesson: shipped.ShippedLesson) -> None:
    assert 800 <= len(re.findall(r"[\u4e00-\u9fff，。：；？！、]", lesson.body)) <= 1500
    assert 8 <= lesson.front["minutes"] <= 12
    assert lesson.body.count("\n## ") >= 3


@pytest.mark.parametrize("lesson", LESSONS, ids=NAMES)
def test_a_text_keeps_to_the_markup_and_the_words_of_the_house(lesson: shipped.ShippedLesson) -> None:
    assert [word for word in WRONG_WORDS if word in lesson.body] == []
    assert [line for line in lesson.body.splitlines() if re.match(r"#(?!# )|###|\d+\. |\* |>|!", line)] == []
    assert re.findall(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", lesson.body) == []


def test_the_course_has_texts_a_film_and_a_paper_and_asks_each_question_once() -> None:
    kinds = Counter(lesson.front["kind"] for lesson in LESSONS)
    assert kinds == {"text": 9, "video": 1, "document": 1}
    checks = [lesson.front["check"] for lesson in LESSONS]
    assert len(set(checks)) == len(checks)
    assert COURSE.front["reviewed_by"]


def test_the_film_is_small_ready_to_stream_and_captioned() -> None:
    lesson = next(lesson for lesson in LESSONS if lesson.front["kind"] == "video")
    film = (files.VIDEOS / f"{lesson.front['video']}.mp4").read_bytes()
    assert len(film) < 2.5 * 1024 * 1024
    assert film.index(b"moov") < film.index(b"mdat")
    cues = re.findall(r"(\d\d:\d\d:[\d.]+) --> (\d\d:\d\d:[\d.]+)", captions(lesson))
    assert cues[0][0] == "00:00:00.000"
    assert [begin for begin, _end in cues[1:]] == [end for _begin, end in cues[:-1]]
    assert seconds(cues[-1][1]) == lesson.front["seconds"]
    assert 60 <= lesson.front["seconds"] <= 90


def captions(lesson: shipped.ShippedLesson) -> str:
    text = (files.VIDEOS / f"{lesson.front['video']}.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n")
    return text


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_no_drawing_can_run_or_fetch_anything() -> None:
    wrong = re.compile(r"<script|\son\w+=|href=|<foreignObject|<!ENTITY|url\(", re.IGNORECASE)
    drawings = list((files.VIDEOS / "drawings").glob("*.svg"))
    assert drawings
    assert [path.name for path in drawings if wrong.search(path.read_text())] == []


# ── Loading ──────────────────────────────────────────────────────────────────
@pytest.fixture
def library(db: None, library_root: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    load_rulebook()
    load_questions()


@pytest.fixture
def library_root(db: None) -> None:
    """Made by Wagtail's migrations, which the suite does without."""
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> shipped.ShippedLesson:
    """The next version of the product has another text in the first lesson."""
    first = shipped.ShippedLesson(LESSONS[0].front, LESSONS[0].body + "\n\n新的一段。")
    course = shipped.ShippedCourse(COURSE.front, (first, *LESSONS[1:]))
    monkeypatch.setattr(courses, "read_courses", lambda: [course])
    return first


@pytest.mark.usefixtures("library")
def test_the_course_is_loaded_whole_and_published() -> None:
    assert set(courses.load_courses()) == {Outcome.CREATED}
    course = Course.objects.published().get(key=COURSE.key)
    assert course.organisation is None
    assert list(course.lessons.values_list("key", flat=True)) == NAMES
    for lesson in course.lessons.all():
        lesson.full_clean()
    cited = {article.row_key for article in course.articles.select_related("regulation")}
    assert cited == set(COURSE.front["cites"])
    film, paper = MediaFile.objects.get(), Document.objects.get()
    assert (film.duration, bool(film.captions), bool(film.thumbnail)) == (83, True, True)
    assert paper.file.read(5) == b"%PDF-"
    assert Job.objects.filter(task="media.draw_pages").count() == 1


@pytest.mark.usefixtures("library")
def test_loading_again_changes_nothing() -> None:
    courses.load_courses()
    before = list(Lesson.objects.values())
    assert set(courses.load_courses()) == {Outcome.UNCHANGED}
    assert list(Lesson.objects.values()) == before


@pytest.mark.usefixtures("library")
def test_a_newer_text_reaches_a_lesson_that_nobody_touched(newer: shipped.ShippedLesson) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(courses, "read_courses", lambda: [COURSE])
        courses.load_courses()
    assert courses.load_courses().count(Outcome.UPDATED) == 1
    assert Lesson.objects.get(key=newer.key).body == newer.body


@pytest.mark.usefixtures("library")
def test_an_edited_lesson_is_kept(newer: shipped.ShippedLesson) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(courses, "read_courses", lambda: [COURSE])
        courses.load_courses()
    Lesson.objects.filter(key=newer.key).update(body="编辑改过。")
    assert courses.load_courses().count(Outcome.KEPT) == 1
    assert Lesson.objects.get(key=newer.key).body == "编辑改过。"


@pytest.mark.usefixtures("library")
def test_what_an_editor_removed_does_not_come_back() -> None:
    courses.load_courses()
    Lesson.objects.filter(key="cases").delete()
    courses.load_courses()
    assert not Lesson.objects.filter(key="cases").exists()
