"""Pages of a list too long to be counted: each knows only whether another follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

LAST = 99_999  # a number beyond it is a typing error


@dataclass(frozen=True)
class Stretch:
    """Speaks to templates as Django's `Page` does."""

    object_list: list[Any]
    number: int
    per_page: int
    has_next: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def start_index(self) -> int:
        return (self.number - 1) * self.per_page + 1

    @property
    def end_index(self) -> int:
        return self.start_index + len(self.object_list) - 1


def stretch(rows: QuerySet[Any], per_page: int, asked: str | None) -> Stretch:
    """The page of that number, the first where it is none or beyond the end: one row more is fetched than is shown."""
    number = int(asked) if asked and asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= LAST else 1
    found = list(rows[(number - 1) * per_page : number * per_page + 1])
    if not found and number > 1:
        return stretch(rows, per_page, None)
    return Stretch(found[:per_page], number, per_page, len(found) > per_page)
