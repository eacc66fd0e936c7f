"""What the demo county has to show of plans and drills, and that loading it again changes nothing."""

from typing import Any

import pytest

from drills.models import Attendance, CorrectiveAction, Drill, DrillReport, EmergencyPlan
from drills.starter.demo import PLANS, RECORDS, load_demo
from drills.starter.evaluation_forms import load_forms
from duties.starter import load_rulebook
from people.starter.demo import load_demo as load_people
from people.starter.places import load_divisions, load_sectors
from records.starter import Outcome


@pytest.fixture
def demo(db: Any) -> list[Outcome]:
    for load in (load_divisions, load_sectors, load_people, load_rulebook, load_forms):
        load()
    return load_demo()


def test_there_are_plans_records_and_two_drills_held_the_full_way(demo: list[Outcome]) -> None:
    assert set(demo) == {Outcome.CREATED}
    assert EmergencyPlan.objects.count() == len(PLANS)
    assert Drill.objects.filter(entry__in=(Drill.Entry.SIMPLE, Drill.Entry.PAPER)).count() == len(RECORDS)
    states = {drill.title: drill.state for drill in Drill.objects.filter(entry=Drill.Entry.RUN)}
    assert states == {
        "液氨泄漏事故应急演练": Drill.State.IMPROVING,
        "山洪灾害避险转移演练": Drill.State.READY,
    }


def test_the_drill_that_was_held_has_all_that_follows_from_one(demo: list[Outcome]) -> None:
    held = Drill.objects.get(state=Drill.State.IMPROVING)
    assert Attendance.objects.counted().filter(drill=held, named=False).get().count == 76
    assert held.results.get().grade == "良"
    assert {report.state for report in held.reports.all()} == {DrillReport.State.FROZEN}
    states = CorrectiveAction.objects.filter(finding__drill=held).values_list("state", flat=True)
    assert sorted(states) == ["closed", "in_progress"]


def test_loading_again_changes_nothing(demo: list[Outcome]) -> None:
    before = list(Drill.objects.order_by("pk").values())
    assert set(load_demo()) == {Outcome.UNCHANGED}
    assert list(Drill.objects.order_by("pk").values()) == before
