"""The rows that were not taken, as a workbook to put right and bring again; and the empty workbook to begin with."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from people.importers import reasons
from people.models import Membership
from people.services.rosters.judging import GOOD
from people.services.rosters.staging import Staged, StagedRow, StagedSheet
from records.spreadsheets import OutSheet, write_workbook

WIDTH = 16


def problem_workbook(staged: Staged) -> bytes:
    """Sheet by sheet the bad rows as they came, behind their row number and the reason; empty when all are good."""
    bad = [row for row in staged.rows if row.verdict not in GOOD]
    if not bad:
        return b""
    with_people = [sheet for sheet in staged.sheets if sheet.columns]
    sheets = [(sheet, [row for row in bad if row.sheet == sheet.name]) for sheet in with_people]
    return write_workbook(problem_sheet(sheet, rows) for sheet, rows in sheets if rows)


def problem_sheet(sheet: StagedSheet, rows: Iterable[StagedRow]) -> OutSheet:
    head = [_("Row in the file"), _("What is wrong"), *sheet.headers]
    widths = [10, 50, *[WIDTH] * len(sheet.headers)]
    return OutSheet(sheet.name, head, problem_rows(rows), widths)


def problem_rows(rows: Iterable[StagedRow]) -> Iterator[list[str | int]]:
    for row in rows:
        yield [row.number, reasons.told(row.problems), *row.cells]


# The words that are found again; Chinese in every language, since the offices' rosters are.
TEMPLATE = ("姓名", "身份证号", "手机号码", "工号", "部门", "岗位", "人员类别", "入职日期")
UNIT = ("单位名称", "统一社会信用代码")
EXAMPLE_NOTES = (
    "身份证号、手机号码按文本填写；人员类别从下拉列表中选择；入职日期写作 2019-07-03、2019-07 或 2019。",
    "没有身份证号的人员填写工号。姓名必填，其余可空。",
)
WORDS = {
    Membership.Category.LEADER: "主要负责人",
    Membership.Category.SAFETY_MANAGER: "安全生产管理人员",
    Membership.Category.SPECIAL_OPERATOR: "特种作业人员",
    Membership.Category.TEAM_LEADER: "班组长",
    Membership.Category.WORKER: "从业人员",
    Membership.Category.DISPATCHED: "被派遣劳动者",
    Membership.Category.INTERN: "实习学生",
}


def template_workbook(*, with_units: bool) -> bytes:
    head = (*UNIT, *TEMPLATE) if with_units else TEMPLATE
    widths = [(26 if name in {*UNIT, "身份证号"} else 16) for name in head]
    choices = {head.index("人员类别"): list(WORDS.values())}
    return write_workbook([OutSheet("花名册", head, [], widths, choices, notes=EXAMPLE_NOTES)])
