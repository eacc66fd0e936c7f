"""The endpoints of a sitting ask for its token, which nobody of the cast holds; tests/exams/test_hostile.py has it."""

from collections.abc import Iterable
from typing import Any

from tests.access.matrix import NOBODY, NOTHING, Rule, Rules


def any_sitting(_scene: Any) -> Iterable[int]:
    return [1]


RULES: Rules = {
    "exams:sitting_save": (Rule(NOBODY, any_sitting, method="post", refusal=NOTHING),),
    "exams:sitting_hand_in": (Rule(NOBODY, any_sitting, method="post", refusal=NOTHING),),
    "exams:sitting_left": (Rule(NOBODY, any_sitting, method="post", refusal=NOTHING),),
    "exams:sitting_state": (Rule(NOBODY, any_sitting, refusal=NOTHING),),
    "exams:sitting_picture": (Rule(NOBODY, lambda _scene: [1, 0], refusal=NOTHING),),
}
