"""Who has which part in a drill: the rules without a database, then giving, changing and taking away."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.models import Attendance, Drill, Participation, RunEvent
from drills.parts_rules import HEADS, cells_of, count_meant, judges_himself, read_lines, role_meant
from drills.services import part_lists
from drills.services import parts as services
from drills.services.parts import PartFault
from drills.tokens import part_of_token, part_token
from people.models import Membership
from records.models import AuditEntry
from tests.drills.factories import NOW, join, make_drill, make_item, make_part
from tests.drills.planning import make_planned, member

Role, State = Participation.Role, Drill.State


# ── Rules ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ([("player", "一组"), ("evaluator", "一组")], True),
        ([("player", "一组"), ("evaluator", "二组")], False),
        ([("simulator", "一组"), ("lead_evaluator", "一组")], True),
        ([("player", ""), ("evaluator", "二组")], True),  # a player without a team may be of any
        ([("player", "一组"), ("evaluator", "")], True),  # an evaluator without one looks at all
        ([("evaluator", "一组"), ("controller", "一组")], False),
        ([("player", "一组"), ("observer", "一组"), ("support", "")], False),
        ([], False),
    ],
)
def test_nobody_evaluates_a_team_he_plays_in(parts: list[tuple[str, str]], wrong: bool) -> None:
    assert judges_himself(parts) is wrong


def test_a_list_is_read_as_a_worksheet_copies_it() -> None:
    text = "姓名\t单位\t角色\n张 三 \t甲公司\t参演\t一组\tA口\n\n  \t\n村民\t\t参演人员\t一组\t\t３０人\textra\n"
    first, second = read_lines(text)
    assert (first.number, first.name, first.unit, first.role, first.team, first.site) == (
        2, "张 三", "甲公司", "参演", "一组", "A口",
    )  # fmt: skip
    assert (second.number, second.name, second.unit, second.count, second.beyond) == (5, "村民", "", "30人", ("extra",))


@given(st.text(max_size=200))
def test_whatever_is_pasted_no_line_with_a_word_is_lost_in_silence(text: str) -> None:
    told = {line.number for line in read_lines(text)}
    for number, line in enumerate(text.splitlines(), start=1):
        head = cells_of(line)[0].lower() in HEADS
        if any(char.isalnum() for char in line) and not head:
            assert number in told


@pytest.mark.parametrize(
    ("word", "role"),
    [("总指挥", "director"), ("Controller", "controller"), ("评估组 组长", "lead_evaluator"), ("领导", None)],
)
def test_a_role_is_known_by_its_words_and_never_guessed(word: str, role: str | None) -> None:
    assert role_meant(word, {"Controller": "controller"}) == role


@pytest.mark.parametrize(
    ("cell", "count"),
    [("30", 30), ("30人", 30), ("30 人", 30), ("0", None), ("约30", None), ("1e3", None), ("100000", None)],
)
def test_a_number_of_people_is_a_whole_number(cell: str, count: int | None) -> None:
    assert count_meant(cell) == count


# ── Giving ───────────────────────────────────────────────────────────────────
@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    return make_planned(organisation_a, manager_a)


def give(drill: Drill, by: Any, role: str = Role.PLAYER, **fields: Any) -> Participation:
    return services.add_part(Participation(drill=drill, role=role, **fields), by=by, now=NOW)


def members_of(*users: Any) -> list[Membership]:
    return [user.memberships.get() for user in users]


def test_people_get_their_part_each_once(drill: Drill, manager_a: Any, learner: Any) -> None:
    other = member(drill.organisation, "王强").user
    assert services.add_people(drill, members_of(learner), Role.PLAYER, team="一组", by=manager_a, now=NOW) == 1
    assert services.add_people(drill, members_of(learner, other), Role.PLAYER, team="二组", by=manager_a, now=NOW) == 1
    part = drill.participations.get(user=learner)
    assert (part.team, part.organisation) == ("一组", drill.organisation)
    assert AuditEntry.objects.filter(action="drills.part_added", actor=manager_a).count() == 2


def test_there_is_one_director(drill: Drill, manager_a: Any, learner: Any) -> None:
    for role in (Role.DIRECTOR, Role.LEAD_EVALUATOR):
        with pytest.raises(PartFault):
            give(drill, manager_a, role, user=learner)
    with pytest.raises(PartFault):
        services.add_people(drill, members_of(learner), Role.DIRECTOR, by=manager_a, now=NOW)
    assert drill.participations.filter(role=Role.DIRECTOR).count() == 1


def test_a_player_does_not_become_the_evaluator_of_his_team(drill: Drill, manager_a: Any, learner: Any) -> None:
    give(drill, manager_a, user=learner, team="一组")
    with pytest.raises(PartFault):
        give(drill, manager_a, Role.EVALUATOR, user=learner, team="一组")
    give(drill, manager_a, Role.EVALUATOR, user=learner, team="二组")
    part = drill.participations.get(user=learner, role=Role.EVALUATOR)
    part.team = "一组"
    with pytest.raises(PartFault):
        services.change_part(part, by=manager_a, now=NOW)
    assert drill.participations.get(pk=part.pk).team == "二组"


def test_the_same_name_of_the_same_unit_is_the_same_person(
    drill: Drill, manager_a: Any, organisation_a: Any, organisation_b: Any
) -> None:
    give(drill, manager_a, name="张三", organisation=organisation_a, team="一组")
    with pytest.raises(PartFault):
        give(drill, manager_a, Role.EVALUATOR, name="张三", organisation=organisation_a, team="一组")
    with pytest.raises(PartFault):
        give(drill, manager_a, name="张三", organisation=organisation_a, team="一组")
    give(drill, manager_a, Role.EVALUATOR, name="张三", organisation=organisation_b, team="一组")


def test_a_group_is_nobody_in_particular(drill: Drill, manager_a: Any) -> None:
    for _again in range(2):
        give(drill, manager_a, name="村民", is_group=True, expected=30)
    assert drill.participations.filter(is_group=True).count() == 2


def test_when_one_of_many_cannot_have_it_nobody_gets_it(drill: Drill, manager_a: Any, learner: Any) -> None:
    other = member(drill.organisation, "王强").user
    give(drill, manager_a, Role.EVALUATOR, user=learner, team="一组")
    with pytest.raises(PartFault, match=learner.full_name):
        services.add_people(drill, members_of(other, learner), Role.PLAYER, team="一组", by=manager_a, now=NOW)
    assert not drill.participations.filter(role=Role.PLAYER).exists()


@pytest.mark.parametrize("state", [State.ENDED, State.CANCELLED, State.ARCHIVED])
def test_after_the_end_parts_stand_as_they_are(drill: Drill, manager_a: Any, learner: Any, state: str) -> None:
    Drill.objects.filter(pk=drill.pk).update(state=state)
    part = drill.participations.first()
    assert part is not None
    for change in (
        lambda: give(drill, manager_a, user=learner),
        lambda: services.change_part(part, by=manager_a, now=NOW),
        lambda: services.remove_part(part, by=manager_a, now=NOW),
        lambda: services.hand_over(part, None, name="张三", by=manager_a, now=NOW),
        lambda: part_lists.take_list(drill, "张三\t\t参演", expected=1, by=manager_a, now=NOW),
    ):
        with pytest.raises(PartFault):
            change()
    assert drill.participations.count() == 4


# ── Taking away ──────────────────────────────────────────────────────────────
def test_an_unused_part_is_gone_and_its_card_with_it(drill: Drill, manager_a: Any, learner: Any) -> None:
    part = give(drill, manager_a, user=learner)
    token = part_token(part)
    assert services.remove_part(part, by=manager_a, now=NOW) is True
    assert part_of_token(token) is None
    assert not drill.participations.filter(user=learner).exists()


def test_a_part_that_records_name_stays_and_only_its_card_dies(drill: Drill, manager_a: Any, learner: Any) -> None:
    part = give(drill, manager_a, Role.EVALUATOR, user=learner)
    RunEvent.objects.create(drill=drill, kind="observation", participation=part, happened_at=NOW, recorded_at=NOW)
    token = part_token(part)
    assert services.remove_part(part, by=manager_a, now=NOW) is False
    kept = drill.participations.get(user=learner)
    assert (kept.pk, kept.epoch, part_of_token(token)) == (part.pk, 2, None)
    assert part_of_token(part_token(kept)) == kept


def test_what_reaches_nobody_else_would_reach_everybody(drill: Drill, manager_a: Any, learner: Any) -> None:
    part, other = give(drill, manager_a, user=learner), make_part(drill)
    event = make_item(drill, number="E-7")
    event.receivers.set([part])
    with pytest.raises(PartFault, match="E-7"):
        services.remove_part(part, by=manager_a, now=NOW)
    event.receivers.add(other)
    assert services.remove_part(part, by=manager_a, now=NOW) is True
    assert event.receivers.get() == other


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CONTROLLER, Role.SAFETY, Role.LEAD_EVALUATOR])
def test_past_the_gate_the_roles_it_asked_for_stay_filled(drill: Drill, manager_a: Any, role: str) -> None:
    Drill.objects.filter(pk=drill.pk).update(state=State.READY)
    part = drill.participations.get(role=role)
    with pytest.raises(PartFault):
        services.remove_part(part, by=manager_a, now=NOW)
    assert drill.participations.filter(role=role).count() == 1
    part = drill.participations.get(role=role)
    part.role = Role.OBSERVER
    with pytest.raises(PartFault):
        services.change_part(part, by=manager_a, now=NOW)


# ── Handing over ─────────────────────────────────────────────────────────────
def test_who_takes_a_part_over_gets_its_events_and_a_new_card(drill: Drill, manager_a: Any, learner: Any) -> None:
    part = drill.participations.get(role=Role.CONTROLLER)
    event = make_item(drill)
    event.receivers.set([part])
    token = part_token(part)
    (new,) = members_of(learner)
    services.hand_over(part, new, by=manager_a, now=NOW)
    kept = drill.participations.get(role=Role.CONTROLLER)
    assert (kept.pk, kept.user, kept.epoch) == (part.pk, learner, 2)
    assert event.receivers.get() == kept
    assert part_of_token(token) is None


def test_what_was_done_stays_with_who_did_it(drill: Drill, manager_a: Any, learner: Any) -> None:
    part = drill.participations.get(role=Role.CONTROLLER)
    Drill.objects.filter(pk=drill.pk).update(state=State.RUNNING)
    with pytest.raises(PartFault):
        services.hand_over(part, None, name="张三", by=manager_a, now=NOW)
    assert drill.participations.get(pk=part.pk).user is not None


def test_past_the_gate_the_safety_officer_can_still_sign(drill: Drill, manager_a: Any) -> None:
    Drill.objects.filter(pk=drill.pk).update(state=State.READY)
    with pytest.raises(PartFault):
        services.hand_over(drill.participations.get(role=Role.SAFETY), None, name="张三", by=manager_a, now=NOW)


def test_attendance_keeps_a_part(drill: Drill, manager_a: Any) -> None:
    part = make_part(drill, name="村民", is_group=True)
    Attendance.objects.create(
        drill=drill, participation=part, role=part.role, named=False, count=3, how="headcount", happened_at=NOW,
        recorded_at=NOW,
    )  # fmt: skip
    assert services.remove_part(part, by=manager_a, now=NOW) is False


# ── Lists ────────────────────────────────────────────────────────────────────
def judged(drill: Drill, by: Any, *lines: str) -> list[str]:
    """What each line becomes: account, name, group, or nothing."""
    verdicts = part_lists.judge_list(drill, "\n".join(lines), by=by, now=NOW)
    return [kind_of(verdict.part) for verdict in verdicts]


def kind_of(part: Participation | None) -> str:
    if part is None:
        return "–"
    return "group" if part.is_group else "account" if part.user_id else "name"


def test_each_line_has_its_verdict(drill: Drill, manager_a: Any, learner: Any, organisation_b: Any) -> None:
    join(drill, organisation_b)
    assert judged(
        drill,
        manager_a,
        f"{learner.full_name}\t{drill.organisation.name}\t参演人员\t一组\t东门",
        "王二\t\t保障人员",
        f"矿工\t{organisation_b.name}\t参演\t二组\t\t40",
        "李三\t没有这个单位\t参演",
        "李四\t\t领导",
        "李五\t\t",
        "\t\t参演",
        "李六\t\t总指挥",
        "李七\t\t参演\t\t\t许多",
        "李八\t\t参演\t\t\t\t多余",
        f"{'长' * 61}\t\t参演",
    ) == ["account", "name", "group", "–", "–", "–", "–", "–", "–", "–", "–"]


def test_two_of_one_name_are_not_told_apart_by_guessing(drill: Drill, manager_a: Any) -> None:
    for _twice in range(2):
        member(drill.organisation, "王伟")
    assert judged(drill, manager_a, "王伟\t\t参演") == ["–"]


def test_lines_are_judged_in_the_light_of_those_before(drill: Drill, manager_a: Any, learner: Any) -> None:
    name = learner.full_name
    lines = (f"{name}\t\t参演\t一组", f"{name}\t\t参演\t一组", f"{name}\t\t评估\t一组", f"{name}\t\t评估\t二组")
    assert judged(drill, manager_a, *lines) == ["account", "–", "–", "account"]


def test_nobody_beyond_the_scope_is_found_by_name(drill: Drill, manager_a: Any, learner_b: Any) -> None:
    """Of another organisation's people a manager learns nothing: they take part by name."""
    join(drill, learner_b.memberships.get().organisation)
    line = f"{learner_b.full_name}\t{learner_b.memberships.get().organisation.name}\t参演"
    assert judged(drill, manager_a, line) == ["name"]


def test_only_the_good_lines_that_were_shown_are_written(drill: Drill, manager_a: Any, learner: Any) -> None:
    text = f"{learner.full_name}\t\t参演\t一组\n无角色\t\t\n村民\t\t参演\t一组\t\t25"
    assert part_lists.take_list(drill, text, expected=2, by=manager_a, now=NOW) == 2
    assert [(part.label, part.expected) for part in drill.participations.filter(role=Role.PLAYER)] == [
        (learner.full_name, 1), ("村民", 25),
    ]  # fmt: skip
    with pytest.raises(part_lists.CountChanged):  # the second press: the person is there already
        part_lists.take_list(drill, text, expected=2, by=manager_a, now=NOW)
    assert drill.participations.filter(role=Role.PLAYER).count() == 2


def test_five_hundred_lines_ask_as_little_as_five(
    organisation_a: Any, manager_a: Any, django_assert_max_num_queries: Any
) -> None:
    drill = make_drill(organisation_a)
    text = "\n".join(f"村民{number}\t\t参演\t一组" for number in range(500))
    with django_assert_max_num_queries(6):
        verdicts = part_lists.judge_list(drill, text, by=manager_a, now=NOW)
    assert sum(verdict.good for verdict in verdicts) == 500
