"""One question of every kind, with an answer to it as a page sends it."""

from typing import Any

from exams.models import Exam, Question, QuestionBank
from tests.exams.factories import make_published, make_question

STEPS = ["先通风", "再检测", "后作业"]
WORDINGS: dict[str, dict[str, Any]] = {
    "single": {"options": ["甲", "乙", "丙", "丁"], "answer": [1]},
    "multiple": {"options": ["甲", "乙", "丙", "丁"], "answer": [0, 2]},
    "true_false": {"options": ["正确", "错误"], "answer": [0]},
    "fill": {
        "stem": "火警电话是____，急救电话是____。",
        "options": [],
        "answer": [{"accept": ["119"]}, {"accept": ["120"]}],
    },
    "short": {"stem": "写出三不伤害。", "options": [], "answer": [{"text": "要点齐全", "share": 1}]},
    "essay": {"stem": "论述有限空间作业的要求。", "options": [], "answer": [{"text": "条理清楚", "share": 1}]},
    "ordering": {"stem": "有限空间作业的顺序", "options": STEPS, "answer": [0, 1, 2]},
    "matching": {
        "stem": "颜色与含义",
        "options": {"left": ["红色", "黄色"], "right": ["禁止", "警告", "指令"]},
        "answer": [0, 1],
    },
}
GIVEN: dict[str, list[Any]] = {
    "single": [1],
    "multiple": [0, 2],
    "true_false": [0],
    "fill": ["119", "120"],
    "short": ["不伤害自己"],
    "essay": ["先通风，再检测，后作业。\n并设专人监护。"],
    "ordering": [2, 0, 1],
    "matching": [1, -1],
}


def ask(bank: QuestionBank, kind: str, number: int = 1, *, case: str = "", **changed: Any) -> Question:
    question: Question = make_question(bank, kind, number, **{**WORDINGS[kind], **changed})
    if case:
        Question.objects.filter(pk=question.pk).update(case=case)
    return question


def make_bank_of_every_kind() -> QuestionBank:
    bank = QuestionBank.objects.create(name="各种题型")
    for kind in WORDINGS:
        ask(bank, kind)
    return bank


def make_exam_of_every_kind(**fields: Any) -> Exam:
    """Eight questions of ten points, in the order of WORDINGS."""
    return make_published(make_bank_of_every_kind(), parts=[(kind, 1, 10) for kind in WORDINGS], **fields)
