"""Rosters made up by a seed: the faults that real ones have, under any head, with the verdict of each row.

Everybody lives in divisions 99xxxx, which do not exist.
"""

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from people import rules

SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文辉玉红"
DEPARTMENTS = ("生产一车间", "生产二车间", "机电队", "检修班", "安环部", "综合办公室")
POSTS = ("操作工", "电工", "焊工", "装卸", "司炉", "调度")
CATEGORIES = ("从业人员", "班组长", "特种作业人员", "安全生产管理人员", "主要负责人", "其他从业人员")
WORDS_OF = {
    "从业人员": "worker",
    "其他从业人员": "worker",
    "班组长": "team_leader",
    "特种作业人员": "special_operator",
    "安全生产管理人员": "safety_manager",
    "主要负责人": "leader",
}

LAYOUTS: dict[str, dict[str, str]] = {
    # field → header, in the order of the columns
    "plain": {
        "serial": "序号", "organisation": "单位名称", "credit_code": "统一社会信用代码", "name": "姓 名", "sex": "性别",
        "identity": "身份证号", "phone": "手机号码", "department": "部门/车间", "post": "岗位", "category": "人员类别",
        "hired": "入职时间", "note": "备注",
    },
    "other": {
        "employee_number": "工号", "phone": "联系方式", "hired": "进厂日期（年-月-日）", "name": "*员工姓名",
        "category": "人员类型", "identity": "证件号码(必填)", "relative": "紧急联系人电话", "post": "工种",
        "department": "所属部门", "born": "出生日期",
        "credit_code": "社会信用代码：", "organisation": "用人单位",
    },
    "english": {
        "identity": "ID Number", "name": "Full name", "department": "Department", "phone": "Mobile phone",
        "credit_code": "Credit code", "organisation": "Company", "post": "Position", "category": "Category",
        "hired": "Date hired",
    },
}  # fmt: skip


@dataclass
class Made:
    content: bytes
    verdicts: dict[int, tuple[str, str]] = field(default_factory=dict)  # row on paper → verdict, code of the reason
    people: dict[int, dict[str, Any]] = field(default_factory=dict)  # row on paper → what should be understood
    repaired: set[int] = field(default_factory=set)


class Maker:
    def __init__(self, seed: int, organisations: int = 3) -> None:
        self.chance = random.Random(seed)
        self.units = [self.unit(number) for number in range(organisations)]
        self.seen: set[str] = set()

    def unit(self, number: int) -> tuple[str, str]:
        body = "".join(self.chance.choices("0123456789", k=8))
        return f"示例第{number}厂有限公司", rules.make_credit_code("91", "990000", body)

    def name(self) -> str:
        return self.chance.choice(SURNAMES) + "".join(self.chance.sample(GIVEN, self.chance.choice((1, 2))))

    def identity(self) -> str:
        born = date(1965, 1, 1) + timedelta(days=self.chance.randrange(14_000))
        first = f"99{self.chance.randrange(10_000):04}{born:%Y%m%d}{self.chance.randrange(1_000):03}"
        number = first + rules.identity_check(first)
        return self.identity() if number in self.seen else self.seen.add(number) or number

    def person(self) -> dict[str, Any]:
        organisation, code = self.chance.choice(self.units)
        return {
            "name": self.name(),
            "identity": self.identity(),
            "phone": f"1{self.chance.choice('3578')}{self.chance.randrange(10**9):09}",
            "organisation": organisation,
            "credit_code": code,
            "department": self.chance.choice(DEPARTMENTS),
            "post": self.chance.choice(POSTS),
            "category": self.chance.choice(CATEGORIES),
            "hired": date(2010, 1, 1) + timedelta(days=self.chance.randrange(5_500)),
            "sex": self.chance.choice("男女"),
            "relative": "13900000000",
            "born": date(1980, 1, 1),
        }


Fault = Callable[[Maker, dict[str, Any], dict[str, Any]], None]


def said(name: str, value: Callable[[Any], Any]) -> Fault:
    """Another way to write the same: the cell changes, the meaning does not."""

    def apply(_maker: Maker, cells: dict[str, Any], _first: dict[str, Any]) -> None:
        cells[name] = value(cells[name])

    return apply


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


