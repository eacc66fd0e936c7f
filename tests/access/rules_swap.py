"""Questions and papers as files: keys for whoever edits the bank, papers for whoever manages the exam."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, Rule, Rules, only

OFFICERS = only("training_officer", "exam_officer")
EDITS_A = only("manager_a")
MANAGES_A = EDITS_A | OFFICERS


def export(name: str, form: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk, form]


def paper(name: str, what: str, form: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk, 1, what, form]


RULES: Rules = {
    "exams:bank_export": (
        Rule(EDITS_A, export("bank_a", "xlsx"), method="post"),
        Rule(OFFICERS, export("bureau_bank", "gift"), method="post"),
        Rule(NOBODY, export("bank_a", "pdf"), method="post"),
    ),
    "exams:exam_papers": (
        Rule(MANAGES_A, lambda scene: [scene.exam_a.pk]),
        Rule(OFFICERS, lambda scene: [scene.exam_county.pk]),
        Rule(NOBODY, lambda scene: [scene.draft_a.pk]),
    ),
    "exams:paper_print": (
        Rule(MANAGES_A, paper("exam_a", "paper", "docx"), method="post"),
        Rule(OFFICERS, paper("exam_a", "key", "docx"), method="post"),  # drawn from the bureau's bank
        Rule(OFFICERS, paper("exam_county", "key", "docx"), method="post"),
    ),
}
