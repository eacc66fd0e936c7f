"""Who takes in the answers that a candidate brings as a file: whoever grants things to this candidate."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from exams.attempts import attempt_token
from tests.access.matrix import Rule, Rules
from tests.access.rules_exams import HOLDS_A, OFFICERS


def candidate_a(scene: Any) -> Iterable[int]:
    return [scene.candidate.pk]


def candidate_b(scene: Any) -> Iterable[int]:
    return [scene.candidate_b.pk]


def backup(scene: Any) -> dict[str, Any]:
    """As the page of the learner's sitting saves it."""
    sitting = scene.sitting_open
    given = sitting.paper.slots[0]["order"][:1]
    entry = {"slot": 0, "given": given, "revision": 1, "epoch": 1, "happened_at": timezone.now().isoformat()}
    told = {"format": "exam-rescue", "version": 1, "sitting": sitting.pk, "device": sitting.device, "entries": [entry]}
    return {"text": json.dumps(told | {"token": attempt_token(sitting, sitting.device)})}


RULES: Rules = {
    "exams:candidate_rescue": (Rule(HOLDS_A, candidate_a, data=backup), Rule(OFFICERS, candidate_b)),
}
