"""What narrows the results of a search: kind, setting and hazard, each choice with how many of the hits it leaves."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.queries import default_entries
from duties.vocabulary import Hazard

KINDS: dict[str, tuple[str, str | Promise]] = {
    "article": ("ArticlePage", pgettext_lazy("piece", "Articles")),
    "case": ("CasePage", _("Accident cases")),
    "quiz": ("QuizPage", _("Quizzes")),
    "poster": ("PosterPage", _("Posters")),
    "guide": ("GuidePage", _("Venue guides")),
    "hazard": ("HazardTopicPage", pgettext_lazy("piece", "Hazards")),
    "law": ("RegulationPage", pgettext_lazy("piece", "Laws")),
}
NAMES: dict[str, str | Promise] = {
    "kind": pgettext_lazy("piece", "Kind"),
    "entry": _("Setting"),
    "hazard": _("Hazard"),
}
OF_MODEL = {model: code for code, (model, _label) in KINDS.items()}
MARKS = """
SELECT 'kind', page_id, kind FROM portal_searchentry WHERE page_id IN ({hits})
UNION ALL SELECT 'entry', piece_id, code FROM portal_piece_entries
JOIN campaign_entry ON campaign_entry.id = entry_id WHERE piece_id IN ({hits})
UNION ALL SELECT 'hazard', piece_id, code FROM portal_piece_hazards
JOIN portal_hazardtag ON portal_hazardtag.id = hazardtag_id WHERE piece_id IN ({hits})
"""
HAZARD_LABELS = dict(Hazard.choices)

Marks = Mapping[int, Collection[str]]  # a page → the codes it carries


@dataclass(frozen=True)
class Choice:
    label: str
    count: int
    query: str  # the address's query string with this chosen, or with it taken away where it is
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str | Promise
    choices: list[Choice]

    @property
    def is_open(self) -> bool:
        """The kinds are few; the longer rows are folded until something of them is chosen."""
        return self.name == "kind" or any(choice.chosen for choice in self.choices)


def narrow(hits: list[int], asked: QueryDict) -> tuple[list[int], list[Facet]]:
    """The hits that fit what is chosen, in their order, and what can be chosen. A count says how many are left with
    that choice and those of the other facets. Values nobody knows are as good as none."""
    labels: dict[str, dict[str, str]] = {
        "kind": {code: str(label) for code, (_model, label) in KINDS.items()},
        "entry": {entry.code: entry.label for entry in default_entries()},
        "hazard": {code: str(label) for code, label in HAZARD_LABELS.items()},
    }
    marks = marks_of(hits)
    chosen = {name: code for name in NAMES if (code := asked.get(name, "")) in labels[name]}
    facets = []
    for name, title in NAMES.items():
        others = {other: code for other, code in chosen.items() if other != name}
        counts = Counter(code for page in fitting(hits, marks, others) for code in marks[name].get(page, ()))
        choices = [
            Choice(label, counts[code], query_with(asked, name, code), chosen=chosen.get(name) == code)
            for code, label in labels[name].items()
            if counts[code] or chosen.get(name) == code
        ]
        facets.append(Facet(name, title, choices))
    return fitting(hits, marks, chosen), [facet for facet in facets if facet.choices]


def fitting(hits: Iterable[int], marks: Mapping[str, Marks], chosen: Mapping[str, str]) -> list[int]:
    if not chosen:
        return list(hits)
    return [page for page in hits if all(code in marks[name].get(page, ()) for name, code in chosen.items())]


def query_with(asked: QueryDict, name: str, code: str) -> str:
    """From the first sheet on; what is chosen already is taken away."""
    query = asked.copy()
    query.pop("page", None)
    if query.get(name) == code:
        query.pop(name)
    else:
        query[name] = code
    return "?" + query.urlencode()


def marks_of(hits: list[int]) -> dict[str, Marks]:
    """Of each facet what the hits carry, in one statement: the ORM spends more on five hundred numbers than on all
    the rest of a search."""
    marks: dict[str, dict[int, set[str]]] = {name: {} for name in NAMES}
    with connection.cursor() as cursor:
        cursor.execute(MARKS.format(hits=",".join(f"{page:d}" for page in hits)))
        for name, page, code in cursor.fetchall():
            marks[name].setdefault(page, set()).add(OF_MODEL.get(code, code))
    return marks  # type: ignore[return-value]  # read only from here on