REPAIRS: dict[str, Fault] = {
    "full-width identity": said("identity", full_width),
    "spaces in the identity": said("identity", lambda number: f" {number[:6]} {number[6:14]} {number[14:]} "),
    "small x": said("identity", lambda number: number.lower()),
    "phone as a number": said("phone", int),
    "phone with spaces": said("phone", lambda phone: f"{phone[:3]} {phone[3:7]} {phone[7:]}"),
    "phone with the country": said("phone", lambda phone: f"+86 {phone}"),
    "spaces in the name": said("name", lambda name: f"{name[0]}　{name[1:]}"),
    "day as Excel's number": said("hired", lambda day: (day - date(1899, 12, 30)).days),
}
FORMS: dict[str, Fault] = {
    "dots": said("hired", lambda day: f"{day:%Y.%m.%d}"),
    "slashes": said("hired", lambda day: f"{day.year}/{day.month}/{day.day}"),
    "hyphens": said("hired", lambda day: f"{day:%Y-%m-%d}"),
    "digits": said("hired", lambda day: f"{day:%Y%m%d}"),
    "Chinese": said("hired", lambda day: f"{day.year}年{day.month}月{day.day}日"),
    "month": said("hired", lambda day: f"{day.year}年{day.month}月"),
    "year": said("hired", lambda day: f"{day.year}年"),
}


def twice(maker: Maker, cells: dict[str, Any], first: dict[str, Any]) -> None:
    cells |= {"identity": first["identity"], "name": first["name"]}


def twice_other_name(maker: Maker, cells: dict[str, Any], first: dict[str, Any]) -> None:
    cells |= {"identity": first["identity"], "name": "另一人"}


def wrong_check(number: str) -> str:
    return number[:17] + next(char for char in "0123456789" if char != number[17])


ERRORS: dict[str, tuple[str, Fault]] = {
    "name_missing": ("error", said("name", lambda _name: "")),
    "name_odd": ("error", said("name", lambda name: f"{name}（班长）")),
    "identity_check": ("error", said("identity", lambda number: wrong_check(number[:14] + "123" + number[17]))),
    "identity_lost": ("error", said("identity", lambda number: float(number[:15] + "000"))),
    "identity_length": ("error", said("identity", lambda number: number[:16])),
    "phone": ("error", said("phone", lambda _phone: "1234567")),
    "credit_code": ("error", said("credit_code", lambda code: code[:17] + ("0" if code[17] != "0" else "1"))),
    "category": ("error", said("category", lambda _word: "外星人")),
    "hired": ("error", said("hired", lambda _day: "前年")),
    "duplicate": ("duplicate", twice),
    "duplicate_name": ("duplicate", twice_other_name),
}


def make_roster(seed: int, *, layout: str = "plain", rows: int = 120, faults: bool = True, unit: Any = None) -> Made:
    maker, made = Maker(seed), Made(b"")
    if unit is not None:
        maker.units = [unit]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}) as book:
        write_people(book.add_worksheet("人员"), maker, made, LAYOUTS[layout], rows, faults)
        book.add_worksheet("填表说明").write(0, 0, "1. 身份证号请按文本格式填写")
        book.add_worksheet("Sheet3")
    made.content = target.getvalue()
    return made


def write_people(sheet: Any, maker: Maker, made: Made, headers: dict[str, str], rows: int, faults: bool) -> None:
    sheet.write_row(0, 0, ["2026年度企业从业人员花名册"])
    sheet.write_row(1, 0, ["填报单位：", "", "填报日期：2026年3月"])
    sheet.write_row(3, 0, list(headers.values()))
    people = [maker.person() for _row in range(rows)]
    plan = faults_planned(maker, rows) if faults else {}
    place = 4
    for number, person in enumerate(people):
        place += maker.chance.random() < 0.03 and faults  # a blank line
        cells = dict(person)
        for fault in plan.get(number, []):
            apply(maker, made, fault, place + 1, cells, people[0])
        made.people[place + 1] = person
        made.verdicts.setdefault(place + 1, ("ok", ""))
        write_row(sheet, place, [cells.get(name, "") for name in headers])
        place += 1
    sheet.write_row(place, 0, ["合 计", f"{rows}人"])
    sheet.write_row(place + 1, 0, ["填表人：", "", "", "审核人："])


def faults_planned(maker: Maker, rows: int) -> dict[int, list[str]]:
    """The first three rows stay as they are, so that a duplicate has something to be one of."""
    kinds = [*REPAIRS, *FORMS, *ERRORS]
    places = maker.chance.sample(range(3, rows), len(kinds) * 2)
    return {place: [kinds[turn % len(kinds)]] for turn, place in enumerate(places)}


def apply(maker: Maker, made: Made, fault: str, row: int, cells: dict[str, Any], first: dict[str, Any]) -> None:
    if fault in ERRORS:
        verdict, act = ERRORS[fault]
        made.verdicts[row] = (verdict, fault)
        act(maker, cells, first)
        return
    before = dict(cells)
    (REPAIRS.get(fault) or FORMS[fault])(maker, cells, first)
    if fault in REPAIRS and cells != before:
        made.repaired.add(row)


def write_row(sheet: Any, place: int, cells: Sequence[Any]) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, date):
            sheet.write_datetime(place, column, cell)
        elif isinstance(cell, int | float):
            sheet.write_number(place, column, cell)
        else:
            sheet.write_string(place, column, cell)
