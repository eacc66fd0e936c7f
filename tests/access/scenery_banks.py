"""Question banks of the scenery: one of organisation A with a question that has a picture and an upload, one of the
bureau."""

from datetime import datetime
from typing import Any

from exams.importers.pictures import made_safe
from exams.models import QuestionBank
from exams.services.banks import add_question
from exams.services.question_imports import start_import
from tests.exams.factories import make_question
from tests.exams.sheets import FIRE, HEAD, picture, xlsx


def banks_scenery(manager_a: Any, organisation_a: Any, now: datetime) -> dict[str, Any]:
    bank_a = QuestionBank.objects.create(name="甲厂自己的题库", organisation=organisation_a)
    bureau_bank = QuestionBank.objects.create(name="本局的题库")
    wording: Any = {
        "kind": "single",
        "stem": "如图，这是什么标志？",
        "options": ["禁止", "警告"],
        "answer": [1],
        "explanation": "",
        "difficulty": 1,
        "hazard": "",
    }
    own = add_question(bank_a, wording, chapter="", picture=made_safe(picture()), by=manager_a, now=now)
    return {
        "bank_a": bank_a,
        "bureau_bank": bureau_bank,
        "question_a": own,
        "bureau_question": make_question(bureau_bank),
        "version_a": own.current,
        "question_import": start_import(bank_a, "a.xlsx", xlsx([HEAD, FIRE]), by=manager_a, now=now),
    }
