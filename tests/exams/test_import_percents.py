"""What a sheet shows as 15% is 0.15 in the file: it comes in as it is shown."""

import io

import pytest
import xlsxwriter

from exams.importers.percents import percent_places, percentage
from exams.services.question_imports import read_file


def shown_as(form: str, *numbers: float) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, style = book.add_worksheet("题库"), book.add_format({"num_format": form})
        sheet.write_row(0, 0, ("题型", "题干", *(f"选项{letter}" for letter in "ABCD"[: len(numbers)]), "答案"))
        sheet.write_row(1, 0, ("单选题", "工伤保险费率不低于多少？"))
        for column, number in enumerate(numbers, 2):
            sheet.write_number(1, column, number, style)
        sheet.write_string(1, 2 + len(numbers), "B")
    return out.getvalue()


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0%;-0.0%"])
def test_percentages_come_in_as_they_are_shown(form: str) -> None:
    [row] = read_file("a.xlsx", shown_as(form, 0.1, 0.15, 0.125, 1)).rows
    assert row.draft
    assert row.draft.options == ("10%", "15%", "12.5%", "100%")


def test_other_numbers_stay_numbers() -> None:
    [row] = read_file("a.xlsx", shown_as("0.00", 0.1, 0.15)).rows
    assert row.draft
    assert row.draft.options == ("0.1", "0.15")


def test_a_number_is_exact_to_its_last_digit() -> None:
    assert [percentage(number) for number in (0.07, 0.29, 1.1, 0.001, 2)] == ["7%", "29%", "110%", "0.1%", "200%"]


def test_a_file_without_styles_has_none() -> None:
    assert percent_places(b"PK rubbish") == {}
    assert percent_places("题干,答案".encode()) == {}
