from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from django.db import transaction

from duties.models import Article
from exams.models import Question, QuestionBank, QuestionVersion
from people.models import Sector, User
from records.models import PrivateFile


class Wording(TypedDict):
    """`options` and `answer` as `exams.rules` tells for each kind."""

    kind: str
    stem: str
    options: Any
    answer: Any
    explanation: str
    difficulty: int
    hazard: str
    material: NotRequired[str]


class Filing(TypedDict):
    """Where a question belongs, whatever its wording."""

    point: str
    case: str
    sectors: list[Sector]


@transaction.atomic
def write_question(
    bank: QuestionBank,
    key: str,
    wording: Wording,
    *,
    articles: Iterable[Article] = (),
    picture: PrivateFile | None = None,
    filed: Filing | None = None,
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
    if filed:
        question.point, question.case = filed["point"], filed["case"]
        question.sectors.set(filed["sectors"])
    question.save(update_fields=["current", "point", "case"])
    return question
