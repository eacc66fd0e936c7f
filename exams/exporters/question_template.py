"""The workbook to fill in: what the importer reads, with an example of each kind. Banks go out in the same columns."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from records.spreadsheets import OutSheet, write_workbook

# Chinese, whatever the language of the page: these are the words the importer looks for first.
LETTERS = "ABCDEFGH"
HEAD = ("题型", "题干", *(f"选项{letter}" for letter in LETTERS), "正确答案", "解析", "难度", "章节", "知识点", "图片")
KINDS = {
    "single": "单选题",
    "multiple": "多选题",
    "true_false": "判断题",
    "fill": "填空题",
    "ordering": "排序题",
    "matching": "匹配题",
    "short": "简答题",
    "essay": "论述题",
}
DIFFICULTIES = {1: "易", 2: "中", 3: "难"}
WIDTHS = (10, 50, *[20] * 4, *[12] * 4, 16, 40, 8, 16, 14, 8)


def example(kind: str, stem: str, options: Sequence[str], key: str, why: str, place: Sequence[str]) -> tuple[str, ...]:
    return (kind, stem, *options, *[""] * (len(LETTERS) - len(options)), key, why, *place, "")


EXAMPLES = (
    example(
        *("单选题", "闻到燃气味，应当先做什么？", ["开灯查看", "关闭阀门、开窗通风", "在屋内打电话"], "B"),
        *("开灯和打电话都可能打出火花。", ["易", "燃气安全", "泄漏处置"]),
    ),
    example(
        *("多选题", "进入有限空间作业前，应当做到哪些？", ["先通风", "再检测", "后作业", "一个人进去"], "ABC"),
        *("先通风、再检测、后作业，外面有人监护。", ["中", "有限空间", "作业程序"]),
    ),
    example("判断题", "发生火灾时可以乘坐电梯逃生。", [], "错误", "火灾时电梯可能断电、进烟。", ["易", "消防", ""]),
    example("填空题", "火警电话是____，急救电话是____。", [], "119；120", "", ["易", "消防", ""]),
    example(
        "排序题",
        "使用灭火器的步骤是？",
        ["拔保险销", "提起灭火器", "对准火焰根部", "压下手柄"],
        "BACD",
        "",
        ["中", "消防", ""],
    ),
    example("匹配题", "安全色各表示什么？", ["红→禁止", "黄→警告", "蓝→指令", "绿→提示"], "", "", ["易", "标志", ""]),
    example(
        "简答题", "发现有人触电，应当先做什么？", [], "断开电源（2分）\n不直接用手去拉（1分）", "", ["中", "用电", ""]
    ),
)


def question_template() -> bytes:
    notes = [
        _("Delete the examples. One question a row; the upper left corner of its picture lies in the same row."),
        _("Key: B for single choice, ABC for multiple choice, 正确 or 错误 for true or false."),
        _("Blanks: 119；120, and 甲|乙 where both are accepted. Short answer: 断开电源（2分）, a line for each."),
    ]
    sheet = question_sheet(EXAMPLES, title=_("Questions to import"), notes=notes)
    return write_workbook([sheet])


def question_sheet(rows: Iterable[Sequence[Any]], *, title: str, notes: Sequence[str]) -> OutSheet:
    choices = {0: tuple(KINDS.values()), HEAD.index("难度"): tuple(DIFFICULTIES.values())}
    return OutSheet(_("Questions"), HEAD, rows, widths=WIDTHS, choices=choices, title=title, notes=notes)
