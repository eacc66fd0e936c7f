"""The simple drill record as a row: written once, counted, corrected by what is added, withdrawn."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from drills.models import Attendance, Drill, DrillFile
from drills.queries import simple as queries
from drills.services import simple as services
from drills.services.simple import Sheet, Told
from drills.simple_papers import Paper
from records.models import AuditEntry
from tests.drills.factories import make_drill, make_plan, make_version

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
LATER = NOW + timedelta(days=3)
PAPER = Paper(b"jpeg", "image/jpeg", ".jpg")


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def told(**facts: Any) -> Told:
    begun = facts.get("starts_at", NOW - timedelta(hours=2))
    usual = {
        "plan_version": None,
        "hazard": "earthquake",
        "level": "enterprise",
        "starts_at": begun,
        "ends_at": begun + timedelta(minutes=20),
        "place": "操场",
        "form": "live",
        "people": 120,
        "basis": "counted",
    }
    return Told(**{**usual, **facts})


def record(organisation: Any, by: Any, uid: UUID | None = None, **facts: Any) -> Drill:
    when = facts.pop("written_at", None)
    now = facts.pop("now", NOW)
    return services.record_simple(
        organisation, told(**facts), uid=uid or uuid4(), by=by, now=now, written_at=when
    ).drill


def heads(drill: Drill) -> list[tuple[int, str, bool]]:
    rows = drill.attendances.order_by("pk").values_list("count", "basis", "withdrawn_at")
    return [(count, basis, withdrawn is None) for count, basis, withdrawn in rows]


# ── Recorded ─────────────────────────────────────────────────────────────────
def test_a_record_is_reported_numbered_and_counted_at_once(organisation_a: Any, manager_a: Any) -> None:
    version = make_version(make_plan(organisation_a))
    drill = record(organisation_a, manager_a, plan_version=version, went_well="三分钟撤离")
    drill.refresh_from_db()
    assert (drill.state, drill.entry, drill.number) == ("reported", "simple", "YL2026-0001")
    assert (drill.organisation, drill.division) == (organisation_a, organisation_a.division)
    assert (drill.startex_at, drill.endex_at) == (drill.starts_at, drill.ends_at) == (told().starts_at, told().ends_at)
    assert (str(drill.held_on), drill.counted_at, drill.created_by) == ("2026-11-24", NOW, manager_a)
    assert (drill.title, drill.plan_version, drill.went_well) == ("甲化工有限公司地震应急演练", version, "三分钟撤离")
    assert list(Drill.objects.counted()) == [drill]
    row = Attendance.objects.get()
    assert (row.named, row.role, row.count, row.basis, row.how) == (False, "player", 120, "counted", "headcount")
    assert (row.happened_at, row.recorded_at, row.recorded_by) == (drill.starts_at, NOW, manager_a)
    assert AuditEntry.objects.get(action="drills.simple_recorded").payload["people"] == 120


def test_the_day_is_the_countys(organisation_a: Any, manager_a: Any) -> None:
    begun = datetime.fromisoformat("2026-11-22T16:30:00+00:00")  # half past midnight in the county
    assert str(record(organisation_a, manager_a, starts_at=begun).held_on) == "2026-11-23"


def test_the_same_uid_is_the_same_record_as_it_was_sent_first(organisation_a: Any, manager_a: Any) -> None:
    uid = uuid4()
    first = services.record_simple(organisation_a, told(), uid=uid, by=manager_a, now=NOW)
    again = services.record_simple(organisation_a, told(people=1), uid=uid, by=manager_a, now=LATER)
    assert (first.new, again.new, again.drill) == (True, False, first.drill)
    assert Drill.objects.count() == 1
    assert heads(first.drill) == [(120, "counted", True)]
    assert record(organisation_a, manager_a).number == "YL2026-0002"


def test_nobody_gets_at_anothers_record_by_its_uid(organisation_a: Any, manager_a: Any, manager_b: Any) -> None:
    mine, run = record(organisation_a, manager_a), make_drill(organisation_a, created_by=manager_a)
    for uid, by in ((mine.uid, manager_b), (run.uid, manager_a)):
        with pytest.raises(services.NotYours):
            services.record_simple(organisation_a, told(), uid=uid, by=by, now=NOW)


def test_what_has_not_been_is_not_recorded(organisation_a: Any, manager_a: Any) -> None:
    with pytest.raises(services.InTheFuture):
        record(organisation_a, manager_a, ends_at=NOW + timedelta(seconds=1))
    assert record(organisation_a, manager_a, ends_at=NOW)


def test_a_record_that_waited_on_the_phone_was_written_when_it_was(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a, now=LATER + timedelta(days=9), written_at=NOW)
    assert (drill.entry, drill.created_at, drill.counted_at) == ("simple", NOW, LATER + timedelta(days=9))
    assert (queries.lag_of(drill), queries.waited(drill)) == (12, True)
    assert not Drill.objects.counted(known_at=LATER).exists()


def test_what_is_entered_weeks_later_comes_from_paper(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a, now=NOW + timedelta(days=30))
    assert (drill.entry, drill.attendances.get().how, queries.lag_of(drill)) == ("paper", "paper", 30)
    assert not queries.waited(drill)


def test_files_go_with_the_record(organisation_a: Any, manager_a: Any) -> None:
    sheets = [Sheet(PAPER, DrillFile.Kind.SIGN_IN, uuid4()), Sheet(PAPER, DrillFile.Kind.PHOTO, uuid4())]
    drill = services.record_simple(organisation_a, told(), uid=uuid4(), sheets=sheets, by=manager_a, now=NOW).drill
    papers = queries.papers_of(drill)
    assert (len(papers.sign_in), len(papers.photos), len(papers.signed)) == (1, 1, 0)
    assert {row.file.kind for row in drill.files.select_related("file")} == {"drills.paper"}


def test_a_file_sent_twice_is_kept_once_and_there_is_an_end(
    organisation_a: Any, manager_a: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill, sheet = record(organisation_a, manager_a), Sheet(PAPER, DrillFile.Kind.PHOTO, uuid4())
    kept = [services.add_file(drill, sheet, by=manager_a, now=NOW) for _ in range(2)]
    assert kept[0] == kept[1]
    assert drill.files.count() == AuditEntry.objects.filter(action="drills.file_added").count() == 1
    monkeypatch.setattr(services, "MOST_FILES", 1)
    with pytest.raises(services.TooMany):
        services.add_file(drill, Sheet(PAPER, DrillFile.Kind.PHOTO, uuid4()), by=manager_a, now=NOW)


def test_who_comes_second_gets_the_record_of_the_first(
    organisation_a: Any, manager_a: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = record(organisation_a, manager_a)
    looks = iter([None, first])  # at the first look the other request had not written yet
    monkeypatch.setattr(services, "of_uid", lambda _uid: next(looks))
    again = services.record_simple(organisation_a, told(), uid=first.uid, by=manager_a, now=NOW)
    assert (again.drill, again.new, Attendance.objects.count()) == (first, False, 1)
    monkeypatch.undo()
    assert record(organisation_a, manager_a).number == "YL2026-0002"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_eight_taps_at_once_are_one_record(organisation_a: Any, manager_a: Any) -> None:
    uid = uuid4()

    def tap(_number: int) -> bool:
        try:
            return services.record_simple(organisation_a, told(), uid=uid, by=manager_a, now=NOW).new
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(tap, range(8))) == [False] * 7 + [True]
    assert (Drill.objects.get().number, Attendance.objects.count()) == ("YL2026-0001", 1)


# ── Corrected ────────────────────────────────────────────────────────────────
def correct(drill: Drill, by: Any, now: datetime = LATER, seen: int | None = None, **facts: Any) -> Any:
    changed = replace(services.facts(drill), **facts)
    return services.correct_simple(drill, changed, reason="签到表核对", by=by, now=now, seen=seen)


def test_another_headcount_is_another_row(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    changes = correct(drill, manager_a, people=98, basis="estimated")
    assert [(each.field, each.old, each.new) for each in changes] == [
        ("people", 120, 98),
        ("basis", "counted", "estimated"),
    ]
    assert heads(drill) == [(120, "counted", False), (98, "estimated", True)]
    assert services.headcount(drill).count == 98
    assert [row.count for row in Attendance.objects.counted(known_at=NOW)] == [120]
    assert [row.count for row in Attendance.objects.counted(known_at=LATER)] == [98]


def test_other_facts_are_logged_with_what_stood_before(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    begun = drill.starts_at - timedelta(days=30)
    correct(drill, manager_a, place="教学楼", starts_at=begun, ends_at=begun + timedelta(minutes=40), hazard="gas")
    drill.refresh_from_db()
    assert (drill.place, str(drill.held_on), drill.startex_at, drill.endex_at) == (
        "教学楼", "2026-10-25", begun, begun + timedelta(minutes=40),
    )  # fmt: skip
    assert (drill.title, drill.counted_at, drill.number) == ("甲化工有限公司燃气应急演练", NOW, "YL2026-0001")
    assert heads(drill) == [(120, "counted", False), (120, "counted", True)]  # counted in the month in which it was
    (correction,) = queries.corrections_of(drill)
    assert (correction.by, correction.reason, correction.at) == (manager_a, "签到表核对", LATER)
    assert [(line.label, line.old, line.new) for line in correction.lines] == [
        ("灾种", "地震", "燃气"),
        ("开始时间", "2026-11-24 07:00", "2026-10-25 07:00"),
        ("结束时间", "2026-11-24 07:20", "2026-10-25 07:40"),
        ("地点", "操场", "教学楼"),
    ]


def test_a_plan_is_logged_by_its_name(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    correct(drill, manager_a, plan_version=make_version(make_plan(organisation_a)))
    (line,) = queries.corrections_of(drill)[0].lines
    assert (line.label, line.old, line.new) == ("应急预案", "–", "山洪灾害防御预案 · V1")


def test_nothing_different_leaves_no_trace(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    assert correct(drill, manager_a) == []
    assert (queries.corrections_of(drill), queries.correction_counts([drill.pk])) == ([], {})


def test_a_second_tab_does_not_correct_what_it_has_not_seen(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    stale = services.facts(drill)
    correct(drill, manager_a, seen=0, people=98)
    with pytest.raises(services.CorrectedMeanwhile):
        services.correct_simple(drill, replace(stale, place="礼堂"), reason="地点", by=manager_a, now=LATER, seen=0)
    drill.refresh_from_db()
    assert (drill.place, services.headcount(drill).count, services.correction_count(drill)) == ("操场", 98, 1)
    with pytest.raises(services.InTheFuture):
        correct(drill, manager_a, ends_at=LATER + timedelta(days=1))


# ── Withdrawn ────────────────────────────────────────────────────────────────
def test_a_withdrawn_record_counts_no_more_and_is_still_there(organisation_a: Any, manager_a: Any) -> None:
    drill = record(organisation_a, manager_a)
    assert services.withdraw_simple(drill, reason="重复录入", by=manager_a, now=LATER)
    assert not services.withdraw_simple(drill, reason="again", by=manager_a, now=LATER)
    assert not Drill.objects.counted().exists()
    assert not Attendance.objects.counted().exists()
    assert list(Drill.objects.counted(known_at=NOW)) == [drill]  # the figure frozen then stays
    assert [row.count for row in Attendance.objects.counted(known_at=NOW)] == [120]
    drill.refresh_from_db()
    assert (drill.withdrawn_reason, drill.state) == ("重复录入", "reported")
    assert services.headcount(drill).count == 120
    assert AuditEntry.objects.filter(action="drills.simple_withdrawn").count() == 1
    with pytest.raises(services.AlreadyWithdrawn):
        correct(drill, manager_a, people=1)


def test_a_drill_of_the_full_way_is_not_withdrawn_here(organisation_a: Any, manager_a: Any) -> None:
    assert not services.withdraw_simple(make_drill(organisation_a), reason="no", by=manager_a, now=NOW)


def test_corrections_are_counted_for_many_records_at_once(
    organisation_a: Any, manager_a: Any, django_assert_num_queries: Any
) -> None:
    drills = [record(organisation_a, manager_a) for _ in range(3)]
    for people in (1, 2):
        correct(drills[0], manager_a, people=people)
    correct(drills[2], manager_a, place="礼堂")
    with django_assert_num_queries(1):
        assert queries.correction_counts([drill.pk for drill in drills]) == {drills[0].pk: 2, drills[2].pk: 1}
