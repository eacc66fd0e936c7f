"""A simple drill record (简易演练记录), told from plain values: no queries, no clock, no Django."""

from datetime import datetime

from records.late import is_late, lag_days, written_at

__all__ = ["entry_of", "lag_days", "level_of", "one_paragraph", "written_at"]

# The values of Drill.Entry and Drill.Level.
SIMPLE, PAPER = "simple", "paper"
VILLAGE, TOWNSHIP, COUNTY, ENTERPRISE = "village", "township", "county", "enterprise"

COMMITTEES = frozenset({"village_committee", "community_committee"})
LEVELS = {"county": COUNTY, "township": TOWNSHIP, "village": VILLAGE, "grid": VILLAGE}


def entry_of(ended_at: datetime, written: datetime) -> str:
    """录入方式."""
    return PAPER if is_late(ended_at, written) else SIMPLE


def level_of(plan_kind: str, organisation_kind: str, division_level: str) -> str:
    """The level that follows from a plan (`plan_kind` of EmergencyPlan.Kind; empty: none) and from whose it is: a
    unit's plan makes a unit's drill, a government's plan one of its division."""
    if plan_kind.startswith("unit_"):
        return ENTERPRISE
    if plan_kind.startswith("government_") or organisation_kind == "office":
        return LEVELS[division_level]
    return VILLAGE if organisation_kind in COMMITTEES else ENTERPRISE


def one_paragraph(text: str) -> str:
    """What was typed on many lines, for a sheet that has one page."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parted = [line if line[-1] in "。；，、！？.;,!?" else f"{line}；" for line in lines[:-1]]
    return "".join([*parted, *lines[-1:]])
