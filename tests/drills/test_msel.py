"""Services of the table of events: one row at a time, the whole table, whom it reaches; nothing once it is approved."""

from typing import Any

import pytest

from drills.models import Drill, MselItem, Objective, Participation
from drills.msel_rules import ERROR
from drills.queries.msel import contents, differences, known_names, pack_of, seen, table_of
from drills.services import msel as services
from drills.services.msel import Frozen, NumberTaken, Stale, TooMany
from records.models import AuditEntry
from tests.drills.factories import NOW, make_drill, make_item, make_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_drill(organisation_a)


def add(drill: Drill, **values: Any) -> MselItem:
    after = values.pop("after", None)
    return services.add_event(drill, {"title": "预警", **values}, after=after, by=None, now=NOW)


def save(item: MselItem, seen_as: str = "", **values: Any) -> MselItem:
    return services.save_event(item, values, seen_as=seen_as, by=None, now=NOW)


def numbers(drill: Drill) -> list[str]:
    return list(drill.events.values_list("number", flat=True))


# ── One row ──────────────────────────────────────────────────────────────────
def test_rows_are_numbered_on_and_stand_behind_each_other(drill) -> None:
    first, second = add(drill), add(drill)
    assert [first.number, second.number] == ["01", "02"]
    add(drill, number="A", after=first)
    assert numbers(drill) == ["01", "A", "02"]
    entry = AuditEntry.objects.filter(action="drills.event_added").latest("id")
    assert entry.payload == {"drill": drill.pk}


def test_the_same_row_sent_twice_is_one_row(drill) -> None:
    assert add(drill, number="7", text="一") == add(drill, number="7", text="一")
    with pytest.raises(NumberTaken):
        add(drill, number="7", text="二")
    assert numbers(drill) == ["7"]


def test_texts_are_kept_tidy(drill) -> None:
    item = add(drill, title="  预\n警 ", text=" 一\r\n二\x07 ", extra={" 资源 ": " 铜锣 ", "空": " "})
    assert (item.title, item.text, item.extra) == ("预 警", "一\n二", {"资源": "铜锣"})


def test_a_name_that_is_no_field_is_refused(drill) -> None:
    with pytest.raises(ValueError, match="position"):
        add(drill, position=3)


def test_a_change_names_what_it_changed(drill) -> None:
    item = add(drill)
    save(item, title="会商", sender="总指挥")
    entry = AuditEntry.objects.get(action="drills.event_changed")
    assert entry.payload["changed"] == {"title": ["预警", "会商"], "sender": ["", "总指挥"]}
    save(item, title="会商")  # no change, no line
    assert AuditEntry.objects.filter(action="drills.event_changed").count() == 1


def test_whoever_saves_names_the_row_he_saw(drill) -> None:
    item = add(drill)
    old = seen(item)
    save(item, old, title="别人的")
    with pytest.raises(Stale) as stale:
        save(item, old, text="我的")
    assert stale.value.item.title == "别人的"
    assert [one.field for one in differences(stale.value.item, {"text": "我的", "title": "预警"})] == ["title", "text"]
    save(item, old, title="别人的")  # the same again, for its answer was lost
    item.refresh_from_db()
    assert item.text == ""


def test_a_row_that_is_gone_is_told(drill) -> None:
    item = add(drill)
    services.delete_event(MselItem.objects.get(pk=item.pk), by=None, now=NOW)
    with pytest.raises(Stale) as stale:
        save(item, title="会商")
    assert stale.value.item is None
    services.delete_event(item, by=None, now=NOW)  # gone is gone


def test_the_log_keeps_what_a_deleted_row_said(drill) -> None:
    item = add(drill, text="水位上涨")
    with pytest.raises(Stale):
        services.delete_event(item, seen_as="other", by=None, now=NOW)
    services.delete_event(item, seen_as=seen(item), by=None, now=NOW)
    assert AuditEntry.objects.get(action="drills.event_deleted").payload["said"]["text"] == "水位上涨"
    assert not drill.events.exists()


def test_a_number_stands_once(drill) -> None:
    add(drill, number="01")
    with pytest.raises(NumberTaken):
        save(add(drill, number="02"), number="01")


def test_a_row_is_moved_behind_another_or_to_the_top(drill) -> None:
    a, b, c = (add(drill, number=number) for number in "abc")
    services.move_event(c, a, by=None, now=NOW)
    assert numbers(drill) == ["a", "c", "b"]
    services.move_event(b, None, by=None, now=NOW)
    assert numbers(drill) == ["b", "a", "c"]
    services.move_event(b, None, by=None, now=NOW)
    assert AuditEntry.objects.filter(action="drills.event_moved").count() == 2


def test_renumbering_follows_phases_and_times(drill) -> None:
    add(drill, number="02", phase="一", offset_seconds=600)
    add(drill, number="01", phase="二", offset_seconds=900)
    add(drill, number="x", phase="一", offset_seconds=0)
    assert services.renumber(drill, by=None, now=NOW) == 2
    assert [(item.number, item.offset_seconds) for item in drill.events.all()] == [("01", 0), ("02", 600), ("03", 900)]
    assert services.renumber(drill, by=None, now=NOW) == 0


def test_nothing_to_write_takes_nothing_away(drill) -> None:
    add(drill)
    assert services.write_rows(drill, [], replace=True, by=None, now=NOW) == []
    assert drill.events.count() == 1


