"""A township or village by its name as people write it: 北岭乡, 北岭乡北岭村, 北岭乡/北岭村, or its code."""

import re
from collections import defaultdict

from campaign.importers.rows import Row
from campaign.importers.tables import normal
from people.models import Division


class Places:
    """All divisions in use, read once; `kept` are those in which the importer may enter venues (None: all)."""

    def __init__(self, kept: set[int] | None = None) -> None:
        self.kept = kept
        self.named: dict[str, list[Division]] = defaultdict(list)
        above: dict[str, Division] = {}
        for one in Division.objects.active():
            above[one.path] = one
            for name in names_of(one, above):
                self.named[name].append(one)

    def find(self, row: Row, *parts: str) -> Division | None:
        """The division that the parts name together, the larger first; what is wrong stands in the row."""
        given = [part for part in parts if part]
        word = "".join(given)
        if not given:
            row.refuse("place_missing")
            return None
        found = self.named.get(plain(word), [])
        if len(found) != 1:
            row.refuse("place_several" if found else "place", word=word[:40])
            return None
        if self.kept is not None and found[0].pk not in self.kept:
            row.refuse("place_outside", word=word[:40])
            return None
        return found[0]


def plain(text: str) -> str:
    """北岭乡 / 北岭村 → 北岭乡北岭村"""
    return re.sub(r"[/\\、,>·-]", "", normal(text))


def names_of(division: Division, above: dict[str, Division]) -> set[str]:
    """Its name alone and behind those of the divisions above it, and its code."""
    steps = range(division.steplen, len(division.path) + 1, division.steplen)
    chain = [above[division.path[:end]].name for end in steps if division.path[:end] in above]
    return {plain("".join(chain[start:])) for start in range(len(chain))} | {division.code}
