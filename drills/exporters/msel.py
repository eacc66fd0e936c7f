"""The table of events as a workbook: in the house's columns, which come in again without loss, and in its two other
views. Chinese, whatever the language of the page: these are the words the importer knows first."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from drills.importers.columns import kept_columns, words
from drills.importers.msel import DURATION
from drills.models import Drill, MselItem
from drills.msel_times import duration_text, offset_text
from drills.queries.msel import Event, Table
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local

MAIN, SCRIPT, HSEEP = VIEWS = ("main", "script", "hseep")
Column = tuple[str, float, Callable[[Event], Any]]


@cache
def kind_words() -> dict[str, str]:
    return first_words(words().kinds)


@cache
def mode_words() -> dict[str, str]:
    return first_words(words().modes)


def first_words(known: Any) -> dict[str, str]:
    """What each value is called first."""
    found: dict[str, str] = {}
    for word, value in known.items():
        found.setdefault(value, word)
    return found


def time_cell(item: MselItem) -> str:
    return offset_text(item.offset_seconds, minus="-", day="天")


def clock_cell(event: Event) -> str:
    return f"{event.planned_at:%Y-%m-%d %H:%M:%S}".removesuffix(":00") if event.planned_at else ""


def within_cell(item: MselItem) -> int | str:
    """Whole minutes as a number, anything else in seconds."""
    text = duration_text(item.within_seconds, second="秒")
    return int(text) if text.isdigit() else text


def objective_cell(item: MselItem) -> str:
    return str(item.objective) if item.objective else ""


def kept(name: str) -> Callable[[Event], str]:
    return lambda event: event.item.extra.get(name, "")


# ── Three views of one table ─────────────────────────────────────────────────
HOUSE: tuple[Column, ...] = (
    ("编号", 8, lambda event: event.item.number),
    ("时间", 10, lambda event: time_cell(event.item)),
    ("类型", 14, lambda event: kind_words()[event.item.kind]),
    ("阶段", 14, lambda event: event.item.phase),
    ("发出人", 14, lambda event: event.item.sender),
    ("接收对象", 18, lambda event: event.item.receiver),
    ("传递方式", 10, lambda event: mode_words()[event.item.mode]),
    ("标题", 24, lambda event: event.item.title),
    ("导调信息内容", 44, lambda event: event.item.text),
    ("期望行动", 36, lambda event: event.item.expected),
    ("时限（分钟）", 10, lambda event: within_cell(event.item)),
    ("责任人", 14, lambda event: event.item.responsible),
    ("演练目标", 24, lambda event: objective_cell(event.item)),
    ("触发条件", 24, lambda event: event.item.condition),
    ("情景时间", 14, lambda event: event.item.scenario_time),
    ("备注", 24, lambda event: event.item.notes),
    ("计划时刻（自动）", 17, clock_cell),
)
KIND, MODE = 2, 6  # the columns with a list to choose from


def script_text(item: MselItem) -> str:
    return f"{item.title}\n{item.text}" if item.text else item.title


def key_point(item: MselItem) -> str:
    within = duration_text(item.within_seconds, second="秒")
    limit = f"（{within}{'分钟' if within.isdigit() else ''}内）" if within else ""
    return "\n".join(filter(None, [f"{item.expected}{limit}" if item.expected else "", item.condition]))


def begins_cell(event: Event) -> str:
    clock = f"{event.planned_at:%H:%M}" if event.planned_at else "条件触发"
    return f"{clock} ({time_cell(event.item)})" if event.planned_at else clock


SCRIPT_COLUMNS: tuple[Column, ...] = (
    ("序号", 8, lambda event: event.item.number),
    ("演练阶段", 14, lambda event: event.item.phase),
    ("脚本内容", 48, lambda event: script_text(event.item)),
    ("指挥人", 14, lambda event: event.item.responsible),
    ("参演人员", 18, lambda event: event.item.receiver),
    ("所需资源", 18, kept("所需资源")),
    ("开始时间", 16, begins_cell),
    ("计划时长", 10, kept(DURATION)),
    ("报告对象", 14, kept("报告对象")),
    ("响应级别", 10, kept("响应级别")),
    ("关键节点", 36, lambda event: key_point(event.item)),
)
HSEEP_KINDS = {
    "inject": "Inject",
    "contingency": "Contingency Inject",
    "expected_action": "Expected Action",
    "information": "Information",
    "control": "Control",
}
HSEEP_COLUMNS: tuple[Column, ...] = (
    ("Event Number", 10, lambda event: event.item.number),
    ("Delivery Time", 18, clock_cell),
    ("Designated Scenario Time", 18, lambda event: event.item.scenario_time),
    ("Event Type", 18, lambda event: HSEEP_KINDS[event.item.kind]),
    ("Inject Mode", 14, lambda event: str(event.item.get_mode_display())),
    ("From", 16, lambda event: event.item.sender),
    ("To", 18, lambda event: event.item.receiver),
    ("Message", 48, lambda event: script_text(event.item)),
    ("Expected Participant Response", 36, lambda event: key_point(event.item)),
    ("Exercise Objective", 24, lambda event: objective_cell(event.item)),
    ("Responsible", 14, lambda event: event.item.responsible),
    ("Notes", 24, lambda event: event.item.notes),
)
COLUMNS = {MAIN: HOUSE, SCRIPT: SCRIPT_COLUMNS, HSEEP: HSEEP_COLUMNS}
NAMES = {MAIN: "情景事件清单", SCRIPT: "导调脚本", HSEEP: "MSEL"}


def msel_workbook(table: Table, view: str, *, now: datetime) -> bytes:
    """Exactly what the page shows in this view, in its order."""
    events = table.events
    columns = [*COLUMNS[view], *(kept_columns_of(events) if view == MAIN else ())]
    sheet = OutSheet(
        name=NAMES[view],
        head=[header for header, _width, _cell in columns],
        rows=([cell(event) for _header, _width, cell in columns] for event in events),
        widths=[width for _header, width, _cell in columns],
        choices=choices() if view == MAIN else {},
        title=f"{table.drill.marked_title} {NAMES[view]}",
        notes=[about(table.drill, now)],
    )
    return write_workbook([sheet])


def choices() -> dict[int, list[str]]:
    return {KIND: list(kind_words().values()), MODE: list(mode_words().values())}


def kept_columns_of(events: Sequence[Event]) -> list[Column]:
    """Those of the usual script first, then as they turn up."""
    present = dict.fromkeys(name for event in events for name in event.item.extra)
    names = [*(name for name in kept_columns() if name in present), *(n for n in present if n not in kept_columns())]
    return [(name, 16, kept(name)) for name in names]


def about(drill: Drill, now: datetime) -> str:
    begins, ends = local(drill.starts_at), local(drill.ends_at)
    return (
        f"主办单位 {drill.organisation}；计划 {begins:%Y-%m-%d %H:%M} 至 {ends:%H:%M}；停演口令 {drill.stop_word}；"
        f"截至 {local(now):%Y-%m-%d %H:%M}"
    )


# ── The workbook to fill in ──────────────────────────────────────────────────
EXAMPLES: Iterable[Sequence[Any]] = (
    (
        *("01", "+00:00", "导调信息", "预警响应", "县气象台", "村防汛指挥部", "电话", "发布暴雨橙色预警"),
        *("未来三小时本村降雨量将达五十毫米以上。", "召集各组，转入防御状态", 10, "村支书"),
    ),
    (
        *("02", "+00:10", "期望行动", "预警响应", "", "抢险一组", "口头", "巡查沿沟住户"),
        *("", "逐户通知沿沟十二户，报告人数", 15, "抢险一组组长"),
    ),
    (
        *("03", "", "备用导调信息", "转移避险", "导调组", "转移组", "对讲机", "一名老人不愿转移"),
        *("三组王大爷不肯离家。", "上门劝导，必要时协助转移", 10, "转移组组长", "", "转移进展顺利时"),
    ),
)


def msel_template() -> bytes:
    head = [header for header, _width, _cell in HOUSE]
    sheet = OutSheet(
        name=NAMES[MAIN],
        head=[*head, *kept_columns()],
        rows=EXAMPLES,
        widths=[*(width for _header, width, _cell in HOUSE), *[16] * len(kept_columns())],
        choices=choices(),
        title="情景事件清单（导入模板）",
        notes=[
            "删去示例后填写。时间从演练开始算起：+00:15 为开始后十五分钟；备用导调信息不填时间，填触发条件。",
            "计划时刻由系统计算，不必填写；其余不用的列可以空着或删去。",
        ],
    )
    return write_workbook([sheet])
