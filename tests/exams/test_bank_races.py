"""The same workbook by two people at the same moment: each question stands once. On PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exams.models import QuestionBank, QuestionImport
from exams.services import question_imports as imports
from exams.services.banks import add_question, retire_question
from records.models import AuditEntry
from tests.exams.factories import make_question
from tests.exams.sheets import FIRE, HEAD, xlsx
from tests.people.factories import UserFactory

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
AT_ONCE = 4


@pytest.fixture(autouse=True)
def kept_in(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def together(step: Any) -> list[Any]:
    """What the step gives in each of several threads that begin at the same moment."""
    start = threading.Barrier(AT_ONCE)

    def one(number: int) -> Any:
        try:
            start.wait(timeout=10)
            return step(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="题库")


def test_a_workbook_written_by_several_at_once_stands_once(bank: QuestionBank) -> None:
    reading = imports.read_file("a.xlsx", xlsx([HEAD, FIRE, ("判断题", "电梯着火可以乘电梯。", None, "错")]))
    found = together(lambda _number: imports.write_readings(bank, [reading], by=None, now=timezone.now()).counts)
    assert sorted(counts["imported"] for counts in found) == [0] * (AT_ONCE - 1) + [2]
    assert bank.questions.count() == 2


def test_one_upload_is_queued_once(bank: QuestionBank) -> None:
    by = UserFactory()
    upload = imports.start_import(bank, "a.xlsx", xlsx([HEAD, FIRE]), by=by, now=timezone.now())

    def ask(_number: int) -> bool:
        return imports.ask_for_import(QuestionImport.objects.get(pk=upload.pk), by=by, now=timezone.now())

    assert sorted(together(ask)) == [False] * (AT_ONCE - 1) + [True]


def test_questions_written_at_once_get_names_of_their_own(bank: QuestionBank) -> None:
    by = UserFactory()
    wording: Any = {
        "kind": "single",
        "stem": "问",
        "options": ["甲", "乙"],
        "answer": [0],
        "explanation": "",
        "difficulty": 1,
        "hazard": "",
    }
    together(lambda _number: add_question(bank, wording, chapter="", picture=None, by=by, now=timezone.now()))
    assert sorted(bank.questions.values_list("key", flat=True)) == ["q1", "q2", "q3", "q4"]


def test_a_question_is_retired_once(bank: QuestionBank) -> None:
    question, by = make_question(bank), UserFactory()
    done = together(lambda _number: retire_question(question, reason="条款废止", by=by, now=timezone.now()))
    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]
    assert AuditEntry.objects.filter(action="exams.question_retired").count() == 1
