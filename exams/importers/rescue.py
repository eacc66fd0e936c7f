"""The rescue file (答卷备份): what a candidate's page saves on its device when no network takes it. The signed token in
it tells of which sitting and device it is, and that a page of ours made it; the answers go through the journal like
any others, at the time at which they arrive here."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from exams.attempts import Attempt, read_attempt
from exams.saves import save_of, whole
from exams.sitting_rules import Forged, Save

FORMAT = "exam-rescue"
VERSION = 1
LARGEST = 2 * 1024 * 1024
MOST_ENTRIES = 1000
LONGEST_TOKEN = 300


class RescueFault(ValueError):
    """Why it can't be read: "no_rescue", "other_version", "changed", "damaged"."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Rescue:
    attempt: Attempt
    saves: dict[int, list[Save]]  # by the epoch in which they were made


def read_rescue(text: str) -> Rescue:
    """Raises RescueFault."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise RescueFault("no_rescue") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise RescueFault("no_rescue")
    if told.get("version") != VERSION:
        raise RescueFault("other_version")
    return Rescue(attempt_of(told), saves_by_epoch(told.get("entries")))


def attempt_of(told: dict[str, Any]) -> Attempt:
    token = told.get("token")
    attempt = read_attempt(token[:LONGEST_TOKEN]) if isinstance(token, str) else None
    if attempt is None or told.get("sitting") != attempt.sitting or told.get("device") != attempt.device:
        raise RescueFault("changed")
    return attempt


def saves_by_epoch(entries: Any) -> dict[int, list[Save]]:
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ENTRIES:
        raise RescueFault("damaged")
    found: dict[int, list[Save]] = defaultdict(list)
    try:
        for entry in entries:
            save = save_of(entry)
            found[whole(entry.get("epoch"), "epoch")].append(save)
    except Forged:
        raise RescueFault("damaged") from None
    return dict(sorted(found.items()))
