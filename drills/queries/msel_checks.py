"""The verdicts on a worksheet of events in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drills.importers import reasons
from drills.importers.cells import text_of
from drills.importers.msel import same_message
from drills.importers.rows import Outcome, Row
from drills.msel_times import offset_text
from drills.queries.msel_verdicts import Verdict

REPAIRED = "repaired"
#: What needs a person first.
NAMES: dict[str, Any] = {
    Outcome.ERROR: gettext_lazy("Refused"),
    REPAIRED: gettext_lazy("Mended"),
    Outcome.EVENT: gettext_lazy("Fits"),
    Outcome.SECTION: gettext_lazy("Heading"),
    Outcome.EXPLAINED: gettext_lazy("No event"),
}
TAGS = {Outcome.ERROR: "danger", REPAIRED: "late", Outcome.EVENT: "ok", Outcome.SECTION: "wait"}


@dataclass(frozen=True)
class Line:
    """A verdict as a page shows it."""

    row: Row
    word: str
    note: str

    @property
    def name(self) -> Any:
        return NAMES[self.word]

    @property
    def tag(self) -> str:
        return TAGS.get(self.word, "off")

    @property
    def time(self) -> str:
        return offset_text(self.row.values.get("offset_seconds"), day=_("d")) if self.row.values else ""

    @property
    def title(self) -> str:
        """What the event is called, or what stands in a row that is none."""
        if self.row.values.get("title"):
            return str(self.row.values["title"])
        return " · ".join(text for cell in self.row.cells if (text := text_of(cell)))[:80]

    @property
    def receiver(self) -> str:
        return str(self.row.values.get("receiver", ""))


def word_of(row: Row) -> str:
    return REPAIRED if row.outcome is Outcome.EVENT and row.notes else row.outcome


def lines_of(verdict: Verdict, word: str) -> list[Line]:
    """Those of one verdict, or all: errors first, then as they stand."""
    lines = [Line(row, word_of(row), reasons.told(row.notes)) for row in verdict.reading.rows]
    chosen = [line for line in lines if not word or line.word == word]
    return sorted(chosen, key=lambda line: line.word != Outcome.ERROR)


def figures_of(verdict: Verdict, query: QueryDict) -> list[dict[str, Any]]:
    """How many rows of each verdict, with the address that shows them."""
    words = [word_of(row) for row in verdict.reading.rows]
    found = []
    for word, name in NAMES.items():
        address = query.copy()
        address["rows"] = word
        address.pop("page", None)
        found.append({"word": word, "name": name, "count": words.count(word), "query": address.urlencode()})
    return found


def remarks_of(verdict: Verdict) -> list[str]:
    several = len(verdict.reading.tables) > 1
    return [
        f"{sheet}：{reasons.told([note])}" if several and sheet else reasons.told([note])
        for sheet, note in verdict.reading.remarks
    ]


def joinable(verdict: Verdict) -> int:
    """How many rows say the same as the one above to somebody else."""
    runs: Sequence[list[Row]] = same_message(verdict.reading.events)
    return sum(len(run) - 1 for run in runs)