def test_there_is_an_end_to_it(drill, monkeypatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    add(drill)
    add(drill)
    with pytest.raises(TooMany):
        add(drill)
    with pytest.raises(TooMany):
        services.write_rows(drill, [{"title": "甲", "number": "9"}], by=None, now=NOW)


@pytest.mark.parametrize("state", ["in_review", "approved", "ready", "running", "ended", "cancelled"])
def test_once_submitted_nothing_changes(drill, state) -> None:
    item = add(drill)
    Drill.objects.filter(pk=drill.pk).update(state=state)
    for act in (
        lambda: add(drill),
        lambda: save(item, title="会商"),
        lambda: services.move_event(item, None, by=None, now=NOW),
        lambda: services.delete_event(item, by=None, now=NOW),
        lambda: services.renumber(drill, by=None, now=NOW),
        lambda: services.write_rows(drill, [], by=None, now=NOW),
    ):
        with pytest.raises(Frozen):
            act()
    assert contents(drill.events.get()) == contents(item)


# ── Whom it reaches ──────────────────────────────────────────────────────────
def reached(item: MselItem) -> set[str]:
    return {part.label for part in item.receivers.all()}


def test_names_reach_whoever_bears_them(drill, learner, organisation_a) -> None:
    make_part(drill, name="王强", team="抢险一组")
    make_part(drill, user=learner, organisation=organisation_a, site="桥头")
    make_part(drill, Participation.Role.OBSERVER, name="李观")
    assert reached(add(drill, receiver="抢险一组")) == {"王强"}
    assert reached(add(drill, receiver="桥头、王强")) == {"李强", "王强"}
    assert reached(add(drill, receiver=organisation_a.name)) == {"李强"}
    assert reached(add(drill, receiver="观摩人员")) == {"李观"}
    assert reached(add(drill, receiver="Observer")) == {"李观"}
    assert reached(add(drill, receiver="全体参演人员")) == set()


def test_a_new_receiver_replaces_the_old_ones(drill) -> None:
    make_part(drill, name="王强", team="抢险一组")
    make_part(drill, name="李明", team="转移组")
    item = save(add(drill, receiver="抢险一组"), receiver="转移组")
    assert reached(item) == {"李明"}
    assert reached(save(item, receiver="")) == set()


def test_who_joins_a_team_receives_what_is_for_it(drill) -> None:
    make_part(drill, name="王强", team="抢险一组")
    item = add(drill, receiver="抢险一组")
    part = make_part(drill, name="李明", team="抢险一组")
    assert reached(item) == {"王强", "李明"}
    part.team = "转移组"
    part.save()
    assert reached(item) == {"王强"}
    Drill.objects.filter(pk=drill.pk).update(state="running")
    make_part(drill, name="赵六", team="抢险一组")
    assert reached(item) == {"王强"}  # what was released was released to whom it was


def test_a_row_whose_names_nobody_bears_keeps_whom_it_reached(drill) -> None:
    part = make_part(drill, name="王强", team="抢险一组")
    item = add(drill, receiver="抢险一组")
    part.team = "抢险突击队"
    part.save()
    assert reached(item) == {"王强"}
    (said,) = [said for said in table_of(drill).remarks if said.remark.field == "receiver"]
    assert said.remark.code == "name_unknown"


def test_suggestions_name_teams_roles_people_and_units(drill, organisation_a) -> None:
    make_part(drill, name="王强", team="抢险一组", organisation=organisation_a)
    assert known_names(drill) == ["参演人员", "抢险一组", "王强", organisation_a.name]


# ── As it is read ────────────────────────────────────────────────────────────
def test_the_table_stands_by_phase_and_time_with_its_remarks(drill) -> None:
    objective = Objective.objects.create(drill=drill, position=1, who="抢险一组", task="转移群众")
    late = make_item(drill, 30, number="02", phase="二", expected="转移")
    early = make_item(drill, 5, number="01", phase="一")
    table = table_of(drill)
    assert [(phase, [event.item for event in events]) for phase, events in table.phases] == [
        ("一", [early]), ("二", [late]),
    ]  # fmt: skip
    assert table.events[0].planned_at.strftime("%H:%M") == "09:05"
    grave = [(said.label, said.remark.code) for said in table.remarks if said.remark.level == ERROR]
    assert grave == [("02", "responsible_missing"), (str(objective), "objective_idle")]
    assert table.grave == 2


def test_an_objective_and_an_event_of_the_same_key_are_not_mixed_up(drill) -> None:
    item = make_item(drill, 0, sender="甲", receiver="全体")
    Objective.objects.create(pk=item.pk, drill=drill, position=1, who="甲", task="乙")
    assert table_of(drill).events[0].remarks == []


def test_the_table_asks_little_however_long_it_is(drill, django_assert_max_num_queries) -> None:
    make_part(drill, team="抢险一组")
    for number in range(30):
        make_item(drill, number, number=str(number), receiver="抢险一组")
    with django_assert_max_num_queries(5):
        table_of(drill)


def test_the_pack_lists_who_runs_the_drill_first_and_what_waits_last(drill) -> None:
    make_part(drill, Participation.Role.PLAYER, name="王强")
    make_part(drill, Participation.Role.DIRECTOR, name="刘主任")
    make_item(drill, None, number="02", kind="contingency")
    make_item(drill, 5, number="01")
    pack = pack_of(drill, NOW)
    assert [part.label for part in pack["parts"]] == ["刘主任", "王强"]
    assert [event.item.number for event in pack["waiting"]] == ["02"]
    assert [[event.item.number for event in events] for _phase, events in pack["phases"]] == [["01"]]
