from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.plan_rules import (
    Clause,
    Rule,
    add_months,
    canonical_text,
    clause_faults,
    counted_from,
    features,
    is_overdue,
    matching,
    split_clauses,
    tidy,
)


# ── Whom a rule means ────────────────────────────────────────────────────────
def carried(*tags: str, sector: str = "", kind: str = "enterprise", plan: str = "unit_special", level: str = "village"):
    return features(tags, sector=sector, kind=kind, plan_kind=plan, level=level)


def test_an_organisation_is_what_was_entered_and_what_its_sector_and_kind_say() -> None:
    assert carried() == set()
    assert carried("crowded", sector="coal_mine") == {"crowded", "coal_mine", "mine", "high_risk"}
    assert carried(kind="school", sector="education") == {"school"}
    assert carried(sector="town_gas") == set()  # the sector alone does not say whether it stores gas


def test_a_plan_of_a_government_is_told_by_where_its_office_sits() -> None:
    assert "government" in carried(plan="government_overall", level="county")
    assert "government" not in carried(plan="government_overall", level="township")
    assert "department" in carried(plan="government_department", level="county")


def test_a_rule_meets_any_of_its_tags_and_one_without_tags_everybody() -> None:
    mines, everybody = Rule("P01", frozenset({"mine", "fireworks"}), 36), Rule("P03", frozenset(), 36)
    assert matching([mines, everybody], {"mine"}) == [mines, everybody]
    assert matching([mines, everybody], {"school"}) == [everybody]


def test_a_rule_gives_way_only_where_one_that_says_so_meets_too() -> None:
    general = Rule("general", frozenset({"mine"}), 36)
    special = Rule("special", frozenset({"coal_mine"}), 24, replaces="general")
    beside = Rule("beside", frozenset({"mine"}), 12)
    assert matching([general, special, beside], {"mine", "coal_mine"}) == [special, beside]
    assert matching([general, special, beside], {"mine"}) == [general, beside]
    doubtful = special._replace(verified=False)
    assert matching([general, doubtful], {"mine", "coal_mine"}) == [general, doubtful]


def test_only_what_is_verified_and_set_by_law_is_binding() -> None:
    rules = [
        Rule("a", frozenset(), 36),
        Rule("c", frozenset(), 12, mandatory=False),
        Rule("d", frozenset(), 6, verified=False),
        Rule("e", frozenset(), 3, mandatory=False, verified=False),
    ]
    assert [rule.force for rule in rules] == ["binding", "advised", "doubtful", "doubtful"]


# ── When the next evaluation is due, counted by hand ─────────────────────────
@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        ("2023-11-24", 36, "2026-11-24"),
        ("2024-02-29", 36, "2027-02-28"),  # no such day in that year
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-31", 12, "2027-01-31"),
        ("2026-05-10", 0, "2026-05-10"),
    ],
)
def test_so_many_months_later(day: str, months: int, due: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(due)


def test_it_is_counted_from_the_last_evaluation_or_a_later_issue() -> None:
    issued, before, after = date(2024, 5, 1), date(2023, 1, 1), date(2025, 6, 30)
    assert counted_from(issued, None) == issued
    assert counted_from(issued, before) == issued
    assert counted_from(issued, after) == after


def test_the_last_day_still_counts() -> None:
    due = date(2026, 11, 24)
    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(days=1))


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(0, 120), st.integers(0, 40))
def test_a_later_beginning_never_ends_earlier(day: date, months: int, days: int) -> None:
    assert add_months(day, months) <= add_months(day + timedelta(days=days), months)


# ── What a version says ──────────────────────────────────────────────────────
def test_the_canonical_text_is_the_same_however_it_was_typed() -> None:
    typed = [Clause("1", "总则", "第一行  \r\n第二行\r\n\r\n"), Clause("1.1", "e\u0301tude")]
    kept = [Clause("1", "总则", "第一行\n第二行"), Clause("1.1", "étude", "")]
    assert canonical_text(typed) == canonical_text(kept)
    assert canonical_text(kept) == '[["1","总则","第一行\\n第二行"],["1.1","étude",""]]'.encode()


def test_the_canonical_text_tells_every_difference() -> None:
    one = [Clause("1", "总则", "甲"), Clause("2", "附则", "乙")]
    others = [one[::-1], one[:1], [Clause("1", "总则甲", ""), one[1]], [Clause("1", "总则", "甲乙"), one[1]]]
    assert len({canonical_text(clauses) for clauses in [one, *others]}) == 5


def test_a_clause_needs_a_number_of_its_own_and_a_title() -> None:
    faults = clause_faults([Clause("1", "总则"), Clause("", "无号"), Clause("2", ""), Clause("1", "又一")])
    assert (faults.unnumbered, faults.untitled, faults.doubled) == ({1}, {2}, {3})
    assert not clause_faults([Clause("1", "总则"), Clause("1.1", "目的")])


# ── Pasted text ──────────────────────────────────────────────────────────────
PASTED = """\
本预案自发布之日起施行。

1 总则
1.1 编制目的
为及时转移受威胁群众，
制定本预案。

1.2　适用范围
4.2.1 预警
1. 敲锣
2、手摇警报
110 报警
3.5 米以上
４．２．２ 接到预警后，村主任立即敲锣。
2026.3.1 起
5 后期处置
09:30 集合
第六章 附则
6.1 解释
附件 2 联系人
"""


def test_headings_begin_clauses_and_nothing_is_lost() -> None:
    clauses = split_clauses(PASTED)
    assert clauses == [
        Clause("", "", "本预案自发布之日起施行。"),
        Clause("1", "总则", ""),
        Clause("1.1", "编制目的", "为及时转移受威胁群众，\n制定本预案。"),
        Clause("1.2", "适用范围", ""),
        Clause("4.2.1", "预警", "1. 敲锣\n2、手摇警报\n110 报警\n3.5 米以上"),
        Clause("4.2.2", "接到预警后", "接到预警后，村主任立即敲锣。\n2026.3.1 起"),
        Clause("5", "后期处置", "09:30 集合"),
        Clause("第六章", "附则", ""),
        Clause("6.1", "解释", ""),
        Clause("附件2", "联系人", ""),
    ]


def test_a_text_without_headings_comes_back_whole() -> None:
    assert split_clauses("只有一段话。\n又一段。") == [Clause("", "", "只有一段话。\n又一段。")]
    assert split_clauses("  \n\n") == []


def test_a_title_too_long_is_text() -> None:
    line = "各组" * 80
    (clause,) = split_clauses(f"3.1 {line}")
    assert clause == Clause("3.1", line[:120], line)


@given(st.text())
def test_no_character_but_blanks_is_lost(text: str) -> None:
    """Whatever is pasted: each line's characters come back in their order."""
    told = "".join(clause.number + clause.title + clause.text for clause in split_clauses(text))
    kept = {char for char in tidy(text) if not char.isspace()}
    assert kept - set(told) <= set("０１２３４５６７８９．.、：:")
