from datetime import date, datetime, timedelta

import pytest

from drills import simple_rules as rules

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (0, NOW),
        (3600.5, NOW - timedelta(hours=1, milliseconds=500)),
        (None, NOW),
        (-5, NOW),  # the phone's clock went backwards
        (91 * 24 * 3600, NOW),
        (float("nan"), NOW),
        (float("inf"), NOW),
    ],
)
def test_the_age_of_a_record_tells_when_it_was_written(age: float | None, told: datetime) -> None:
    assert rules.written_at(NOW, age) == told


def test_what_is_written_more_than_a_week_later_comes_from_paper() -> None:
    assert rules.entry_of(NOW, NOW) == "simple"
    assert rules.entry_of(NOW - timedelta(days=7), NOW) == "simple"
    assert rules.entry_of(NOW - timedelta(days=7, seconds=1), NOW) == "paper"


def test_the_lag_counts_days_and_is_never_negative() -> None:
    day = date(2026, 11, 24)
    assert [rules.lag_days(day, day + timedelta(days=n)) for n in (0, 1, 12, -1)] == [0, 1, 12, 0]


@pytest.mark.parametrize(
    ("plan", "kind", "division", "level"),
    [
        ("unit_evacuation", "office", "county", "enterprise"),
        ("government_special", "office", "county", "county"),
        ("government_special", "office", "township", "township"),
        ("grassroots", "village_committee", "village", "village"),
        ("grassroots", "school", "village", "enterprise"),
        ("", "office", "township", "township"),
        ("", "community_committee", "grid", "village"),
        ("", "enterprise", "village", "enterprise"),
    ],
)
def test_the_level_follows_from_the_plan_and_from_whose_it_is(plan: str, kind: str, division: str, level: str) -> None:
    assert rules.level_of(plan, kind, division) == level


def test_many_lines_become_one_paragraph() -> None:
    assert rules.one_paragraph("铃声听不清。\n\n 门被锁 \r\n灯不亮") == "铃声听不清。门被锁；灯不亮"
    assert rules.one_paragraph("") == ""
