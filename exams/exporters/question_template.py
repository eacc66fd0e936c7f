"""The workbook to fill in: what the importer reads, with an example of each kind."""

from django.utils.translation import gettext as _

from records.spreadsheets import OutSheet, write_workbook

# Chinese, whatever the language of the page: these are the words the importer looks for first.
HEAD = ("题型", "题干", *(f"选项{letter}" for letter in "ABCDEF"), "正确答案", "解析", "难度", "章节", "图片")
EXAMPLES = (
    (
        *("单选题", "闻到燃气味，应当先做什么？", "开灯查看", "关闭阀门、开窗通风", "在屋内打电话", "", "", ""),
        *("B", "开灯和打电话都可能打出火花。", "易", "燃气安全", ""),
    ),
    (
        *("多选题", "进入有限空间作业前，应当做到哪些？", "先通风", "再检测", "后作业", "一个人进去", "", ""),
        *("ABC", "先通风、再检测、后作业，外面有人监护。", "中", "有限空间", ""),
    ),
    (
        *("判断题", "发生火灾时可以乘坐电梯逃生。", "", "", "", "", "", ""),
        *("错误", "火灾时电梯可能断电、进烟。", "易", "消防", ""),
    ),
)
WIDTHS = (10, 50, 20, 20, 20, 20, 14, 14, 12, 40, 8, 16, 12)


def question_template() -> bytes:
    notes = [
        _("Delete the examples. One question a row; the upper left corner of its picture lies in the same row."),
        _("Key: B for single choice, ABC for multiple choice, 正确 or 错误 for true or false."),
    ]
    sheet = OutSheet(
        _("Questions"),
        HEAD,
        EXAMPLES,
        widths=WIDTHS,
        choices={0: ("单选题", "多选题", "判断题"), 10: ("易", "中", "难")},
        title=_("Questions to import"),
        notes=notes,
    )
    return write_workbook([sheet])
