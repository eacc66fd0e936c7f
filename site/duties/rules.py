"""What is true of articles and rulebook rows, told from plain values: no queries, no clock, no Django."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

DIGITS: Final = "零一二三四五六七八九"
ROW_KEY: Final = re.compile(r"(?P<regulation>[a-z0-9]+(?:-[a-z0-9]+)*)(?::(?P<article>\S+))?")

#: What the values of a rule may be called, and what each is: a unit in the name is the unit of the value.
#: "count" is a whole number above nought, "flag" yes or no, "text" a word, "texts" a list of words,
#: "counts" a list of whole numbers; a tuple lists the words allowed.
VALUE_KINDS: Final[Mapping[str, str | tuple[str, ...]]] = {
    # training
    "hours": "count",
    "annual_hours": "count",
    "manager_hours": "count",
    "manager_annual_hours": "count",
    "local_hours": "count",
    "level_hours": "counts",
    "levels": "texts",
    "course_months": "count",
    "annual_weeks": "count",
    "absence_months": "count",
    "local_absence_months": "count",
    "times": "count",
    "publicity_events": "count",
    "minutes_per_hour": "count",
    "daily_cap_hours": "count",
    "online_max_percent": "count",
    "trade_classes": "count",
    "trades": "count",
    "evidence": "texts",
    # examination and certificate
    "pass_mark": "count",
    "full_mark": "count",
    "pass_mark_basis": ("law", "authority", "local", "default"),
    "exam_minutes": "count",
    "exam_within_months": "count",
    "exams": "texts",
    "practical_attempts": "count",
    "unlimited_theory_attempts": "flag",
    "practical_separate": "flag",
    "pass_before_work": "flag",
    "free_of_charge": "flag",
    "mock_only": "flag",
    "study_certificate_only": "flag",
    "validity_months": "count",
    "review_months": "count",
    "renew_before_days": "count",
    "reminder_days": "counts",
    "issue_within_working_days": "count",
    # when it comes back
    "interval_months": "count",
    "interval_basis": ("calendar", "rolling", "school_month", "school_year", "school_term"),
    "frequency": ("regular", "necessary", "often", "each_event"),
    "before_month_day": "text",
    # drill
    "plan_kind": ("any", "accident", "comprehensive", "special", "onsite", "fire", "evacuation", "government"),
    "count_basis": ("per_unit", "per_plan", "all_plans"),
    "count_basis_options": "texts",
    "time_target_s": "count",
    "time_target_floors_below": "count",
    "must_report_to": "text",
    "must_notify": "flag",
    "evaluate_after": "flag",
    "include_night": "flag",
    "same_as": "texts",
    # plan, report, record
    "filing_working_days": "count",
    "check_working_days": "count",
    "file_with": "text",
    "publish": "flag",
    "limit_minutes": "count",
    "at_once": "flag",
    "supplement_days": "count",
    "supplement_days_road_fire": "count",
    "stages": "texts",
    "fields": "texts",
    "keep_months": "count",
    "keep_whole_employment": "flag",
}


def chinese_number(number: int) -> str:
    """1 to 999 as the law writes it: 10 is 十, 12 is 十二, 110 is 一百一十, 208 is 二百零八."""
    if not 1 <= number <= 999:
        raise ValueError(f"no law has an article {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        head += "十" if number < 20 else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        head += "零"
    return head + (DIGITS[ones] if ones else "")


def article_label(number: int) -> str:
    return f"第{chinese_number(number)}条"


def split_row_key(row_key: str) -> tuple[str, str]:
    """Of "order-3:13" ("order-3", "13"), of "mem-6" ("mem-6", ""); ValueError for anything else."""
    found = ROW_KEY.fullmatch(row_key.strip())
    if not found:
        raise ValueError(f"not a rulebook key: {row_key!r} (write order-3:13 or mem-6)")
    return found["regulation"], found["article"] or ""


def covers(day: date, since: date | None, until: date | None) -> bool:
    """Both ends belong to the period; an open end is None."""
    return (since is None or since <= day) and (until is None or day <= until)


def value_problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each value that is not as VALUE_KINDS says: its name, and "unknown" or "wrong"."""
    for name, value in values.items():
        kind = VALUE_KINDS.get(name)
        if kind is None:
            yield name, "unknown"
        elif not _fits(value, kind):
            yield name, "wrong"


def _fits(value: Any, kind: str | tuple[str, ...]) -> bool:
    if isinstance(kind, tuple):
        return value in kind
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "count":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    if kind == "text":
        return isinstance(value, str) and bool(value)
    member = "count" if kind == "counts" else "text"
    return isinstance(value, list) and bool(value) and all(_fits(item, member) for item in value)
