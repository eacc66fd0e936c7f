"""Odd patterns of an exam with the people they concern and what was decided about them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exams.models import Exam, ExamStatistics, PatternReview, Sitting

KINDS: dict[str, Any] = {
    "alike": gettext_lazy("Identical wrong answers"),
    "fast": gettext_lazy("Very fast"),
    "device": gettext_lazy("One device, several people"),
    "left": gettext_lazy("Page left often"),
}
INNOCENT: dict[str, Any] = {
    "alike": gettext_lazy("People who learnt from the same wrong notes make the same mistakes."),
    "fast": gettext_lazy("Whoever knows the questions from practice is fast."),
    "device": gettext_lazy("Colleagues and couples lend each other a phone."),
    "left": gettext_lazy("Calls, messages and a screen that locks itself count, too."),
}


@dataclass(frozen=True)
class Row:
    kind: str
    key: str
    words: str
    sittings: list[Sitting]
    reviews: list[PatternReview]

    @property
    def name(self) -> Any:
        return KINDS[self.kind]

    @property
    def innocent(self) -> Any:
        return INNOCENT[self.kind]

    @property
    def latest(self) -> PatternReview | None:
        return self.reviews[0] if self.reviews else None


def pattern_rows(kept: ExamStatistics, *, kind: str = "", undecided: bool = False) -> list[Row]:
    """Those that nobody has decided about come first; a sitting annulled since stays named."""
    reviews = reviews_by_pattern(kept.exam)
    found = [one for one in kept.patterns if not kind or one["kind"] == kind]
    numbers = {pk for one in found for pk in one["sittings"]}
    sittings = Sitting.objects.select_related("candidate__user", "candidate__organisation").in_bulk(numbers)
    rows = [
        Row(
            kind=one["kind"],
            key=one["key"],
            words=told(one["kind"], one["facts"]),
            sittings=[sittings[pk] for pk in one["sittings"] if pk in sittings],
            reviews=reviews.get(one["key"], []),
        )
        for one in found
    ]
    return [row for row in sorted(rows, key=lambda row: bool(row.reviews)) if not (undecided and row.reviews)]


def reviews_by_pattern(exam: Exam) -> dict[str, list[PatternReview]]:
    """The latest first."""
    found: dict[str, list[PatternReview]] = {}
    for review in exam.pattern_reviews.select_related("by"):
        found.setdefault(review.pattern, []).append(review)
    return found


def told(kind: str, facts: dict[str, Any]) -> str:
    if kind == "alike":
        said = _("%(same)s identical wrong answers among %(both_wrong)s questions that both got wrong; chance explains"
                 " about %(expected)s.")  # fmt: skip
    elif kind == "fast":
        said = _("%(answered)s questions answered, %(seconds)s seconds each.")
    elif kind == "device":
        said = ngettext(
            "%(people)s person sat it in one browser.", "%(people)s people sat it in one browser.", facts["people"]
        )
    else:
        said = ngettext("Left %(times)s time.", "Left %(times)s times.", facts["times"])
    return said % facts


def counts(kept: ExamStatistics) -> list[tuple[str, Any, int]]:
    kinds = [one["kind"] for one in kept.patterns]
    return [(kind, name, kinds.count(kind)) for kind, name in KINDS.items()]
