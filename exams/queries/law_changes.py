"""What of the exams rests on an article of the law."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from duties.models import Article
from duties.registry import Touched
from exams.models import Exam, Paper, Question, QuestionBank
from exams.permissions import exams_viewed_by


def questions_citing(article: Article, user: Any, at: datetime) -> Iterator[Touched]:
    """In the wording of today, as long as they may still be asked."""
    banks = QuestionBank.objects.visible_to(user)
    rows = Question.objects.filter(current__articles=article, retired_at=None, bank__in=banks)
    for question in rows.select_related("current", "bank").order_by("bank__name", "pk").iterator(chunk_size=100):
        yield Touched(f"{question.bank} · {question}", reverse("exams:question_detail", args=[question.pk]))


def exams_asking(article: Article, user: Any, at: datetime) -> Iterator[Touched]:
    """Not yet closed, with a frozen paper that asks a question citing it, in whichever wording."""
    versions = set(article.question_versions.values_list("pk", flat=True))
    alive = exams_viewed_by(user).filter(state=Exam.State.PUBLISHED, closes_at__gt=at)
    papers = Paper.objects.filter(exam__in=alive).values_list("exam", "slots").iterator(chunk_size=100)
    asking = {exam for exam, slots in papers if any(slot["version"] in versions for slot in slots)} if versions else ()
    for exam in alive.filter(pk__in=asking).order_by("closes_at", "pk"):
        yield Touched(exam.title, reverse("exams:exam_detail", args=[exam.pk]))
