"""The figures against what somebody counts by hand, and against their own rows."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from exams.models import Certificate
from learning.models import Enrolment
from reports.breakdown import breakdown
from reports.figures import FIGURES
from reports.lens import Lens
from reports.periods import Period, year_of
from reports.sentences import sentences, values
from tests.exams.factories import make_certificate
from tests.learning.factories import ProgrammeFactory, enrol
from tests.reports.conftest import NOW, counted, held, lens, signed_in


def told(user: Any, **narrowed: Any) -> dict[str, int]:
    return values(lens(user, **narrowed))


def test_a_year_counted_on_ones_fingers(year: Any, cast: dict[str, Any]) -> None:
    # Drills: March and two in June; the withdrawn one and last December's are not among them. By name: 李强 twice,
    # 张三 and 马建军 once each, so four attendances of three people. Heads: 40 + 25, in no other figure.
    assert told(cast["leader"]) == {
        "drills": 3,
        "history": 1,
        "named": 4,
        "persons": 3,
        "heads": 65,
        "units": 2,
        "completions": 0,
        "trained": 0,
        "trained_units": 0,
        "certificates": 0,
        "plans": 1,
        "plan_townships": 1,
        "plan_sectors": 1,
        "plan_units": 1,
    }


def test_each_scope_counts_its_own(year: Any, cast: dict[str, Any]) -> None:
    scopes = {name: told(cast[name]) for name in ("leader", "officer_north", "manager_a", "officer_south")}
    assert {name: (one["drills"], one["named"], one["heads"], one["plans"]) for name, one in scopes.items()} == {
        "leader": (3, 4, 65, 1),
        "officer_north": (2, 3, 40, 1),
        "manager_a": (2, 3, 40, 1),
        "officer_south": (0, 0, 0, 0),
    }


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_has_as_many_rows_as_it_says_in_three_scopes(year: Any, cast: dict[str, Any], name: str) -> None:
    figure = FIGURES[name]
    for user in ("leader", "officer_north", "manager_a"):
        rows = figure.shown(figure.rows(lens(cast[user])))
        weights = [getattr(row, figure.weight) if figure.weight else 1 for row in rows]
        assert figure.value(figure.rows(lens(cast[user]))) == sum(weights)
        assert len({row.pk for row in rows}) == len(weights)


def test_trainings_are_completed_programmes_and_no_log_ins(year: Any, cast: dict[str, Any], learner_b: Any) -> None:
    first, second = ProgrammeFactory(), ProgrammeFactory()
    done = NOW - timedelta(days=30)
    enrol(cast["learner"], first, completed_at=done)
    enrol(cast["learner"], second, completed_at=done)
    enrol(learner_b, first, completed_at=done)
    enrol(learner_b, second)  # begun, not completed
    enrol(cast["manager_a"], first, completed_at=done, withdrawn_at=done)
    enrol(cast["manager_a"], second, completed_at=datetime.fromisoformat("2025-12-31T23:59:00+08:00"))
    county, of_a = told(cast["leader"]), told(cast["manager_a"])
    assert (county["completions"], county["trained"], county["trained_units"]) == (3, 2, 2)
    assert (of_a["completions"], of_a["trained"], of_a["trained_units"]) == (2, 1, 1)
    assert Enrolment.objects.count() == 6


def test_the_last_evening_of_the_year_belongs_to_it(cast: dict[str, Any]) -> None:
    enrol(cast["learner"], ProgrammeFactory(), completed_at=datetime.fromisoformat("2025-12-31T23:59:59+08:00"))
    assert told(cast["leader"], period=year_of(2025))["completions"] == 1
    assert told(cast["leader"])["completions"] == 0


def test_a_revoked_certificate_is_not_counted(cast: dict[str, Any]) -> None:
    make_certificate(cast["learner"].memberships.get())
    wide = Period(date(2026, 1, 1), timezone.localdate() + timedelta(days=1))
    now = timezone.now() + timedelta(minutes=1)
    assert told(cast["leader"], period=wide, known_at=now)["certificates"] == 1
    Certificate.objects.update(revoked_at=timezone.now(), revoke_reason="issued by mistake")
    assert told(cast["leader"], period=wide, known_at=now)["certificates"] == 0


def test_what_is_recorded_later_was_not_known_before(year: Any, cast: dict[str, Any], organisation_a: Any) -> None:
    frozen = NOW
    late = held(organisation_a, "2026-10-15", recorded="2026-11-25", hazard="gas")
    counted(late, 12)
    after = datetime.fromisoformat("2026-11-26T09:00:00+08:00")
    then, now = told(cast["leader"], known_at=frozen), told(cast["leader"], known_at=after)
    assert (then["drills"], then["heads"]) == (3, 65)
    assert (now["drills"], now["heads"]) == (4, 77)


def test_a_corrected_head_count_leaves_the_figure_of_yesterday_alone(year: Any, cast: dict[str, Any]) -> None:
    wrong = year.summer.attendances.get(named=False)
    wrong.withdrawn_at = NOW + timedelta(hours=1)
    wrong.save()
    counted(year.summer, 44, recorded_at=NOW + timedelta(hours=1))
    assert told(cast["leader"])["heads"] == 65
    assert told(cast["leader"], known_at=NOW + timedelta(hours=2))["heads"] == 69


# ── By hazard, township, sector, month ───────────────────────────────────────
def lines(one: Lens, by: str) -> list[tuple[Any, ...]]:
    return [(line.label, line.drills, line.named, line.persons, line.heads) for line in breakdown(one, by)]


def test_the_tables_split_the_same_rows(year: Any, cast: dict[str, Any]) -> None:
    county = lens(cast["leader"])
    assert sorted(lines(county, "hazard")) == [("危险化学品", 1, 2, 2, 0), ("洪水内涝", 2, 2, 2, 65)]
    assert lines(county, "month") == [("2026-03", 1, 2, 2, 0), ("2026-06", 2, 2, 2, 65)]
    assert sorted(lines(county, "township")) == [("北岭乡", 2, 3, 2, 40), ("示例县", 1, 1, 1, 25)]
    assert sorted(lines(county, "sector")) == [("危险化学品", 2, 3, 2, 40), ("未注明行业领域", 1, 1, 1, 25)]


@pytest.mark.parametrize("by", ["hazard", "township", "month"])
def test_a_cell_leads_to_exactly_its_rows(year: Any, cast: dict[str, Any], by: str) -> None:
    for line in breakdown(lens(cast["leader"]), by):
        if line.lens is None:  # held in the county's own name
            assert (by, line.label) == ("township", "示例县")
            continue
        again = values(line.lens)
        assert (again["drills"], again["named"], again["persons"], again["heads"]) == (
            line.drills,
            line.named,
            line.persons,
            line.heads,
        )


# ── An independent count ─────────────────────────────────────────────────────
def exported(year: Any) -> list[dict[str, str]]:
    """The rows as a spreadsheet would hold them."""
    from drills.models import Attendance

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["drill", "day", "township", "person", "heads", "role", "withdrawn"])
    for row in Attendance.objects.select_related("drill__division", "participation", "user"):
        person = (row.user and row.user.pk) or (row.participation and row.participation.name) or ""
        place = row.drill.division.path[:8]
        line = [row.drill_id, row.drill.held_on, place, person if row.named else "", "" if row.named else row.count]
        writer.writerow([*line, row.role, row.drill.withdrawn_at or row.withdrawn_at or ""])
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_a_random_year_equals_a_count_over_the_exported_rows(
    cast: dict[str, Any], organisation_a: Any, bureau: Any
) -> None:
    import random

    rolled = random.Random(20261124)
    people = [cast[name] for name in ("learner", "manager_a", "officer_north", "editor")]
    for _number in range(40):
        day = date(2026, 1, 1) + timedelta(days=rolled.randrange(320))
        drill = held(rolled.choice([organisation_a, bureau]), f"{day}", hazard=rolled.choice(["flood", "gas"]))
        for user in rolled.sample(people, rolled.randrange(4)):
            signed_in(drill, user, role=rolled.choice(["player", "simulator", "observer"]))
        if rolled.random() < 0.6:
            counted(drill, rolled.randrange(1, 200))
        if rolled.random() < 0.1:
            drill.withdrawn_at, drill.withdrawn_reason = NOW, "entered twice"
            drill.save()
    rows = [row for row in exported(None) if not row["withdrawn"] and row["role"] in ("player", "simulator")]
    numbers = told(cast["leader"])
    assert numbers["named"] == sum(bool(row["person"]) for row in rows)
    assert numbers["persons"] == len({row["person"] for row in rows if row["person"]})
    assert numbers["heads"] == sum(int(row["heads"] or 0) for row in rows)


# ── Sentences ────────────────────────────────────────────────────────────────
def test_the_sentences_tell_every_figure_with_its_unit(year: Any, cast: dict[str, Any]) -> None:
    one = lens(cast["leader"])
    drills, training, plans = sentences(one, values(one))
    assert drills.text == (
        "先后开展洪水内涝、危险化学品等应急演练3场次，参与单位2家。实名参演4人次（3人）。另点数65人次。其中历史导入1场次。"
    )
    assert training.text == "本期没有完成的培训。"
    assert plans.text == "现有应急预案1部，覆盖1个乡镇（街道）、1个行业领域、1家单位。"
    assert [(piece.text, piece.figure, piece.hazard) for piece in drills.pieces if piece.figure] == [
        ("洪水内涝", "drills", "flood"),
        ("危险化学品", "drills", "chemicals"),
        ("3", "drills", ""),
        ("2", "units", ""),
        ("4", "named", ""),
        ("3", "persons", ""),
        ("65", "heads", ""),
        ("1", "history", ""),
    ]


def test_where_nothing_happened_nothing_is_told(cast: dict[str, Any]) -> None:
    one = lens(cast["officer_south"])
    assert [sentence.text for sentence in sentences(one, values(one))] == [
        "本期没有演练记录。",
        "本期没有完成的培训。",
        "期末没有在用的应急预案。",
    ]
