"""What the apps above hand in when they start: where a change of the law is felt."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from duties.models import Article

MOST = 200  # of one kind that a page shows


@dataclass(frozen=True)
class Touched:
    """Something that rests on an article."""

    name: str
    address: str


@dataclass(frozen=True)
class Kind:
    label: Any
    rows: list[Touched]
    more: bool


Find = Callable[[Article, Any, datetime], Iterable[Touched]]  # what the user may see of it at the time


class TouchedByArticles:
    def __init__(self) -> None:
        self._kinds: list[tuple[int, Any, Find]] = []

    def add(self, label: Any, find: Find, *, place: int) -> None:
        """`place` orders what is shown, since apps start in no order that a reader would follow."""
        self._kinds.append((place, label, find))
        self._kinds.sort(key=lambda kind: kind[0])

    def of(self, article: Article, user: Any, at: datetime) -> list[Kind]:
        """One entry a kind, empty ones included: nothing found is an answer, too."""
        found = [(label, list(islice(find(article, user, at), MOST + 1))) for _place, label, find in self._kinds]
        return [Kind(label, rows[:MOST], len(rows) > MOST) for label, rows in found]


touched_by_articles = TouchedByArticles()
