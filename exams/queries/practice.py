"""Which questions may be practised, how many there are of each sort, and which comes next."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, Exists, IntegerField, Max, Min, OuterRef, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from exams import practice_rules
from exams.models import Exam, Paper, Practice, Question, QuestionBank, QuestionVersion, Sitting
from exams.permissions import banks_practised_by
from people.models import Sector


@dataclass(frozen=True)
class Choice:
    """What somebody wants to practise; an empty word chooses everything."""

    kind: str = ""
    point: str = ""
    chapter: str = ""
    difficulty: str = ""
    sector: str = ""

    def q(self, prefix: str = "") -> Q:
        """What a question must be; `prefix` leads to it from the filtered model."""
        wanted = {
            "current__kind": self.kind,
            "point": self.point,
            "chapter": self.chapter,
            "current__difficulty": self.difficulty,
            "sectors__code": self.sector,
        }
        return Q(**{f"{prefix}{name}": value for name, value in wanted.items() if value})


def asked_in_open_exams(now: datetime, banks: Iterable[QuestionBank] | QuerySet[QuestionBank]) -> set[int]:
    """The questions of every paper of an exam that is going on: until it is over practice neither asks them nor shows
    their keys, for nobody, or whoever sits the exam would look them up on a second phone, or be told by a colleague.
    An exam goes on until its window is closed and nobody with extra time still writes."""
    writing = Sitting.objects.filter(paper__exam=OuterRef("pk"), state=Sitting.State.OPEN)
    going_on = Exam.objects.filter(Q(closes_at__gt=now) | Exists(writing), parts__bank__in=banks, opens_at__lte=now)
    published = going_on.filter(state=Exam.State.PUBLISHED).values("pk")
    return questions_of(Paper.objects.filter(exam__in=published))


def questions_of(papers: QuerySet[Paper]) -> set[int]:
    versions = {slot["version"] for slots in papers.values_list("slots", flat=True) for slot in slots}
    if not versions:
        return set()
    return set(QuestionVersion.objects.filter(pk__in=versions).values_list("question", flat=True))


def in_use_q(prefix: str = "") -> Q:
    """In use and reviewed: what came with the product has no author and was reviewed before."""
    reviewed = Q(**{f"{prefix}current__reviewed_at__isnull": False}) | Q(**{f"{prefix}current__author": None})
    return reviewed & Q(
        **{
            f"{prefix}retired_at": None,
            f"{prefix}quarantined_at": None,
            f"{prefix}current__isnull": False,
        }
    )


def unreviewed(bank: QuestionBank) -> QuerySet[Question]:
    """What stays out of practice until somebody has read it."""
    rows = bank.questions.filter(retired_at=None, current__isnull=False).exclude(in_use_q()).filter(quarantined_at=None)
    return rows.select_related("current").order_by("pk")


class Ground:
    """What one person may practise at a moment: some banks without the questions of exams that are going on, and
    without some `besides`."""

    def __init__(self, user: Any, banks: Iterable[QuestionBank], *, now: datetime, besides: Iterable[int] = ()) -> None:
        self.user, self.banks = user, list(banks)
        self.secret = {*(asked_in_open_exams(now, self.banks) if self.banks else ()), *besides}

    def q(self, prefix: str = "") -> Q:
        inside = Q(**{f"{prefix}bank__in": self.banks}) & in_use_q(prefix)
        return inside & ~Q(**{f"{prefix}pk__in": self.secret}) if self.secret else inside

    def questions(self, choice: Choice | None = None) -> QuerySet[Question]:
        return Question.objects.filter(self.q(), (choice or Choice()).q())

    def mine(self, choice: Choice | None = None) -> QuerySet[Practice]:
        return Practice.objects.filter(self.q("question__"), (choice or Choice()).q("question__"), user=self.user)

    def wrong(self, choice: Choice | None = None) -> QuerySet[Practice]:
        return self.mine(choice).to_repeat()  # type: ignore[attr-defined,no-any-return]

    def shows(self, question: Question) -> bool:
        """Whether the key of a question once answered may be shown: also after the question was retired."""
        return question.pk not in self.secret and any(bank.pk == question.bank_id for bank in self.banks)


def ground_of(user: Any, now: datetime) -> Ground:
    return Ground(user, banks_practised_by(user).order_by("organisation", "name", "pk"), now=now)


# ── Counts ───────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Facet:
    """One thing to choose by: its values with how many questions each would give beside the other choices."""

    name: str
    chosen: str
    values: list[tuple[str, str, int]]


def bank_counts(ground: Ground) -> list[tuple[QuestionBank, int]]:
    """The banks that hold something to practise."""
    found = dict(ground.questions().order_by().values_list("bank").annotate(Count("pk")))
    return [(bank, found[bank.pk]) for bank in ground.banks if bank.pk in found]


def facets(ground: Ground, choice: Choice) -> tuple[list[Facet], int]:
    """All counts out of one grouped statement, and one more for the sectors; the number beside them is how many fit
    the whole choice."""
    names = ("current__kind", "point", "chapter", "current__difficulty")
    here = ground.questions(Choice(sector=choice.sector)).order_by()
    rows = [
        ({"kind": kind, "point": point, "chapter": chapter, "difficulty": str(difficulty)}, count)
        for kind, point, chapter, difficulty, count in here.values_list(*names).annotate(Count("pk"))
    ]
    total = sum(count for row, count in rows if fits(row, choice))
    found = [facet(name, rows, choice, LABELS.get(name, str)) for name in ("chapter", "point", "kind", "difficulty")]
    return [one for one in [*found, sector_facet(ground, choice)] if one.values], total


def fits(row: dict[str, str], choice: Choice, but: str = "") -> bool:
    return all(getattr(choice, name) in {"", value} for name, value in row.items() if name != but)


def facet(name: str, rows: list[tuple[dict[str, str], int]], choice: Choice, label: Callable[[str], str]) -> Facet:
    counts: Counter[str] = Counter()
    for row, count in rows:
        if row[name] and fits(row, choice, but=name):
            counts[row[name]] += count
    ordered = sorted(counts) if name not in LABELS else [value for value in order_of(name) if value in counts]
    return Facet(name, getattr(choice, name), [(value, label(value), counts[value]) for value in ordered])


def order_of(name: str) -> list[str]:
    choices: Any = QuestionVersion.Kind if name == "kind" else QuestionVersion.Difficulty
    return [str(value) for value in choices.values]


LABELS: Final[dict[str, Callable[[str], str]]] = {
    "kind": lambda value: str(QuestionVersion.Kind(value).label),
    "difficulty": lambda value: str(QuestionVersion.Difficulty(int(value)).label),
}


def sector_facet(ground: Ground, choice: Choice) -> Facet:
    others = Choice(**{one.name: getattr(choice, one.name) for one in fields(Choice) if one.name != "sector"})
    counts = dict(
        ground.questions(others).filter(sectors__isnull=False).order_by().values_list("sectors").annotate(Count("pk"))
    )
    sectors = Sector.objects.filter(pk__in=counts)
    return Facet("sector", choice.sector, [(one.code, str(one), counts[one.pk]) for one in sectors])


# ── How far somebody is ──────────────────────────────────────────────────────
@dataclass(frozen=True)
class Progress:
    met: int  # different questions
    asked: int  # answers
    mastered: int  # right the last time they were asked
    wrong: int  # wait to come back


def progress(ground: Ground, choice: Choice | None = None) -> Progress:
    waiting = Q(wrong_at__isnull=False, in_a_row__lt=practice_rules.TIMES_RIGHT)
    found = ground.mine(choice).aggregate(
        met=Count("pk"),
        asked=Coalesce(Sum("asked"), 0),
        mastered=Count("pk", filter=Q(in_a_row__gt=0)),
        wrong=Count("pk", filter=waiting),
    )
    return Progress(**found)


# ── What comes next ──────────────────────────────────────────────────────────
def next_question(ground: Ground, choice: Choice, done: Progress, dice: random.Random) -> Question | None:
    """Unseen ones first, at a place that chance names; then those seen least, and longest ago. Every fourth is one of
    the wrong ones."""
    if practice_rules.wrong_one_is_due(done.asked, done.wrong):
        found = next_wrong(ground, choice)
        if found:
            return found
    return unseen(ground, choice, dice) or least_seen(ground, choice)


def next_wrong(ground: Ground, choice: Choice, *, alone: bool = False) -> Question | None:
    """The wrong one that has waited longest; the one answered just now only where wrong ones `alone` are practised."""
    rows = ground.wrong(choice).order_by("answered_at", "pk")
    if not alone:
        rows = rows.exclude(pk__in=last_answered(ground.user))
    return whole(rows.values_list("question", flat=True).first())


def last_answered(user: Any) -> list[int]:
    return list(Practice.objects.filter(user=user).order_by("-answered_at").values_list("pk", flat=True)[:1])


def unseen(ground: Ground, choice: Choice, dice: random.Random) -> Question | None:
    ends = Question.objects.filter(bank__in=ground.banks).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return None
    start = practice_rules.starting_point(ends["first"], ends["last"], dice)
    seen = Practice.objects.filter(user=ground.user, question=OuterRef("pk"))
    rows = ground.questions(choice).filter(~Exists(seen)).order_by("pk").values_list("pk", flat=True)
    return whole(rows.filter(pk__gte=start).first() or rows.filter(pk__lt=start).first())


def least_seen(ground: Ground, choice: Choice) -> Question | None:
    return whole(ground.mine(choice).order_by("asked", "answered_at", "pk").values_list("question", flat=True).first())


def whole(pk: int | None) -> Question | None:
    return Question.objects.select_related("current", "bank").get(pk=pk) if pk else None


# ── Wrong ones ───────────────────────────────────────────────────────────────
def wrong_rows(ground: Ground) -> QuerySet[Practice]:
    """The latest first."""
    return ground.wrong().select_related("question__current", "question__bank").order_by("-wrong_at", "-pk")


# ── Mock exams ───────────────────────────────────────────────────────────────
def kind_counts(ground: Ground) -> dict[str, int]:
    found = dict(ground.questions().order_by().values_list("current__kind").annotate(Count("pk")))
    return {kind: found[kind] for kind in QuestionVersion.Kind.values if kind in found}


def times_seen(user: Any) -> Counter[int]:
    """How often this person was asked each question, by its current version."""
    rows = Practice.objects.filter(user=user, question__current__isnull=False)
    return Counter(dict(rows.values_list("question__current", "asked")))


def blueprints_of(user: Any, now: datetime) -> list[Exam]:
    """The exams whose blueprint this person may practise by: admitted, not over, every bank open for practice."""
    closed = Q(parts__isnull=False) & ~Q(parts__bank__in=banks_practised_by(user))
    mine = Exam.objects.filter(
        state=Exam.State.PUBLISHED, closes_at__gt=now, candidates__user=user, candidates__withdrawn_at=None
    )
    usable = mine.exclude(pk__in=Exam.objects.filter(closed).values("pk"))
    rank = Case(When(opens_at__lte=now, then=0), default=1, output_field=IntegerField())
    return list(usable.order_by(rank, "opens_at", "pk").prefetch_related("parts__bank"))
