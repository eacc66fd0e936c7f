"""What a roster says of itself: heads, cells, rows that are no people. No database."""

from datetime import date, datetime

import pytest

from people.importers import cells
from people.importers.columns import columns_of, find_table
from people.importers.roster import Row, read_roster
from records.spreadsheets import Sheet, read_workbook
from tests.people.rosters import LAYOUTS, WORDS_OF, make_roster

TODAY = date(2026, 11, 24)
NUMBER = "11010519491231002X"
OTHER = "440524188001010014"


def roster(*rows, name="人员", merged=()):
    return read_roster([Sheet(name, [tuple(row) for row in rows], merged=merged)], today=TODAY)


OK = ("ok", "")


def verdicts(rows):
    return [
        ("error", row.problems[0][0])
        if row.problems
        else ("duplicate", row.duplicate[0])
        if row.duplicate
        else ("ok", "")
        for row in rows
    ]


# ── Whole rosters ────────────────────────────────────────────────────────────
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_gets_the_verdict_it_was_made_for(layout, seed):
    made = make_roster(seed, layout=layout)
    found = read_roster(read_workbook(made.content), today=TODAY)
    assert {row.number: verdict for row, verdict in zip(found.rows, verdicts(found.rows), strict=True)} == made.verdicts
    good = [row for row in found.rows if not row.problems and not row.duplicate]
    assert {row.number for row in good if row.repaired} == made.repaired
    for row in good:
        person = made.people[row.number]
        assert (row.name, row.identity, row.phone) == (person["name"], person["identity"], f"+86{person['phone']}")
        assert row.category == WORDS_OF[person["category"]]
        assert person["hired"].isoformat().startswith(row.hired)


# ── Heads ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓　名", "name"),
        ("员工姓名（必填）", "name"),
        ("*身份证号码：", "identity"),
        ("职工公民身份号码", "identity"),
        ("本人手机号码", "phone"),
        ("所在部门", "department"),
        ("车间(部门)", "department"),
        ("Date hired", "hired"),
        ("紧急联系人电话", None),
        ("出生日期", None),
        ("合同到期日期", None),
        ("离职日期", None),
        ("序号", None),
    ],
)
def test_headers_by_their_words(header, field):
    assert columns_of([header], {}) == ({field: 0} if field else {})


def test_the_surest_column_of_a_field_wins():
    assert columns_of(["家庭联系电话", "手机号"], {}) == {"phone": 1}


def test_what_a_person_corrected_comes_first():
    known = {"备注": "post", "姓名": "-", "称呼": "name"}
    assert columns_of(["姓名", "备注", "称呼"], known) == {"post": 1, "name": 2}


def test_a_head_of_two_rows():
    rows = [("姓名", "身份证号", "任职情况"), (None, None, "部门", "岗位"), ("朱兰", NUMBER, "检修班", "电工")]
    table = find_table(0, "人员", rows, {})
    assert (table.head, table.columns) == (1, {"name": 0, "identity": 1, "department": 2, "post": 3})


def test_a_sheet_with_something_in_it_and_no_head_is_told():
    found = roster(("张三", NUMBER), ("李四", OTHER))
    assert (found.rows, found.left_out) == ([], ["人员"])


def test_columns_given_by_hand():
    sheet = Sheet("人员", [("甲", "乙"), (NUMBER, "张三")])
    given = {"0": {"head": 0, "columns": {"identity": 0, "name": 1}}}
    (row,) = read_roster([sheet], today=TODAY, given=given).rows
    assert (row.name, row.identity) == ("张三", NUMBER)


# ── Rows ─────────────────────────────────────────────────────────────────────
HEAD = ("序号", "姓名", "身份证号", "部门")


def test_totals_signatures_blanks_and_repeated_heads_are_no_people():
    found = roster(
        HEAD,
        (1, "张三", NUMBER, "一车间"),
        (None, "小计", None, None),
        (),
        HEAD,
        (2, "李四", OTHER, "一车间"),
        (3, None, None, "二车间"),
        ("合计", "2人"),
        ("填表人：", "王五", "审核人：赵六"),
        ("注：以上人员均在岗", None),
    )
    assert [(row.number, row.name) for row in found.rows] == [(2, "张三"), (6, "李四")]


def test_nobody_is_lost_because_a_cell_sounds_like_a_total():
    found = roster(("姓名", "身份证号", "部门"), ("总计", NUMBER, "合计部"))
    assert [row.name for row in found.rows] == ["总计"]


