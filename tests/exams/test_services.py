import pytest
from django.core.exceptions import ValidationError

from exams.models import QuestionBank
from exams.services import Wording, write_question

WORDING = Wording(
    kind="single",
    stem="闻到燃气味，先做什么？",
    options=["开灯看", "关阀门"],
    answer=[1],
    explanation="开灯会打出火花。",
    difficulty=1,
    hazard="gas",
)


@pytest.fixture
def bank(db: None) -> QuestionBank:
    return QuestionBank.objects.create(name="题库")


def test_a_changed_wording_is_a_new_version_and_the_old_one_stays(bank: QuestionBank) -> None:
    write_question(bank, "gas-1", WORDING)
    question = write_question(bank, "gas-1", {**WORDING, "stem": "新的问法"})
    assert [version.stem for version in question.versions.order_by("number")] == [WORDING["stem"], "新的问法"]
    assert question.current.number == 2


def test_an_unsound_wording_is_refused_and_leaves_nothing(bank: QuestionBank) -> None:
    with pytest.raises(ValidationError):
        write_question(bank, "gas-1", {**WORDING, "answer": [5]})
    assert not bank.questions.exists()
