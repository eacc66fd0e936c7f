"""What an evaluation is worth, worked out by hand and by brute force. No database."""

import itertools
import json
import random
from decimal import Decimal
from typing import Any

import pytest

from drills.evaluation_rules import (
    FORMULA,
    VALUES,
    Form,
    Given,
    Inputs,
    Item,
    Person,
    Piece,
    Reconciled,
    Section,
    Standing,
    agreement,
    canonical,
    digest,
    divide,
    grade,
    inputs_from,
    open_items,
    plays_in_his_team,
    read_scored,
    score,
    standings,
)

UID = "6f1f1c9e-8d1f-4b7e-9a53-0f8f6d2a9a11"


def section(code: str, weight: int, *items: int, veto: tuple[int, ...] = ()) -> Section:
    return Section(code, f"第{code}部分", weight, tuple(Item(pk, f"{code}.{pk}", pk in veto) for pk in items))


def form(key: str, percent: int, *sections: Section) -> Form:
    return Form(key, 1, f"评估表{key}", percent, sections)


def given(**values: Any) -> tuple[Given, ...]:
    """`i1="5"` is one value of sheet 1, `i1=("5", "3")` those of sheets 1 and 2."""
    rows = ((int(name[1:]), value if isinstance(value, tuple) else (value,)) for name, value in values.items())
    return tuple(Given(item, sheet, value) for item, told in rows for sheet, value in enumerate(told, start=1))


# ── Five cases worked out by hand ────────────────────────────────────────────
def test_first_case_two_forms_weights_and_shares() -> None:
    # Preparation (20 %): one section, items 5 and 3 → (100 + 60) / 2 = 80.
    # Live (80 %): section 1 (weight 10): 5, 5 → 100; section 2 (weight 30): 3, 1 → (60 + 20) / 2 = 40.
    #   (10 × 100 + 30 × 40) / 40 = 55.
    # Total: (20 × 80 + 80 × 55) / 100 = 60 → 中.
    forms = (
        form("preparation", 20, section("1", 1, 1, 2)),
        form("live", 80, section("1", 10, 3, 4), section("2", 30, 5, 6)),
    )
    found = score(Inputs(forms, given(i1="5", i2="3", i3="5", i4="5", i5="3", i6="1")))
    assert (found.total, found.grade) == (Decimal("60.00"), "中")
    assert [one.points for one in found.forms] == [Decimal("80.00"), Decimal("55.00")]
    assert [one.points for one in found.forms[1].sections] == [Decimal("100.00"), Decimal("40.00")]


def test_second_case_what_is_not_seen_leaves_the_denominator() -> None:
    # Section 1 (weight 10): 5, not applicable, not observed → 100 over one item.
    # Section 2 (weight 90): nothing but not observed → leaves the weights.
    # Total 100, of the one form that is left: 优.
    forms = (
        form("live", 80, section("1", 10, 1, 2, 3), section("2", 90, 4)),
        form("preparation", 20, section("1", 1, 5)),
    )
    found = score(Inputs(forms, given(i1="5", i2="na", i3="not_observed", i4="not_observed")))
    assert (found.total, found.grade) == (Decimal("100.00"), "优")
    told = [(one.points, one.counted, one.items) for one in found.forms[0].sections]
    assert told == [(Decimal("100.00"), 1, 3), (None, 0, 1)]
    assert found.forms[1].points is None


def test_third_case_means_of_several_evaluators_round_half_up() -> None:
    # Item 1: 5, 3, 3 → 11/3 points → 220/3 = 73.333…; item 2: 3, 5 → 4 points → 80.
    # Section: (220/3 + 80) / 2 = 230/3 = 76.666… → 76.67: 良.
    found = score(Inputs((form("live", 100, section("1", 7, 1, 2)),), given(i1=("5", "3", "3"), i2=("3", "5"))))
    assert (found.total, found.grade) == (Decimal("76.67"), "良")
    # Half a hundredth goes up: (3199 × 100 + 1 × 20) / 3200 = 99.975 → 99.98.
    forms = (form("live", 100, section("1", 3199, 1), section("2", 1, 2)),)
    assert score(Inputs(forms, given(i1="5", i2="1"))).total == Decimal("99.98")


