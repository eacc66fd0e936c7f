"""The shipped rulebook against the tables of domain/rules.md, copied here by hand a second time."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duties.rules import value_problems
from duties.shipped import RulebookError, read_rulebook
from duties.vocabulary import RegulationLevel, RuleKind, RuleLevel, RuleStatus, SubjectKind, Tag, Trigger

BOOK = read_rulebook()

# What content may cite (the authors' brief).
CITABLE = {
    "safety-law": "21 24 25 27 28 29 30 47 58 81 97",
    "emergency-law": "38 42 43",
    "fire-law": "20 31",
    "science-law": "7 33",
    "order-3": "9 11 12 13 14 15 16 17 19 22 24",
    "order-44": "18 20 22 23 24 25",
    "order-88": "33 35 36 37",
    "order-19": "",
    "decree-708": "6 7 8 11 15 32",
    "decree-493": "9 11 12 13",
    "mps-61": "36 40",
    "mps-109": "14 15",
    "mem-5": "44",
    "mem-13": "9 10",
    "mem-6": "",
    "earthquake-law": "44",
    "forest-fire-decree": "16 21 23",
    "grassland-fire-decree": "24",
    "school-drill-2014": "",
    "qijin-2017": "",
    "wujin-2020": "",
    "accessibility-law": "29 32",
    "special-equipment-law": "69",
}

# §2.2: id → what the table says (hours and annual hours; "-" is left out), its source, and whether it bears no mark.
TRAINING: dict[str, tuple[dict[str, Any], str, bool]] = {
    "T01": ({"hours": 32, "annual_hours": 12, "pass_mark": 80, "pass_mark_basis": "local"}, "order-3:9", True),
    "T02": ({"hours": 32, "annual_hours": 12, "pass_mark": 80, "pass_mark_basis": "local"}, "order-3:9", True),
    "T03": ({"hours": 48, "annual_hours": 16, "validity_months": 36, "renew_before_days": 30}, "order-3:9", True),
    "T04": ({"hours": 48, "annual_hours": 16, "validity_months": 36}, "order-3:9", True),
    "T05": ({"hours": 24}, "order-3:13", True),
    "T06": ({"hours": 72, "annual_hours": 20}, "order-3:13", True),
    "T07": ({"annual_hours": 8}, "", False),
    "T08": ({"levels": ["workshop", "team"], "absence_months": 12}, "order-3:17", True),
    "T09": ({"pass_before_work": True}, "safety-law:29", True),
    "T10": ({"trade_classes": 10, "trades": 54, "exam_minutes": 120, "validity_months": 72}, "order-19", True),
    "T11": ({}, "safety-law:28", True),
    "T12": ({}, "", False),
    "T13": ({"times": 1, "interval_months": 12}, "mps-61:36", True),
    "T14": ({"times": 1, "interval_months": 6}, "mps-61:36", True),
    "T15": ({"times": 1, "interval_months": 12}, "mps-109:14", True),
    "T16": ({"times": 1, "interval_months": 12, "pass_before_work": True}, "mem-13:9", False),
    "T17": ({"pass_before_work": True}, "mem-6", True),
    "T18": ({"frequency": "regular", "pass_before_work": True}, "decree-708:11", True),
    "T19": ({"annual_hours": 60}, "officers-2023", False),
    "T20": ({"validity_months": 36}, "order-44:25", True),
    "T21": ({"interval_months": 36}, "disaster-officers-2020", True),
    "T22": ({"frequency": "regular"}, "emergency-law:38", True),
    "T23": ({"validity_months": 36, "interval_months": 12}, "mohurd-17", False),
    "T24": (
        {"manager_hours": 16, "hours": 8, "manager_annual_hours": 8, "annual_hours": 4},
        "health-2022",
        False,
    ),
    "T25": ({"pass_mark": 60, "study_certificate_only": True}, "", True),
}

# §3.1: id → months between two drills (None: the law gives no number), its source, and whether it bears no mark.
DRILLS: dict[str, tuple[int | None, str, bool]] = {
    "D01": (24, "decree-708:8", True),
    "D02": (6, "decree-708:8", True),
    "D03": (12, "order-88:33", True),
    "D04": (6, "order-88:33", True),
    "D05": (6, "mps-61:40", True),
    "D06": (12, "mps-61:40", True),
    "D07": (12, "mps-109:15", True),
    "D08": (1, "school-drill-2014", True),
    "D09": (3, "school-drill-2014", True),
    "D10": (12, "mem-5:44", True),
    "D11": (6, "mem-5:44", True),
    "D12": (3, "mem-5:44", True),
    "D13": (36, "gov-plan-2024", False),
    "D14": (None, "gov-plan-2013:22", False),
    "D15": (12, "decree-40:21", False),
    "D16": (None, "hazchem-law", False),
    "D17": (6, "elderly-2023", False),
    "D18": (6, "ws-308-2019", False),
    "D19": (6, "complex-2019", False),
    "D20": (None, "fire-law:20", True),
    "D21": (6, "mem-13:10", False),
    "D22": (None, "earthquake-law:44", True),
    "D23": (None, "forest-fire-decree:16", True),
    "D24": (12, "sl-666", False),
    "D25": (12, "", False),
    "D26": (12, "special-equipment-law:69", False),
}

# §3.1 L01: Shandong; the third column is how plans are counted.
SHANDONG = {
    "L01-government": (12, None),
    "L01-high-risk": (6, None),
    "L01-high-risk-special": (24, "all_plans"),
    "L01-high-risk-onsite": (6, "all_plans"),
    "L01-other": (12, None),
    "L01-other-special": (36, "all_plans"),
    "L01-other-onsite": (12, "all_plans"),
}


def values(key: str) -> dict[str, Any]:
    return BOOK.rules[key]["values"]


@pytest.mark.parametrize(("regulation", "numbers"), CITABLE.items())
def test_everything_that_content_may_cite_is_there(regulation: str, numbers: str) -> None:
    assert BOOK.regulations[regulation]["title"]
    assert {f"{regulation}:{number}" for number in numbers.split()} <= BOOK.articles.keys()


def test_the_training_table_is_whole() -> None:
    assert list(TRAINING) == [f"T{number:02}" for number in range(1, 26)]
    assert TRAINING.keys() <= BOOK.rules.keys()


@pytest.mark.parametrize(("key", "row"), TRAINING.items())
def test_a_training_row_says_what_the_table_says(key: str, row: tuple[dict[str, Any], str, bool]) -> None:
    expected, cite, verified = row
    rule = BOOK.rules[key]
    assert rule["kind"] == "training"
    assert expected.items() <= rule["values"].items()
    assert (rule["cite"], rule["verified"]) == (cite, verified)


def test_the_drill_table_is_whole() -> None:
    assert list(DRILLS) == [f"D{number:02}" for number in range(1, 27)]
    assert DRILLS.keys() <= BOOK.rules.keys()


@pytest.mark.parametrize(("key", "row"), DRILLS.items())
def test_a_drill_row_says_what_the_table_says(key: str, row: tuple[int | None, str, bool]) -> None:
    months, cite, verified = row
    rule = BOOK.rules[key]
    assert rule["kind"] == "drill"
    assert rule["values"].get("interval_months") == months
    assert months or rule["values"]["frequency"] in {"regular", "often", "necessary", "each_event"}
    assert (rule["cite"], rule["verified"]) == (cite, verified)


@pytest.mark.parametrize(("key", "row"), SHANDONG.items())
def test_shandong_adds_its_own_rows(key: str, row: tuple[int, str | None]) -> None:
    rule = BOOK.rules[key]
    assert (rule["values"]["interval_months"], rule["values"].get("count_basis")) == row
    assert (rule["cite"], rule["level"], rule["region"]) == ("shandong-safety:63", "province", "山东省")


def test_the_other_overlays_wait_for_somebody_to_check_them() -> None:
    overlays = [rule for key, rule in BOOK.rules.items() if key.startswith("L02")]
    assert {rule["region"] for rule in overlays} == {"山东省", "青岛市", "北京市", "上海市", "重庆市", "河南省"}
    assert not any(rule["verified"] for rule in overlays)


def test_particulars_of_the_drill_table() -> None:
    assert values("D02")["must_report_to"] == "county_department"
    assert values("D04")["count_basis_options"] == ["per_unit", "per_plan"]
    assert (values("D07")["interval_basis"], values("D08")["interval_basis"]) == ("school_year", "school_month")
    assert (values("D09")["time_target_s"], values("D09")["time_target_floors_below"]) == (120, 4)
    assert values("D12")["must_notify"]
    assert values("D15-onsite")["interval_months"] == 6
    assert values("D17")["include_night"]
    assert values("D21")["same_as"] == ["D04"]
    assert values("D24")["before_month_day"] == "06-01"


def test_the_new_order_on_special_operators_follows_the_old_one_without_a_gap() -> None:
    old, new = BOOK.rules["T10-2010"], BOOK.rules["T10"]
    assert (old["effective_to"], new["effective_from"]) == (date(2026, 5, 31), date(2026, 6, 1))
    assert old["values"]["review_months"] == 36
    assert "review_months" not in new["values"]
    assert (new["replaces"], values("T10")["practical_attempts"]) == ("T10-2010", 5)
    assert BOOK.regulations["order-30"]["effective_to"] == date(2026, 5, 31)
    assert BOOK.regulations["order-19"]["effective_from"] == date(2026, 6, 1)


def test_the_law_on_hazardous_chemicals_follows_decree_591() -> None:
    old, new = BOOK.rules["D16-2011"], BOOK.rules["D16"]
    assert (old["effective_to"], new["effective_from"]) == (date(2026, 4, 30), date(2026, 5, 1))
    assert (old["verified"], new["verified"]) == (True, False)


def test_a_row_takes_the_place_of_another_only_where_the_table_says_general_or_other() -> None:
    assert {key: rule["replaces"] for key, rule in BOOK.rules.items() if rule["replaces"]} == {
        "T03": "T01",
        "T04": "T02",
        "T06": "T05",
        "T10": "T10-2010",
        "D02": "D03",
        "D05": "D06",
        "D16": "D16-2011",
        "C02": "C02-2010",
    }


def test_certificates_plans_reports_and_records() -> None:
    assert (values("C01")["validity_months"], values("C01")["renew_before_days"]) == (36, 30)
    assert (values("C02")["validity_months"], values("C02-2010")["review_months"]) == (72, 36)
    assert values("C03")["issue_within_working_days"] == 10
    assert values("T03")["exam_within_months"] == 6
    assert values("P01")["interval_months"] == 36
    assert values("P04-term")["filing_working_days"] == 20
    assert (values("R02")["limit_minutes"], values("R03")["limit_minutes"]) == (60, 120)
    assert (values("R04")["supplement_days"], values("R04")["supplement_days_road_fire"]) == (30, 7)
    assert len(values("R05")["fields"]) == 6
    assert (values("K03-managers")["keep_months"], values("K03-special")["keep_months"]) == (36, 72)
    assert (values("K05-special")["keep_months"], values("K05-other")["keep_months"]) == (72, 36)
    assert values("K06")["keep_months"] == 6


def test_custom_figures_are_never_dressed_as_law() -> None:
    assert (BOOK.rules["T07"]["status"], BOOK.rules["T07"]["level"]) == ("custom", "local")
    assert {BOOK.rules[key]["status"] for key in ("T05-split", "T25", "T30", "K05-special", "K05-other")} == {"custom"}


@pytest.mark.parametrize("key", BOOK.rules)
def test_a_rule_is_well_formed(key: str) -> None:
    rule = BOOK.rules[key]
    assert rule["kind"] in RuleKind.values
    assert rule["status"] in RuleStatus.values
    assert rule["level"] in RuleLevel.values
    assert rule["trigger"] in Trigger.values
    assert rule["subject_kind"] in SubjectKind.values
    assert set(rule["industry_tags"]) <= set(Tag.values)
    assert set(rule["values"].get("same_as", [])) <= BOOK.rules.keys()
    assert list(value_problems(rule["values"])) == []
    assert (rule["level"] in {"province", "city"}) == bool(rule["region"])


@pytest.mark.parametrize("key", BOOK.rules)
def test_a_verified_rule_names_its_text_and_an_unverified_one_its_doubt(key: str) -> None:
    rule = BOOK.rules[key]
    assert rule["source"]
    assert rule["note"] or rule["verified"]
    if rule["verified"] and rule["status"] == "mandatory":
        assert rule["cite"]
    if rule["verified"] and rule["cite"] in BOOK.articles:
        assert BOOK.articles[rule["cite"]]["verified"]


@pytest.mark.parametrize("key", BOOK.articles)
def test_an_article_is_told_in_chinese_with_its_source(key: str) -> None:
    article = BOOK.articles[key]
    assert article["summary"].endswith("。")
    assert article["source"]
    assert article["note"] or article["verified"]


@pytest.mark.parametrize("key", BOOK.regulations)
def test_a_regulation_has_a_name_or_says_that_it_is_missing(key: str) -> None:
    regulation = BOOK.regulations[key]
    assert regulation["level"] in RegulationLevel.values
    assert regulation["title"] or regulation["document_number"]
    assert regulation["title"] or not regulation["verified"]
    assert regulation["note"] or regulation["verified"]


REGULATION = """
key = "order-1"
short_title = "第1号令"
title_en = "Order 1"
document_number = "第1号令"
level = "department"
verified = true
"""
RULE = """
[[rules]]
key = "X01"
kind = "drill"
subject = "单位"
subject_en = "Units"
matter = "演练"
matter_en = "Drill"
trigger = "period"
status = "mandatory"
level = "national"
verified = true
"""


def folder(at: Path, regulation: str = REGULATION, rules: str = RULE, name: str = "order-1") -> Path:
    for part, file, text in (("regulations", name, regulation), ("rules", "drills", rules)):
        (at / part).mkdir()
        (at / part / f"{file}.toml").write_text(text, "utf-8")
    return at


def test_a_small_rulebook_is_read_with_every_field_filled(tmp_path: Path) -> None:
    article = '[[articles]]\nnumber = 12\nheading = "一"\nsummary = "二。"\nverified = true\n'
    book = read_rulebook(folder(tmp_path, REGULATION + article, RULE + 'cite = "order-1:12"\n'))
    assert book.articles["order-1:12"]["label"] == "第十二条"
    assert (book.rules["X01"]["values"], book.rules["X01"]["cite"]) == ({}, "order-1:12")


@pytest.mark.parametrize(
    ("regulation", "rules", "name", "complaint"),
    [
        (REGULATION, RULE, "order-2", "its name should be the same"),
        (REGULATION.replace("level", "rank"), RULE, "order-1", "lacks level"),
        (REGULATION + 'colour = "red"\n', RULE, "order-1", "unknown fields colour"),
        (REGULATION, RULE + RULE, "order-1", "stands there twice"),
        (REGULATION, RULE + 'cite = "order-1:9"\n', "order-1", "which no file holds"),
        (REGULATION, RULE + 'replaces = "X02"\n', "order-1", "must stand before it"),
        (
            REGULATION + '[[articles]]\nheading = "一"\nsummary = "二。"\nverified = true\n',
            RULE,
            "order-1",
            "needs a number or else a label",
        ),
    ],
)
def test_a_mistake_in_a_data_file_is_told_by_file_and_row(
    tmp_path: Path, regulation: str, rules: str, name: str, complaint: str
) -> None:
    with pytest.raises(RulebookError, match=complaint):
        read_rulebook(folder(tmp_path, regulation, rules, name))
