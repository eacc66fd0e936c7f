"""The command: files in, a report out; a bank never holds a question twice or with two keys."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import QuestionBank
from records.models import AuditEntry
from tests.exams.factories import make_question
from tests.exams.sheets import FIRE, HEAD, picture, xls, xlsx

pytestmark = pytest.mark.django_db
JUDGED = ("判断题", "2.电梯着火时可以乘电梯。", None, "错")
BAD = ("单选题", "问", "A.甲 B.乙", "C")


@pytest.fixture(autouse=True)
def kept_in(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def run(tmp_path: Path, *books: bytes, bank: str = "题库", **options: Any) -> dict[str, Any]:
    files = []
    for number, content in enumerate(books, 1):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(content)
    out = StringIO()
    call_command("import_questions", *files, bank=bank, report="json", stdout=out, **options)
    return json.loads(out.getvalue())


def counts(report: dict[str, Any]) -> tuple[Any, ...]:
    names = ("rows", "imported", "repaired", "duplicates", "conflicts")
    return (*(report[name] for name in names), len(report["errors"]))


def test_good_rows_go_in_and_bad_ones_are_named(tmp_path: Path) -> None:
    report = run(tmp_path, xlsx([("某某题库",), HEAD, FIRE, JUDGED, BAD]))
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    [error] = report["errors"]
    assert {name: error[name] for name in ("file", "sheet", "row")} == {"file": "1.xlsx", "sheet": "Sheet1", "row": 5}
    assert "C" in error["reason"]
    versions = [question.current for question in QuestionBank.objects.get().questions.order_by("pk")]
    assert [(one.kind, one.options, one.answer, one.number) for one in versions] == [
        ("single", ["开灯看", "关阀门", "打电话"], [1], 1),
        ("true_false", ["正确", "错误"], [1], 1),
    ]


def test_an_old_workbook_under_the_name_of_a_new_one(tmp_path: Path) -> None:
    assert counts(run(tmp_path, xls([HEAD, FIRE])))[:2] == (1, 1)


def test_text_files_in_the_encoding_of_old_programs(tmp_path: Path) -> None:
    text = "题型,题干,选项A,选项B,答案\n单选题,问,甲,乙,B\n"
    assert counts(run(tmp_path, text.encode("gb18030"), text.replace("问", "再问").encode()))[:2] == (2, 2)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    book = xlsx([HEAD, FIRE, JUDGED], pictures={(1, 4): picture()})
    assert counts(run(tmp_path, book))[:2] == (2, 2)
    assert counts(run(tmp_path, book)) == (2, 0, 0, 2, 0, 0)
    assert QuestionBank.objects.get().questions.count() == 2


def test_another_key_than_the_banks_is_a_conflict_and_the_bank_stays(tmp_path: Path) -> None:
    run(tmp_path, xlsx([HEAD, FIRE]))
    report = run(tmp_path, xlsx([HEAD, (*FIRE[:3], "A")]))
    assert counts(report) == (1, 0, 0, 0, 1, 0)
    assert "q1" in report["conflict_rows"][0]["reason"]
    assert QuestionBank.objects.get().questions.get().current.answer == [1]


def test_conflicts_across_files_name_both_places(tmp_path: Path) -> None:
    report = run(tmp_path, xlsx([HEAD, FIRE]), xlsx([HEAD, (), (*FIRE[:3], "A")]))
    assert counts(report) == (2, 0, 0, 0, 2, 0)
    [first, second] = report["conflict_rows"]
    assert (first["file"], first["row"], second["file"], second["row"]) == ("1.xlsx", 2, "2.xlsx", 3)
    assert second["other"].startswith("1.xlsx")
    assert not QuestionBank.objects.get().questions.exists()


def test_retired_questions_do_not_come_back(tmp_path: Path) -> None:
    run(tmp_path, xlsx([HEAD, FIRE]))
    QuestionBank.objects.get().questions.update(retired_at="2026-01-01T00:00Z")
    assert counts(run(tmp_path, xlsx([HEAD, FIRE])))[:4] == (1, 0, 0, 1)


def test_one_picture_of_several_questions_is_kept_once(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ("单选题", "如图，“1”是（ ）。", "A.甲 B.乙", "A"),
        ("单选题", "如图，“2”是（ ）。", "A.甲 B.乙", "B"),
    ]
    report = run(tmp_path, xlsx(rows, pictures={(1, 4): picture(), (2, 4): picture()}))
    shown = [question.current.picture for question in QuestionBank.objects.get().questions.all()]
    assert report["pictures"] == 2
    assert shown[0] == shown[1]
    assert shown[0].kind == "exams.question_picture"
    assert shown[0].absolute.is_file()


def test_the_same_words_about_another_picture_are_another_question(tmp_path: Path) -> None:
    row = ("单选题", "如图，这是什么标志？", "A.禁止 B.警告", "A")
    book = xlsx(
        [HEAD, row, (*row[:3], "B"), row], pictures={(1, 4): picture(), (2, 4): picture("blue"), (3, 4): picture()}
    )
    assert counts(run(tmp_path, book)) == (3, 2, 0, 1, 0, 0)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, xlsx([HEAD, FIRE, FIRE]), dry_run=True)
    assert counts(report) == (2, 1, 0, 1, 0, 0)
    assert not QuestionBank.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="exams.").exists()


def test_repairs_are_told(tmp_path: Path) -> None:
    report = run(tmp_path, xlsx([HEAD, ("单选题", "问", "**A.甲**B乙", "A")]))
    assert counts(report) == (1, 1, 1, 0, 0, 0)
    assert [(each["row"], "B" in each["reason"]) for each in report["repairs"]] == [(2, True)]


def test_a_file_that_is_no_workbook_is_refused_and_the_others_go_in(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"2\.xlsx"):
        run(tmp_path, xlsx([HEAD, FIRE]), b"%PDF-1.7")
    assert QuestionBank.objects.get().questions.count() == 1


def test_a_bank_of_an_organisation(tmp_path: Path, organisation_a: Any) -> None:
    run(tmp_path, xlsx([HEAD, FIRE]), organisation=organisation_a.credit_code.lower())
    assert QuestionBank.objects.get().organisation == organisation_a
    with pytest.raises(CommandError):
        run(tmp_path, xlsx([HEAD, FIRE]), organisation="91000000000000000X")


def test_new_names_pass_over_those_that_are_taken(tmp_path: Path) -> None:
    bank = QuestionBank.objects.create(name="题库", organisation=None)
    make_question(bank)
    bank.questions.update(key="q2")
    run(tmp_path, xlsx([HEAD, FIRE, JUDGED]))
    assert sorted(bank.questions.values_list("key", flat=True)) == ["q2", "q3", "q4"]


def test_what_came_in_is_logged_without_the_questions(tmp_path: Path) -> None:
    run(tmp_path, xlsx([HEAD, FIRE, BAD]))
    entry = AuditEntry.objects.get(action="exams.questions_imported")
    assert entry.payload["files"] == ["1.xlsx"]
    assert (entry.payload["imported"], entry.payload["errors"]) == (1, 1)


def test_many_rows_cost_no_more_queries_than_few(tmp_path: Path) -> None:
    def rows(count: int, word: str) -> list[Any]:
        return [HEAD, *[("单选题", f"{word}{number}是什么？", "A.甲 B.乙", "A") for number in range(count)]]

    cost = []
    for count, word in ((1, "少"), (300, "多")):
        with CaptureQueriesContext(connection) as seen:
            run(tmp_path, xlsx(rows(count, word)))
        cost.append(len(seen))
    assert cost[1] <= cost[0]


def test_the_report_for_people_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([HEAD, FIRE, BAD]))
    out = StringIO()
    call_command("import_questions", path, bank="题库", stdout=out)
    first, error = out.getvalue().splitlines()
    assert first == "rows 2, imported 1, repaired 0, duplicates 0, conflicts 0, errors 1"
    assert error.startswith("errors: a.xlsx Sheet1 3: ")
