"""What the apps above hand in when they start."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

#: Homes are visited without being registered as venues; a guide may be for them all the same.
HOUSEHOLDS = "family"


class Guide(NamedTuple):
    title: str
    url: str


class VenueGuides:
    """场所指南: what to look at and to say at a venue, by its kind or HOUSEHOLDS. The public site keeps them."""

    def __init__(self) -> None:
        self._read: Callable[[], Mapping[str, Guide]] = dict

    def add(self, read: Callable[[], Mapping[str, Guide]]) -> None:
        self._read = read

    def __call__(self) -> Mapping[str, Guide]:
        """All there are, in the reader's language, in one query."""
        return self._read()

    def of(self, kind: str, *, homes: bool = False) -> list[Guide]:
        """For one venue; `homes`: its people were or may be visited at home."""
        known = self()
        wanted = (kind, HOUSEHOLDS) if homes else (kind,)
        return [known[one] for one in wanted if one in known]


venue_guides = VenueGuides()