def test_fourth_case_a_veto_at_nought_caps_the_grade_and_not_the_points() -> None:
    # Ten items, nine at 5 and the veto item at 0: 90.00 points, which would be 优; the grade is 差.
    items = tuple(range(1, 11))
    forms = (form("live", 100, section("9", 9, *items, veto=(10,))),)
    fives = {f"i{pk}": "5" for pk in items}
    found = score(Inputs(forms, given(**fives | {"i10": "0"})))
    assert (found.total, found.grade, found.vetoes) == (Decimal("90.00"), "差", ("9.10",))
    unseen = score(Inputs(forms, given(**fives | {"i10": "not_observed"})))
    assert (unseen.total, unseen.grade, unseen.vetoes) == (Decimal("100.00"), "优", ())


def test_fifth_case_what_was_talked_over_stands_for_what_was_given() -> None:
    # Item 1: 5 and 0, decided as 3 → 60; item 2: 5 → 100. (60 + 100) / 2 = 80: 良.
    # Decided as not applicable, it leaves the denominator: 100, 优.
    forms = (form("live", 100, section("1", 10, 1, 2)),)
    values = given(i1=("5", "0"), i2="5")
    assert score(Inputs(forms, values, (Reconciled(1, "3"),))).total == Decimal("80.00")
    assert score(Inputs(forms, values, (Reconciled(1, "na"),))).total == Decimal("100.00")


# ── Nothing, and the edges of the grades ─────────────────────────────────────
def test_where_nothing_was_observed_there_is_no_score_and_no_grade() -> None:
    forms = (form("live", 100, section("1", 10, 1, 2, veto=(1,))),)
    for values in ((), given(i1="not_observed", i2="na")):
        found = score(Inputs(forms, values))
        assert (found.total, found.grade, found.vetoes) == (None, "", ())


@pytest.mark.parametrize(
    ("total", "name"),
    [
        ("90.00", "优"),
        ("89.99", "良"),
        ("75.00", "良"),
        ("74.99", "中"),
        ("60.00", "中"),
        ("59.99", "差"),
        ("0.00", "差"),
    ],
)
def test_the_grades_begin_at_90_75_and_60(total: str, name: str) -> None:
    assert grade(Decimal(total), vetoed=False) == name
    assert grade(Decimal(total), vetoed=True) == "差"


def test_the_grade_is_that_of_the_total_as_it_is_told() -> None:
    # (17999 × 100 + 2001 × 0) / 20000 = 89.995, told as 90.00.
    forms = (form("live", 100, section("1", 17999, 1), section("2", 2001, 2)),)
    found = score(Inputs(forms, given(i1="5", i2="0")))
    assert (found.total, found.grade) == (Decimal("90.00"), "优")


# ── Differences ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(("0", "1", "3", "5"), 2)))
def test_neighbours_on_the_scale_may_stand_and_others_are_talked_over(one: str, other: str) -> None:
    neighbours = {("0", "1"), ("1", "3"), ("3", "5")}
    inputs = Inputs((form("live", 100, section("1", 1, 1)),), given(i1=(one, other)))
    assert open_items(inputs) == ([] if (one, other) in neighbours else [1])
    assert open_items(Inputs(inputs.forms, inputs.given, (Reconciled(1, "3"),))) == []
    assert open_items(Inputs(inputs.forms, inputs.given, spread=5)) == []


def test_who_saw_nothing_contradicts_nobody() -> None:
    assert not Standing(("5", "not_observed")).differs
    assert Standing(("5", "na")).differs
    assert not Standing(("5", "na")).is_open(2)


