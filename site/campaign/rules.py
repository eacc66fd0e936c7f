"""What is true of activities, entries and coverage, told from plain values: no queries, no clock, no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from records.late import is_late, lag_days, written_at

__all__ = [
    "EntryRule", "after", "can_move", "coverage", "differs_little", "entry_codes", "how_of", "lag_days", "written_at",
]  # fmt: skip

# The values of Activity.State, ActivityDecision.Verdict and Activity.How.
SUBMITTED, RETURNED, APPROVED, WITHDRAWN = "submitted", "returned", "approved", "withdrawn"
APPROVE, RETURN, WITHDRAW = "approve", "return", "withdraw"
CORRECT = "correct"  # the move that no decision makes: another version
DIRECT, PAPER = "direct", "paper"

#: What moves an activity from where it stands to where.
MOVES = {
    (SUBMITTED, APPROVE): APPROVED,
    (SUBMITTED, RETURN): RETURNED,
    (SUBMITTED, CORRECT): SUBMITTED,
    (RETURNED, CORRECT): SUBMITTED,
    (APPROVED, CORRECT): SUBMITTED,
    (SUBMITTED, WITHDRAW): WITHDRAWN,
    (RETURNED, WITHDRAW): WITHDRAWN,
    (APPROVED, WITHDRAW): WITHDRAWN,
}

ALIKE = 6  # bits in which two fingerprints may differ and the pictures still look the same


def can_move(state: str, move: str) -> bool:
    return (state, move) in MOVES


def after(state: str, move: str) -> str:
    """KeyError: from this state there is no such move."""
    return MOVES[state, move]


def how_of(over_at: datetime, written: datetime) -> str:
    """录入方式."""
    return PAPER if is_late(over_at, written) else DIRECT


# ── Entries ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class EntryRule:
    """What belongs to an entry of a scheme: venues of these kinds, or (家庭) whatever reached households."""

    code: str
    kinds: frozenset[str] = frozenset()
    by_households: bool = False

    def takes(self, kind: str, households: int) -> bool:
        return kind in self.kinds or (self.by_households and households > 0)


def entry_codes(rules: Iterable[EntryRule], kind: str, households: int) -> list[str]:
    """The entries of one activity, in the scheme's order: as a rule one by its venue, and 家庭 beside it where homes
    were reached. The same activity in two entries is one 场次 all the same: entries are never added up."""
    return [rule.code for rule in rules if rule.takes(kind, households)]


def coverage(reached: int, registered: int) -> Fraction | None:
    """覆盖率. None where nothing is registered: that is no zero."""
    return Fraction(reached, registered) if registered else None


# ── Photos ───────────────────────────────────────────────────────────────────
def differs_little(bits: int) -> bool:
    """Near-identical pictures in two records are shown to whoever reviews."""
    return bits <= ALIKE
