"""A year of two townships: what the figures are told from, small enough to count on one's fingers."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from drills.models import Attendance, Drill, Participation
from reports.lens import Lens
from reports.periods import Period, year_of
from tests.drills.factories import make_drill, make_part, make_plan, make_version

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


def held(organisation: Any, day: str, *, recorded: str = "", **fields: Any) -> Drill:
    """A drill of ninety minutes, known to the ledgers the same evening unless told otherwise."""
    begun = datetime.fromisoformat(f"{day}T09:00:00+08:00")
    known = datetime.fromisoformat(f"{recorded or day}T20:00:00+08:00")
    told = {"startex_at": begun, "endex_at": begun + timedelta(minutes=90), "held_on": date.fromisoformat(day)}
    state = {"state": Drill.State.REPORTED, "entry": Drill.Entry.SIMPLE, "counted_at": known}
    return make_drill(organisation, starts_at=begun, **(told | state | fields))


def signed_in(drill: Drill, user: Any = None, name: str = "", role: str = Participation.Role.PLAYER) -> Attendance:
    part = make_part(drill, role, user) if user else make_part(drill, role, name=name)
    return attendance(drill, participation=part, user=user, role=role, named=True, how=Attendance.How.LIST)


def counted(drill: Drill, heads: int, **fields: Any) -> Attendance:
    told = {"role": Participation.Role.PLAYER, "named": False, "count": heads, "how": Attendance.How.HEADCOUNT}
    return attendance(drill, **(told | fields))


def attendance(drill: Drill, **fields: Any) -> Attendance:
    times = {"happened_at": drill.startex_at, "recorded_at": drill.counted_at, "organisation": drill.organisation}
    return Attendance.objects.create(drill=drill, **(times | fields))


def lens(user: Any, period: Period | None = None, known_at: datetime = NOW, **narrowed: Any) -> Lens:
    return Lens(user=user, period=period or year_of(2026), known_at=known_at, **narrowed)


@pytest.fixture
def year(cast: dict[str, Any], organisation_a: Any, organisation_b: Any, bureau: Any, learner_b: Any) -> Any:
    """Three drills of 2026 and one of the year before; two people, one of them twice; 40 + 25 heads."""
    spring = held(organisation_a, "2026-03-10", hazard="chemicals", level=Drill.Level.ENTERPRISE)
    signed_in(spring, cast["learner"])
    signed_in(spring, name="张三")
    signed_in(spring, cast["manager_a"], role=Participation.Role.OBSERVER)  # looked on: in no figure of players
    summer = held(organisation_a, "2026-06-20", hazard="flood")
    signed_in(summer, cast["learner"])
    counted(summer, 40)
    county = held(bureau, "2026-06-30", hazard="flood", level=Drill.Level.COUNTY, entry=Drill.Entry.HISTORY)
    signed_in(county, learner_b)
    counted(county, 25, basis=Drill.Basis.ESTIMATED)
    withdrawn = held(
        organisation_a, "2026-07-01", withdrawn_at=NOW - timedelta(days=1), withdrawn_reason="entered twice"
    )
    before = held(organisation_a, "2025-12-31", hazard="flood")
    plan = make_plan(organisation_a, created_at=NOW)
    make_version(plan, issued_on=date(2026, 3, 1), issued_at=NOW - timedelta(days=200))
    make_version(make_plan(organisation_b, "草稿"), issued=False)
    return SimpleNamespace(
        **{"spring": spring, "summer": summer, "county": county, "withdrawn": withdrawn, "before": before, "plan": plan}
    )
