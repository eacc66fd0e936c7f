"""The clauses of a draft as rows of one form: the order of the rows is the order of the clauses.

The names of the fields repeat in every row, so that a script may add, move and remove rows without counting them;
without a script the same buttons come to the server, which gives the rows back in their new order."""

from itertools import zip_longest
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from drills.plan_rules import LONGEST_NUMBER, LONGEST_TITLE, Clause, clause_faults, split_clauses

MOST_CLAUSES = 300
LONGEST_TEXT = 20_000
BLANK = Clause("", "", "")
NAMES = ("number", "title", "text")


class ClausesForm:
    blank = BLANK

    def __init__(self, data: QueryDict | None = None, *, clauses: list[Clause]) -> None:
        self.is_bound = data is not None
        self.do = data.get("do", "") if data is not None else ""
        self.pasted = data.get("pasted", "") if data is not None else ""
        self.clauses = sent(data) if data is not None else list(clauses)
        self.errors: dict[int, list[str]] = {}
        self.fault = ""
        self.found = 0

    @property
    def saves(self) -> bool:
        """Whether the button that was pressed asks for the clauses to be kept."""
        return self.is_bound and not self.do

    def filled(self) -> list[Clause]:
        return [clause for clause in self.clauses if any(clause)]

    def is_valid(self) -> bool:
        """Empty rows fall away; the rest is checked."""
        self.clauses = self.filled()
        if len(self.clauses) > MOST_CLAUSES:
            self.fault = _("A version has at most %(most)d clauses.") % {"most": MOST_CLAUSES}
        self.check_lengths()
        faults = clause_faults(self.clauses)
        told = (
            (faults.unnumbered, _("Give the number as printed.")),
            (faults.untitled, _("Give the clause a title.")),
            (faults.doubled, _("This number stands twice.")),
        )
        for places, text in told:
            for place in places:
                self.errors.setdefault(place, []).append(text)
        return not self.errors and not self.fault

    def check_lengths(self) -> None:
        for place, clause in enumerate(self.clauses):
            for part, most in zip(clause, (LONGEST_NUMBER, LONGEST_TITLE, LONGEST_TEXT), strict=True):
                if len(part) > most:
                    text = _("At most %(most)d characters: “%(part)s …”") % {"most": most, "part": part[:20]}
                    self.errors.setdefault(place, []).append(text)

    def act(self) -> None:
        """What a button other than saving asks for: rows moved, removed, added, or read out of the pasted text."""
        action, _colon, place = self.do.partition(":")
        at = int(place) if place.isascii() and place.isdigit() else -1
        if action == "paste":
            self.paste()
        elif action == "add":
            self.clauses.append(BLANK)
        elif 0 <= at < len(self.clauses):
            self.change(action, at)

    def change(self, action: str, at: int) -> None:
        clause = self.clauses.pop(at)
        if action == "up":
            self.clauses.insert(max(at - 1, 0), clause)
        elif action == "down":
            self.clauses.insert(at + 1, clause)
        elif action != "remove":
            self.clauses.insert(at, clause)

    def paste(self) -> None:
        found = split_clauses(self.pasted)
        if not any(clause.number for clause in found):
            self.fault = _("No heading was found: begin each clause with its number and title in a line of its own.")
            return
        self.clauses, self.found, self.pasted = [*self.filled(), *found], len(found), ""

    def rows(self) -> list[dict[str, Any]]:
        """For the page; an empty row to begin with."""
        clauses = self.clauses or [BLANK]
        return [{"clause": clause, "errors": self.errors.get(place, [])} for place, clause in enumerate(clauses)]


def sent(data: QueryDict) -> list[Clause]:
    """As long as the longest of the columns: nothing typed is lost where a browser sends an odd form."""
    columns = [[value.strip() for value in data.getlist(name)] for name in NAMES]
    return [Clause(*parts) for parts in zip_longest(*columns, fillvalue="")]
