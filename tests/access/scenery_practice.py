"""A bank open for practice, and what the learner did with it."""

from datetime import datetime
from typing import Any

from exams.queries.practice import Ground
from exams.services.mocks import parts_of_bank, start_mock
from exams.services.practice import Given, answer_practice
from tests.exams.factories import make_bank, make_question


def practice_scenery(learner: Any, now: datetime) -> dict[str, Any]:
    bank = make_bank("练习题库", single=3)
    bank.open_for_practice = True
    bank.save()
    question = bank.questions.order_by("pk")[0]
    answer = answer_practice(learner, [Given(question.current, [0], "a-page")], now=now)[0]
    essay = make_question(bank, "essay", options=[], answer=[{"text": "要点", "share": 1}])
    written = answer_practice(learner, [Given(essay.current, ["答"], "another-page")], now=now)[0]
    parts = parts_of_bank(Ground(learner, [bank], now=now), {"single": 2})
    return {
        "practice_bank": bank,
        "practice_question": question,
        "practice_answer": answer,
        "practice_essay": written,
        "mock_open": start_mock(learner, bank.name, parts, minutes=30, now=now),
    }
