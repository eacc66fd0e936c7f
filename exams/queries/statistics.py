"""Statistics of an exam as a page shows them: figures with plain words, and a line for each question."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams import statistics_rules as rules
from exams.importers.headers import LETTERS
from exams.models import ExamStatistics, QuestionVersion
from exams.permissions import banks_edited_by
from exams.rules import CHOICES

LOOKS: dict[str, Any] = {
    "against": gettext_lazy("Those who know more fail here more often: check the key first"),
    "hard": gettext_lazy("Hardly anybody gets it right"),
    "weak": gettext_lazy("Tells the strong from the weak hardly at all"),
    "easy": gettext_lazy("Nearly everybody gets it right"),
    "few": gettext_lazy("Too few sittings to say anything"),
}
TAGS = {"against": "danger", "hard": "late", "weak": "late", "easy": "wait", "few": "off"}


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    words: str


@dataclass(frozen=True)
class Choice:
    letter: str
    text: str
    count: int
    percent: int
    right: bool


@dataclass(frozen=True)
class Line:
    """One version of a question, as it was asked in this exam."""

    version: QuestionVersion
    points: int
    count: int
    facility: float | None
    sd: float | None
    discrimination: float | None
    efficiency: float | None
    weight: float | None
    guess: float | None
    looks: list[str]
    choices: list[Choice]

    @property
    def reasons(self) -> list[tuple[str, Any]]:
        return [(TAGS[word], LOOKS[word]) for word in self.looks]

    @property
    def urgent(self) -> bool:
        return bool(set(self.looks) - {"few", "easy"})


def shown(value: float | None, digits: int = 1, unit: str = "") -> str:
    return "–" if value is None else f"{value:.{digits}f}{unit}"


def figures(kept: ExamStatistics) -> list[Figure]:
    """Totals are kept in hundredths of a point."""
    found, best = kept.figures["test"], kept.figures["points"]
    points = {
        name: None if found[name] is None else found[name] / 100 for name in ("mean", "median", "sd", "standard_error")
    }
    return [
        Figure(_("Mean"), f"{shown(points['mean'])} / {best}", _("The points of all, divided by their number.")),
        Figure(_("Median"), shown(points["median"]), _("Half of the sittings have at least so many points.")),
        Figure(
            _("Standard deviation"),
            shown(points["sd"]),
            _("How far apart the results lie: about two thirds are within so many points of the mean."),
        ),
        Figure(
            _("Reliability (Cronbach's alpha)"),
            shown(found["consistency"], 1, "%"),
            _("How far the questions measure one and the same thing. From 70 % on results can be relied upon; a short"
              " or very easy exam stays below."),
        ),
        Figure(
            _("Standard error"),
            shown(points["standard_error"]),
            _("A person's points could be so much higher or lower by chance alone: mind it next to the pass mark."),
        ),
        Figure(
            _("Share of chance"),
            shown(found["error_ratio"], 1, "%"),
            _("How much of the difference between people is chance and not knowledge."),
        ),
        Figure(
            _("Skewness"),
            shown(found["skewness"], 2),
            _("Below 0: most did well and a few are far behind. Above 0: most did badly and a few are far ahead."),
        ),
        Figure(
            _("Kurtosis"),
            shown(found["kurtosis"], 2),
            _("Above 0: most results are close together, with single ones far off. Below 0: they are spread evenly."),
        ),
    ]  # fmt: skip


def lines(kept: ExamStatistics, user: Any) -> list[Line]:
    """What needs a look comes first. Right options are told apart only for whoever looks after the bank."""
    rows = kept.figures["versions"]
    versions = QuestionVersion.objects.select_related("question__bank").in_bulk([row["version"] for row in rows])
    keys = set(banks_edited_by(user).values_list("pk", flat=True))
    found = [line(row, versions[row["version"]], keys) for row in rows]
    return sorted(
        found, key=lambda one: (rules.urgency(one.looks), 101 if one.discrimination is None else one.discrimination)
    )


def line(row: dict[str, Any], version: QuestionVersion, keys: set[int]) -> Line:
    figures = {name: row[name] for name in ("points", "count", "facility", "sd", "discrimination", "efficiency")}
    with_key = version.question.bank_id in keys
    return Line(
        version=version,
        **figures,
        weight=row["weight"],
        guess=row["guess"],
        looks=rules.looks(row["facility"], row["discrimination"], row["count"]),
        choices=choices(row, version, with_key) if version.kind in CHOICES else [],
    )


def choices(row: dict[str, Any], version: QuestionVersion, with_key: bool) -> list[Choice]:
    chosen, asked = row["chosen"], row["count"] or 1
    options = [*enumerate(version.options), (-1, _("left open"))]
    return [
        Choice(
            letter=LETTERS[place] if 0 <= place < len(LETTERS) else "–",
            text=text,
            count=chosen.get(str(place), 0),
            percent=round(100 * chosen.get(str(place), 0) / asked),
            right=with_key and place in version.answer,
        )
        for place, text in options
    ]
