"""Banks and their questions, as lists show them and as an import compares with them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from duties.models import Article
from exams.fulltext import versions_with
from exams.importers.verdicts import Asked, Known, asked, right
from exams.models import Question, QuestionBank, QuestionImport, QuestionVersion

SORTS = {"newest": "-pk", "oldest": "pk", "stem": "current__stem", "chapter": "chapter"}
MOST_POINTS = 500  # that a field proposes
FIELDS = {
    "kind": "current__kind",
    "difficulty": "current__difficulty",
    "point": "point",
    "case": "case",
    "sector": "sectors",
    "article": "current__articles",
}
REVIEWED, UNREVIEWED = "reviewed", "unreviewed"
IN_USE, QUARANTINED, RETIRED, ALL = "in_use", "quarantined", "retired", "all"


def bank_rows(user: Any) -> QuerySet[QuestionBank]:
    """Each bank with how many questions of each kind can be asked today, the bureau's first."""
    asked_today = Q(questions__retired_at=None, questions__quarantined_at=None, questions__current__isnull=False)
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
        bank.questions.filter(retired_at=None, quarantined_at=None, current__isnull=False)
        .order_by()
        .values_list("current__kind")
        .annotate(Count("pk"))
    )
    return [(kind.value, str(kind.label), found.get(kind.value, 0)) for kind in QuestionVersion.Kind]


def question_rows(
    bank: QuestionBank, *, q: str = "", state: str = IN_USE, review: str = "", sort: str = "newest", **exactly: Any
) -> QuerySet[Question]:
    """The questions that hold the words and are `exactly` this kind, difficulty, knowledge point, case, sector or
    cite this article."""
    rows = bank.questions.filter(current__isnull=False).select_related("current").defer("current__grams")
    if q:
        rows = rows.filter(holding(bank, q))
    states: dict[str, dict[str, Any]] = {
        IN_USE: {"retired_at": None, "quarantined_at": None},
        QUARANTINED: {"retired_at": None, "quarantined_at__isnull": False},
        RETIRED: {"retired_at__isnull": False},
    }
    rows = rows.filter(**states.get(state, {}))
    if review:
        rows = rows.filter(current__reviewed_at__isnull=review != REVIEWED)
    rows = rows.filter(**{FIELDS[name]: value for name, value in exactly.items() if value})
    return rows.order_by(SORTS.get(sort, SORTS["newest"]), "-pk")


def holding(bank: QuestionBank, words: str) -> Q:
    """In the stem or the case description by the index; in the names of chapters, which are few, by reading them."""
    chapters = list(bank.questions.filter(chapter__icontains=words).order_by().values_list("chapter").distinct())
    versions = versions_with(words)
    in_text = Q(current__in=versions) if versions else Q(pk=None)
    return in_text | Q(chapter__in=[chapter for (chapter,) in chapters]) if chapters else in_text


def points_of(bank: QuestionBank) -> list[str]:
    named = bank.questions.exclude(point="").order_by("point")
    return list(named.values_list("point", flat=True).distinct()[:MOST_POINTS])


def articles_cited(bank: QuestionBank) -> QuerySet[Article]:
    cited = Question.objects.filter(bank=bank, current__articles=OuterRef("pk"))
    return Article.objects.filter(Exists(cited)).select_related("regulation")


def known_questions(bank: QuestionBank) -> dict[Asked, Known]:
    """What the bank holds already, retired questions included."""
    versions = QuestionVersion.objects.filter(pk__in=bank.questions.values("current"))
    found = versions.values_list("kind", "stem", "options", "answer", "picture__name", "question__key")
    return {
        asked(stem, options, picture or ""): Known(right(kind, options, answer), key, kind, stem, options, answer)
        for kind, stem, options, answer, picture, key in found
    }


def imports_of(bank: QuestionBank, user: Any, at: datetime) -> QuerySet[QuestionImport]:
    """The user's own latest imports; a file that was only looked at is forgotten with its file."""
    kept = Q(state=QuestionImport.State.CHECKED, file__expires_at__gt=at) | ~Q(state=QuestionImport.State.CHECKED)
    return QuestionImport.objects.visible_to(user).filter(kept, bank=bank).select_related("job")
