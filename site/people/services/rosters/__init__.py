"""Rosters: rows judged against the people here, good ones imported, bad ones given back."""

from people.services.rosters.committing import NoCounty, commit_batch
from people.services.rosters.judging import GOOD, Judged, Verdict, judge_rows
from people.services.rosters.problems import template_workbook
from people.services.rosters.uploads import (
    NotNow,
    add_by_hand,
    check_roster,
    correct_columns,
    import_judged,
    import_roster,
    read_and_judge,
    read_staged,
    receive_roster,
    start_import,
)

__all__ = [
    "GOOD",
    "Judged",
    "NoCounty",
    "NotNow",
    "Verdict",
    "add_by_hand",
    "check_roster",
    "commit_batch",
    "correct_columns",
    "import_judged",
    "import_roster",
    "judge_rows",
    "read_and_judge",
    "read_staged",
    "receive_roster",
    "start_import",
    "template_workbook",
]
