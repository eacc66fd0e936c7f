from collections.abc import Iterable
from typing import TypedDict

from django.db import transaction

from duties.models import Article
from exams.models import Question, QuestionBank, QuestionVersion
from people.models import User
from records.models import PrivateFile


class Wording(TypedDict):
    kind: str
    stem: str
    options: list[str]
    answer: list[int]
    explanation: str
    difficulty: int
    hazard: str


@transaction.atomic
def write_question(
    bank: QuestionBank,
    key: str,
    wording: Wording,
    *,
    articles: Iterable[Article] = (),
    picture: PrivateFile | None = None,
    by: User | None = None,
) -> Question:
    """Create the question, or give it a new version; the versions before it stay as they were."""
    question, _created = Question.objects.select_for_update().get_or_create(bank=bank, key=key)
    number = question.versions.count() + 1
    version = QuestionVersion(question=question, number=number, author=by, picture=picture, **wording)
    version.full_clean()
    version.save()
    version.articles.set(articles)
    question.current = version
    question.save(update_fields=["current"])
    return question
