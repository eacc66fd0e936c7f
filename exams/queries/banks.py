"""Banks and their questions, as lists show them and as an import compares with them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from exams.importers.verdicts import Asked, Known, asked, right
from exams.models import Question, QuestionBank, QuestionImport, QuestionVersion

SORTS = {"newest": "-pk", "oldest": "pk", "stem": "current__stem", "chapter": "chapter"}
IN_USE, RETIRED, ALL = "in_use", "retired", "all"


def bank_rows(user: Any) -> QuerySet[QuestionBank]:
    """Each bank with how many questions of each kind can be asked today, the bureau's first."""
    asked_today = Q(questions__retired_at=None, questions__current__isnull=False)
    counts: Any = {
        kind: Count("questions", filter=asked_today & Q(questions__current__kind=kind))
        for kind in QuestionVersion.Kind.values
    }
    counts["total"] = Count("questions", filter=asked_today)
    rows = QuestionBank.objects.visible_to(user).select_related("organisation").annotate(**counts)
    return rows.order_by(F("organisation__name").asc(nulls_first=True), "name", "pk")


def kinds_of(bank: QuestionBank) -> list[tuple[str, str, int]]:
    """Each kind, its name, and how many of its questions can be asked today."""
    found = dict(
        bank.questions.filter(retired_at=None, current__isnull=False)
        .order_by()
        .values_list("current__kind")
        .annotate(Count("pk"))
    )
    return [(kind.value, str(kind.label), found.get(kind.value, 0)) for kind in QuestionVersion.Kind]


def question_rows(
    bank: QuestionBank, *, q: str = "", kind: str = "", state: str = IN_USE, sort: str = "newest"
) -> QuerySet[Question]:
    rows = bank.questions.filter(current__isnull=False).select_related("current")
    if q:
        rows = rows.filter(Q(current__stem__icontains=q) | Q(chapter__icontains=q))
    if kind:
        rows = rows.filter(current__kind=kind)
    if state in {IN_USE, RETIRED}:
        rows = rows.filter(retired_at__isnull=state == IN_USE)
    return rows.order_by(SORTS.get(sort, SORTS["newest"]), "-pk")


def known_questions(bank: QuestionBank) -> dict[Asked, Known]:
    """What the bank holds already, retired questions included."""
    versions = QuestionVersion.objects.filter(pk__in=bank.questions.values("current"))
    found = versions.values_list("stem", "options", "answer", "picture__name", "question__key")
    return {
        asked(stem, options, picture or ""): Known(right(options, answer), key)
        for stem, options, answer, picture, key in found
    }


def imports_of(bank: QuestionBank, user: Any, at: datetime) -> QuerySet[QuestionImport]:
    """The user's own latest imports; a file that was only looked at is forgotten with its file."""
    kept = Q(state=QuestionImport.State.CHECKED, file__expires_at__gt=at) | ~Q(state=QuestionImport.State.CHECKED)
    return QuestionImport.objects.visible_to(user).filter(kept, bank=bank).select_related("job")
