"""An amended article tells what rests on it: questions, exams, courses."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from duties.registry import touched_by_articles
from exams.models import Question
from tests.duties.factories import ArticleFactory
from tests.exams.factories import make_bank, make_published, make_question
from tests.learning.factories import LessonFactory

pytestmark = pytest.mark.django_db


def names(article: Any, user: Any, at: Any) -> list[list[str]]:
    return [[one.name for one in kind.rows] for kind in touched_by_articles.of(article, user, at)]


def test_questions_open_exams_and_courses_are_listed(editor: Any) -> None:
    article, now = ArticleFactory(), timezone.now()
    assert names(article, editor, now) == [[], [], []]
    bank = make_bank(single=1)
    question = bank.questions.get()
    question.current.articles.add(article)
    parts = [("single", 1, 10)]
    make_published(bank, title="还开着的考试", parts=parts)
    make_published(make_bank("别的库", single=1), title="不相干的考试", parts=parts)
    lesson = LessonFactory(check_question=question)
    stem = f"题库 · {question.current.stem}"
    assert names(article, editor, now) == [[stem], ["还开着的考试"], [lesson.course.title]]
    assert names(article, editor, now + timedelta(days=2)) == [[stem], [], [lesson.course.title]]
    make_question(bank, number=1, stem="改写以后不再引用")
    question.refresh_from_db()
    assert names(article, editor, now) == [[], ["还开着的考试"], []]


def test_a_retired_question_needs_nothing(editor: Any) -> None:
    article = ArticleFactory()
    make_question(make_bank(single=1)).current.articles.add(article)
    Question.objects.update(retired_at=timezone.now())
    assert names(article, editor, timezone.now()) == [[], [], []]


def test_the_editor_sees_it_below_the_article(editor: Any, client_of: Any) -> None:
    from wagtail.models import Locale

    Locale.objects.get_or_create(language_code="zh-hans")
    question = make_bank(single=1).questions.get()
    article = ArticleFactory()
    question.current.articles.add(article)
    page = client_of(editor).get(reverse("wagtailsnippets_duties_article:edit", args=[article.pk])).content.decode()
    assert reverse("exams:question_detail", args=[question.pk]) in page
    new = client_of(editor).get(reverse("wagtailsnippets_duties_article:add")).content.decode()
    assert "article-touches" not in new