def test_a_merged_department_stands_beside_everybody_in_it():
    rows = [HEAD, (1, "张三", NUMBER, "检修班"), (2, "李四", OTHER), (3, "王五", None, None)]
    found = roster(*rows, merged=((1, 3, 2, 3),))
    assert [row.department for row in found.rows] == ["检修班", "检修班", ""]


def test_several_sheets_of_people():
    sheets = [Sheet("一车间", [HEAD, (1, "张三", NUMBER)]), Sheet("二车间", [HEAD, (1, "张三", NUMBER)])]
    found = read_roster(sheets, today=TODAY)
    assert [row.sheet for row in found.rows] == ["一车间", "二车间"]
    assert found.rows[1].duplicate == ("duplicate_elsewhere", {"row": 2, "sheet": "一车间"})


def test_a_row_with_a_fault_takes_nobodys_place():
    found = roster(("姓名", "身份证号", "电话"), ("张三", NUMBER, "12"), ("张三", NUMBER, ""), ("张三", NUMBER, ""))
    assert verdicts(found.rows) == [("error", "phone"), ("ok", ""), ("duplicate", "duplicate")]


def test_nobody_without_any_number():
    assert verdicts(roster(("姓名", "部门"), ("张三", "一车间")).rows) == [("error", "identity_missing")]


def test_one_employee_number_for_two_people():
    head = ("姓名", "身份证号", "工号")
    found = roster(head, ("张三", NUMBER, "007"), ("李四", OTHER, "007"), ("张三", None, "007"))
    assert verdicts(found.rows) == [
        ("ok", ""),
        ("error", "employee_number_twice"),
        ("duplicate", "duplicate_number"),
    ]


def test_all_faults_of_a_row_are_told():
    (row,) = roster(("姓名", "身份证号", "电话"), ("张三", "123", "12")).rows
    assert [code for code, _about in row.problems] == ["identity_length", "phone"]


# ── Cells ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("cell", "hired"),
    [
        (date(2019, 7, 3), "2019-07-03"),
        (datetime.fromisoformat("2019-07-03T08:00"), "2019-07-03"),
        (43649, "2019-07-03"),
        (20190703, "2019-07-03"),
        ("2019-07-03", "2019-07-03"),
        ("2019/7/3", "2019-07-03"),
        ("2019.7.3", "2019-07-03"),
        ("２０１９年７月３日", "2019-07-03"),
        ("2019 年 7 月 3 日", "2019-07-03"),
        ("2019-07-03 00:00:00", "2019-07-03"),
        ("2019年7月", "2019-07"),
        ("2019-07", "2019-07"),
        ("201907", "2019-07"),
        (201907, "2019-07"),
        (2019.07, "2019-07"),
        (2019.12, "2019-12"),
        ("2019年", "2019"),
        (2019, "2019"),
        (None, ""),
        ("/", ""),
    ],
)
def test_dates_as_exactly_as_they_are_known(cell, hired):
    assert cells.read_hired(cell)[::2] == (hired, "")


@pytest.mark.parametrize("cell", ["19.7.3", "去年", "2019-02-30", "2019-13", 2019.1, 123, "0219-07-03", "2019-7-3 8点"])
def test_no_date_is_guessed(cell):
    assert cells.read_hired(cell).problem == "hired"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (NUMBER, ""),
        (NUMBER.lower(), ""),
        ("'" + NUMBER, ""),
        (4.40524188001010e17, "identity_lost"),
        ("4.40524E+17", "identity_lost"),
        ("440524188001010000", "identity_lost"),
        (440524188001010, "identity_old"),
        ("110105194912310021", "identity_check"),
        ("11010519491331002X", "identity_check"),
        ("11010519500230002X", "identity_birth"),
        ("G12345678", "identity_length"),
    ],
)
def test_identity_numbers(cell, problem):
    read = cells.read_identity(cell, TODAY)
    assert read.problem == problem
    assert read.value == ("" if problem else NUMBER)


def test_a_reason_never_holds_the_number():
    (row,) = roster(("姓名", "身份证号"), ("张三", "110105194912310021")).rows
    assert "1101" not in repr(row.problems)


def test_landlines_are_phones_too():
    assert cells.read_phone("0351-1234567").value == "03511234567"
    assert cells.read_phone("1234567").problem == "phone"


def test_a_row_answers_for_columns_that_are_not_there():
    assert Row("人员", 2, {"name": "张三"}).phone == ""
