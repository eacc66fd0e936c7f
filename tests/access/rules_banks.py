from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS
from tests.exams.sheets import FIRE, HEAD, xlsx

COUNTY = frozenset(COUNTY_PARTS)
OFFICE = SIGNED_IN - {"learner"}
MANAGERS = only("manager_a", "manager_b")
OFFICERS = only("training_officer", "exam_officer")
EDITORS = MANAGERS | OFFICERS
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
EDITS_A = only("manager_a")
SEES_BUREAU = COUNTY | MANAGERS  # a manager may use the bureau's banks, and look, without the keys


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def question(scene: Any) -> dict[str, Any]:
    return {"kind": "single", "stem": "先做什么？", "lines": "*关阀门\n开灯", "difficulty": "1"}


def workbook(scene: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("b.xlsx", xlsx([HEAD, FIRE]))}


RULES: Rules = {
    "exams:bank_list": (Rule(OFFICE),),
    "exams:bank_new": (Rule(EDITORS),),
    "exams:question_template": (Rule(EDITORS),),
    "exams:bank_detail": (
        Rule(SEES_A, pk_of("bank_a")),
        Rule(SEES_BUREAU, pk_of("bureau_bank")),
        Rule(NOBODY, lambda scene: [10**9]),
    ),
    "exams:question_new": (
        Rule(EDITS_A, pk_of("bank_a"), data=question),
        Rule(OFFICERS, pk_of("bureau_bank"), data=question),
    ),
    "exams:bank_import": (
        Rule(EDITS_A, pk_of("bank_a"), data=workbook),
        Rule(OFFICERS, pk_of("bureau_bank"), data=workbook),
    ),
    "exams:question_detail": (
        Rule(SEES_A, pk_of("question_a")),
        Rule(SEES_BUREAU, pk_of("bureau_question")),
    ),
    "exams:question_edit": (
        Rule(EDITS_A, pk_of("question_a"), data=question),
        Rule(OFFICERS, pk_of("bureau_question"), data=question),
    ),
    "exams:question_retire": (
        Rule(EDITS_A, pk_of("question_a"), data=reason),
        Rule(OFFICERS, pk_of("bureau_question"), data=reason),
    ),
    "exams:version_picture": (Rule(SEES_A, pk_of("version_a")),),
    "exams:import_check": (Rule(EDITS_A, pk_of("question_import")),),
    "exams:import_commit": (Rule(EDITS_A, pk_of("question_import"), method="post"),),
}
