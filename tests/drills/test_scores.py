"""Values on the sheets are told from the run log: whatever the order, the same rows."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from drills.models import EvaluationSheet, ItemScore, Participation, RunEvent
from drills.services.scores import REFUSALS, SCORING, project_scores, project_sheets, score_refusal
from tests.drills.evaluated import LATER, Scene, evaluated, event, give, observe, payload, say
from tests.drills.factories import NOW, make_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(organisation_a: Any, manager_a: Any, learner: Any, learner_b: Any) -> Scene:
    return evaluated(organisation_a, manager_a, learner, learner_b)


def told(scene: Scene) -> set[tuple[Any, ...]]:
    """What stands: by whom, of what, which value, why, told by which event, borne out by what."""
    rows = ItemScore.objects.filter(sheet__drill=scene.drill).select_related("sheet", "event")
    return {
        (
            row.sheet.evaluator_id, row.item.code, row.value, row.reason, str(row.event.uid),
            tuple(sorted(str(event.uid) for event in row.evidence.all())),
        )
        for row in rows
    }  # fmt: skip


def values(part: Participation) -> dict[str, str]:
    return dict(ItemScore.objects.filter(sheet__evaluator=part).values_list("item__code", "value"))


# ── What stands ──────────────────────────────────────────────────────────────
def test_a_value_stands_and_a_later_one_takes_its_place(scene) -> None:
    say(scene.first, scene.items["1.1"], "3")
    say(scene.first, scene.items["1.1"], "0", "没有戴手套", now=LATER + timedelta(minutes=1))
    (row,) = ItemScore.objects.all()
    assert (row.value, row.reason, row.event.payload["value"]) == ("0", "没有戴手套", "0")
    assert RunEvent.objects.filter(kind="score").count() == 2


def test_what_a_phone_sends_late_does_not_overtake_what_was_said_after_it(scene) -> None:
    say(scene.first, scene.items["1.1"], "5", now=LATER)
    late = event(scene.first, "score", payload(scene.items["1.1"], "3"), LATER - timedelta(minutes=30))
    project_scores(scene.drill, [late])
    assert values(scene.first) == {"1.1": "5"}


def test_of_two_at_the_same_moment_the_greater_uid_stands(scene) -> None:
    low, high = UUID(int=1), UUID(int=2)
    rows = [
        event(scene.first, "score", payload(scene.items["1.1"], value), NOW, uid)
        for uid, value in ((high, "5"), (low, "3"))
    ]
    for order in (rows, rows[::-1]):
        ItemScore.objects.all().delete()
        for one in order:
            project_scores(scene.drill, [one])
        assert values(scene.first) == {"1.1": "5"}


def test_each_evaluator_has_his_own(scene) -> None:
    say(scene.first, scene.items["1.1"], "5")
    say(scene.second, scene.items["1.1"], "1", "太慢")
    assert (values(scene.first), values(scene.second)) == ({"1.1": "5"}, {"1.1": "1"})


def test_what_is_not_on_the_sheet_or_no_value_changes_nothing(scene) -> None:
    say(scene.first, scene.items["2.2"], "5")
    stranger = make_part(scene.drill, Participation.Role.EVALUATOR)
    say(stranger, scene.items["1.1"], "5")
    for wrong in ({}, {"item": "x"}, payload(scene.items["1.1"], "4"), payload(scene.items["1.1"], "0")):
        project_scores(scene.drill, [event(scene.first, "score", wrong, LATER)])
    assert told(scene) == set()


def test_what_is_recorded_after_the_sheet_was_handed_in_is_not_taken(scene) -> None:
    before = event(scene.first, "score", payload(scene.items["1.1"], "3"), NOW)
    after = event(scene.first, "score", payload(scene.items["1.2"], "5"), NOW + timedelta(hours=1))
    EvaluationSheet.objects.filter(evaluator=scene.first).update(
        state="submitted", submitted_at=before.recorded_at + timedelta(minutes=1)
    )
    project_scores(scene.drill, [after, before])
    assert values(scene.first) == {"1.1": "3"}


def test_an_item_taken_off_a_sheet_takes_its_value_along(scene) -> None:
    say(scene.first, scene.items["1.1"], "3")
    scene.sheets["first"].items.filter(item=scene.items["1.1"]).delete()
    project_sheets([scene.sheets["first"]])
    assert told(scene) == set()
    assert RunEvent.objects.filter(kind="score").exists()


def test_what_the_director_takes_back_gives_way_to_what_was_said_before(scene) -> None:
    say(scene.first, scene.items["1.1"], "3", now=LATER)
    mistaken = say(scene.first, scene.items["1.1"], "5", now=LATER + timedelta(minutes=1))
    taken_back = RunEvent.objects.create(
        drill=scene.drill, kind="correction", payload={"of": str(mistaken.uid), "reason": "点错"},
        happened_at=LATER + timedelta(minutes=2), recorded_at=LATER + timedelta(minutes=2),
    )  # fmt: skip
    project_scores(scene.drill, [taken_back])
    assert values(scene.first) == {"1.1": "3"}


# ── Evidence ─────────────────────────────────────────────────────────────────
def test_a_value_names_what_bears_it_out(scene) -> None:
    seen = [observe(scene.first, text) for text in ("手套没戴", "第二次戴了")]
    say(scene.first, scene.items["1.1"], "3", evidence=[one.uid for one in seen])
    assert set(ItemScore.objects.get().evidence.all()) == set(seen)
    say(scene.first, scene.items["1.1"], "3", evidence=[seen[1].uid], now=LATER + timedelta(minutes=1))
    assert set(ItemScore.objects.get().evidence.all()) == {seen[1]}


def test_an_observation_may_come_after_the_value(scene) -> None:
    uid = uuid4()
    say(scene.first, scene.items["1.1"], "3", evidence=[uid])
    assert not ItemScore.objects.get().evidence.exists()
    seen = event(scene.first, "observation", {"text": "手套没戴"}, NOW, uid)
    project_scores(scene.drill, [seen])
    assert set(ItemScore.objects.get().evidence.all()) == {seen}


def test_only_observations_of_this_drill_are_evidence(scene, organisation_a, learner, learner_b, manager_a) -> None:
    other = evaluated(organisation_a, manager_a, learner, learner_b)
    foreign = observe(other.first, "别的演练")
    own_score = say(scene.first, scene.items["1.2"], "5")
    say(scene.first, scene.items["1.1"], "3", evidence=[foreign.uid, own_score.uid])
    assert not ItemScore.objects.get(item=scene.items["1.1"]).evidence.exists()


def test_what_another_evaluator_noted_bears_nothing_out(scene) -> None:
    foreign, own = observe(scene.second, "别人看见的"), observe(scene.first, "自己看见的")
    control = observe(make_part(scene.drill, Participation.Role.CONTROLLER), "导调人员看见的")
    say(scene.first, scene.items["1.1"], "3", evidence=[foreign.uid, own.uid, control.uid])
    assert set(ItemScore.objects.get().evidence.all()) == {own, control}


# ── In any order, twice, in pieces ───────────────────────────────────────────
def a_log(scene: Scene, dice: random.Random) -> list[RunEvent]:
    """Values and observations of two evaluators over an hour, some of them at the same moment."""
    seen = [
        event(part, "observation", {"text": f"观察{number}"}, NOW + timedelta(minutes=dice.randint(0, 60)))
        for number, part in enumerate(dice.choices([scene.first, scene.second], k=4))
    ]
    rows = []
    for _ in range(14):
        part, code = dice.choice(
            [(scene.first, "1.1"), (scene.first, "1.2"), (scene.second, "1.1"), (scene.second, "2.1")]
        )
        evidence = [one.uid for one in dice.sample(seen, dice.randint(0, 2))]
        value = dice.choice(ItemScore.Value.values)
        given = payload(scene.items[code], value, dice.choice(["", "看得清楚"]), evidence)
        rows.append(event(part, "score", given, NOW + timedelta(minutes=dice.randint(0, 12))))
    return [*seen, *rows]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_and_the_doubles_change_nothing(scene, seed) -> None:
    dice = random.Random(seed)
    log = a_log(scene, dice)
    project_sheets(list(scene.sheets.values()))
    wanted = told(scene)
    for _ in range(3):
        ItemScore.objects.all().delete()
        order = [*log, *dice.choices(log, k=6)]
        dice.shuffle(order)
        while order:
            piece = [order.pop() for _ in range(min(len(order), dice.randint(1, 5)))]
            with transaction.atomic():
                project_scores(scene.drill, piece)
        assert told(scene) == wanted


def test_telling_again_writes_nothing(scene, django_assert_max_num_queries) -> None:
    say(scene.first, scene.items["1.1"], "3", evidence=[observe(scene.first, "看到").uid])
    before = list(ItemScore.objects.values("pk", "event"))
    with django_assert_max_num_queries(12):
        project_sheets(list(scene.sheets.values()))
    assert list(ItemScore.objects.values("pk", "event")) == before


# ── What a phone is told ─────────────────────────────────────────────────────
def test_a_value_on_his_open_sheet_is_taken(scene) -> None:
    assert score_refusal(scene.first, payload(scene.items["1.1"], "5")) == ""
    assert score_refusal(scene.first, payload(scene.items["1.1"], "0", "没有做")) == ""


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        ("forged", lambda scene: (scene.first, {"item": "x"})),
        ("reason_missing", lambda scene: (scene.first, payload(scene.items["1.1"], "1", "  "))),
        ("not_on_sheet", lambda scene: (scene.first, payload(scene.items["2.1"], "5"))),
        ("no_sheet", lambda scene: (make_part(scene.drill, "evaluator"), payload(scene.items["1.1"], "5"))),
    ],
)
def test_other_values_are_refused_by_name(scene, answer: str, change: Callable[[Scene], tuple[Any, Any]]) -> None:
    assert score_refusal(*change(scene)) == answer
    assert answer in REFUSALS


def test_nothing_is_taken_after_handing_in(scene) -> None:
    for state in ("submitted", "locked"):
        EvaluationSheet.objects.filter(evaluator=scene.first).update(state=state)
        assert score_refusal(scene.first, payload(scene.items["1.1"], "5")) == "handed_in"


def test_a_drill_is_evaluated_from_its_approval_to_its_report(scene) -> None:
    for state in scene.drill.State.values:
        type(scene.drill).objects.filter(pk=scene.drill.pk).update(state=state)
        wanted = "" if state in SCORING else "not_now"
        assert score_refusal(scene.first, payload(scene.items["1.1"], "5")) == wanted
    assert {"draft", "in_review", "cancelled", "reported", "archived"}.isdisjoint(SCORING)


def test_two_drills_never_mix(scene, organisation_a, learner, learner_b, manager_a) -> None:
    other = evaluated(organisation_a, manager_a, learner, learner_b)
    give(other.first, scene.items["1.1"])
    say(scene.first, scene.items["1.1"], "3")
    assert (values(scene.first), values(other.first)) == ({"1.1": "3"}, {})