def test_a_mean_never_hides_a_nought_of_a_veto_item() -> None:
    assert Standing(("0", "1"), veto=True).is_open(2)
    assert Standing(("0", "na"), veto=True).is_open(2)
    assert not Standing(("0", "1")).is_open(2)
    assert not Standing(("0", "0"), veto=True).is_open(2)
    assert not Standing(("0", "not_observed"), veto=True).is_open(2)


def test_agreement_is_told_of_what_two_or_more_have_judged() -> None:
    items = [
        Standing(("5", "5")),
        Standing(("5", "3")),
        Standing(("5", "not_observed")),
        Standing(("na", "na")),
        Standing(),
    ]
    found = agreement(items)
    assert (found.compared, found.alike, found.percent) == (3, 2, Decimal("66.67"))
    assert agreement([Standing(("5",))]).percent is None


# ── Brute force, in another way of counting ──────────────────────────────────
def by_force(forms: tuple[Form, ...], values: dict[tuple[int, int], str], decided: dict[int, str]) -> int | None:
    """The total in hundredths, by whole numbers over one common denominator: no fraction, no Decimal, no helper."""

    def points(item: int) -> tuple[int, int] | None:
        told = (
            [decided[item]]
            if item in decided
            else [value for (pk, _sheet), value in sorted(values.items()) if pk == item]
        )
        counted = [int(value) for value in told if value.isdigit()]
        return (sum(counted) * 20, len(counted)) if counted else None

    def mean(parts: list[tuple[int, tuple[int, int] | None]]) -> tuple[int, int] | None:
        known = [(weight, top, bottom) for weight, part in parts if part for top, bottom in [part]]
        if not known:
            return None
        below = 1
        for _weight, _top, bottom in known:
            below *= bottom
        above = sum(weight * top * (below // bottom) for weight, top, bottom in known)
        return above, below * sum(weight for weight, _top, _bottom in known)

    total = mean(
        [
            (
                one.percent,
                mean([(part.weight, mean([(1, points(item.pk)) for item in part.items])) for part in one.sections]),
            )
            for one in forms
        ]
    )
    return None if total is None else (total[0] * 100 * 2 + total[1]) // (2 * total[1])


@pytest.mark.parametrize("seed", range(200))
def test_it_is_what_brute_force_says(seed: int) -> None:
    dice = random.Random(seed)
    numbers = itertools.count(1)
    percents = [100] if dice.random() < 0.4 else [(left := dice.randint(1, 99)), 100 - left]
    forms = tuple(
        form(
            str(place),
            percent,
            *(
                section(str(code), dice.randint(1, 20), *(next(numbers) for _ in range(dice.randint(1, 6))))
                for code in range(1, dice.randint(2, 6))
            ),
        )
        for place, percent in enumerate(percents)
    )
    items = [item.pk for one in forms for part in one.sections for item in part.items]
    values = {
        (item, sheet): dice.choice(VALUES) for item in items for sheet in range(1, 4) if dice.random() < dice.random()
    }
    decided = {item: dice.choice(VALUES) for item in items if dice.random() < 0.1}
    rows = [Given(item, sheet, value) for (item, sheet), value in values.items()]
    dice.shuffle(rows)
    inputs = Inputs(forms, tuple(rows), tuple(Reconciled(*one) for one in decided.items()))
    total = score(inputs).total
    assert (None if total is None else int(total * 100)) == by_force(forms, values, decided)


# ── The same inputs, the same bytes ──────────────────────────────────────────
def test_the_order_of_arrival_changes_no_byte() -> None:
    forms = (form("live", 100, section("1", 10, 1, 2, 3, veto=(2,))),)
    values = given(i1=("5", "3"), i2=("1", "0", "3"), i3="na")
    decided = (Reconciled(2, "1"), Reconciled(1, "5"))
    told = Inputs(forms, values, decided).told()
    for order in itertools.permutations(values):
        again = Inputs(forms, order, decided[::-1])
        assert canonical(again.told()) == canonical(told)
        assert canonical(score(again).told()) == canonical(score(inputs_from(told)).told())
    assert told["formula"] == FORMULA
    assert digest(told) == digest(json.loads(json.dumps(told)))


def test_a_hair_of_difference_is_another_hash() -> None:
    forms = (form("live", 100, section("1", 10, 1)),)
    first, second = Inputs(forms, given(i1="5")), Inputs(forms, given(i1="3"))
    assert digest(first.told()) != digest(second.told())
    assert inputs_from(first.told()) == first
    assert standings(inputs_from(second.told()))[1].values == ("3",)


# ── What a phone sends ───────────────────────────────────────────────────────
def test_what_our_pages_send_is_read() -> None:
    scored = read_scored({"item": 7, "value": "1", "reason": "  戴错了手套 ", "evidence": [UID, UID.upper()]})
    assert scored
    assert (scored.item, scored.value, scored.reason, scored.evidence) == (7, "1", "戴错了手套", (UID,))
    assert not scored.lacks_reason
    assert read_scored({"item": 7, "value": "0", "reason": " "}).lacks_reason  # type: ignore[union-attr]
    assert read_scored({"item": 7, "value": "na"}).evidence == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "payload",
    [
        None, [], "5", {}, {"item": "7", "value": "5"}, {"item": True, "value": "5"}, {"item": 7, "value": "4"},
        {"item": 7, "value": 5}, {"item": 7, "value": ["5"]}, {"item": 7, "value": "5", "reason": 3},
        {"item": 7, "value": "5", "evidence": "x"}, {"item": 7, "value": "5", "evidence": ["no-uid"]},
        {"item": 7, "value": "5", "evidence": [UID] * 41}, {"item": 7, "value": "5", "evidence": [None]},
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_nothing(payload: Any) -> None:
    assert read_scored(payload) is None


# ── Who looks at what ────────────────────────────────────────────────────────
def test_nobody_evaluates_a_team_he_plays_in() -> None:
    me, other = (1,), (2,)
    assert plays_in_his_team(Person(me, "抢险队"), [Person(me, "抢险队")])
    assert not plays_in_his_team(Person(me, "抢险队"), [Person(me, "医疗队"), Person(other, "抢险队")])
    assert plays_in_his_team(Person(me, ""), [Person(me, "医疗队")])
    assert plays_in_his_team(Person(me, "抢险队"), [Person(me, "")])
    assert not plays_in_his_team(Person(me, ""), [])


SIZES = (8, 6, 4, 11, 8, 4, 4, 4, 4, 4, 4, 4, 8)
WEIGHTS = (10, 8, 7, 15, 15, 6, 7, 5, 9, 5, 6, 4, 3)


def pieces() -> list[Piece]:
    numbers = itertools.count(1)
    return [
        Piece(tuple(next(numbers) for _ in range(size)), weight, veto=place in {0, 4, 8})
        for place, (size, weight) in enumerate(zip(SIZES, WEIGHTS, strict=True))
    ]


@pytest.mark.parametrize("people", range(1, 9))
def test_items_are_divided_evenly_at_most_fifteen_each(people: int) -> None:
    plan = divide(pieces(), list(range(people)))
    taken = [item for items in plan.values() for item in items]
    assert len(taken) == len(set(taken)) == min(73, 15 * people)
    assert max(map(len, plan.values())) <= 15
    assert max(map(len, plan.values())) - min(map(len, plan.values())) <= max(0, people - 1) + 3
    vetoes = {item for piece in pieces() if piece.veto for item in piece.items}
    if people >= 2:
        assert vetoes <= set(taken)


def test_with_nobody_there_is_nothing_to_divide() -> None:
    assert divide(pieces(), []) == {}
    assert divide([], [1, 2]) == {1: [], 2: []}
