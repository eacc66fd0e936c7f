"""How candidates stand, in a list of any length and for one of them, and who sees whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import services
from exams.models import Candidate, Exam, Mark, Sitting
from exams.queries.results import candidacies, outcome, outcomes, results, tallies
from exams.sitting_rules import Refusal, Save
from tests.exams.factories import (
    DEVICE,
    NOW,
    make_bank,
    make_candidate,
    make_exam,
    make_published,
    make_sitting,
    right_answers,
)
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db
CLOSED = NOW + timedelta(days=2)


def sat(candidate: Candidate, right: int, *, hand_in: bool = True, mark: bool = True) -> Sitting:
    """With so many right answers of five."""
    sitting = make_sitting(candidate, now=NOW)
    given = list(right_answers(sitting).items())[:right]
    saves = [Save(slot, tuple(positions), 1, NOW) for slot, positions in given]
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=NOW)
    if hand_in:
        services.submit_sitting(sitting, now=NOW)
        if mark:
            services.mark_sitting(sitting.pk, now=NOW)
    return sitting


@pytest.fixture
def exam() -> Exam:
    return make_published(now=NOW, attempts=2)


@pytest.fixture
def six(exam: Exam) -> dict[str, Candidate]:
    """One in each state."""
    names = ("idle", "sitting", "handed_in", "failed", "passed", "twice")
    people = {name: make_candidate(exam, now=NOW) for name in names}
    sat(people["sitting"], 1, hand_in=False)
    sat(people["handed_in"], 1, mark=False)
    sat(people["failed"], 2)
    sat(people["passed"], 4)
    sat(people["twice"], 3)
    sat(people["twice"], 1)
    return people


def test_each_stands_where_he_stands(exam: Exam, six: dict[str, Candidate]) -> None:
    told = {name: outcome(candidate, NOW) for name, candidate in six.items()}
    assert {name: (each.state, each.points, each.attempts_left, each.refusal) for name, each in told.items()} == {
        "idle": ("not_begun", None, 2, None),
        "sitting": ("sitting", None, 1, Refusal.SITTING),
        "handed_in": ("handed_in", None, 1, Refusal.WAITS_FOR_RESULT),
        "failed": ("failed", 40, 1, None),
        "passed": ("passed", 80, 1, Refusal.PASSED),
        "twice": ("failed", 60, 0, Refusal.NO_ATTEMPT_LEFT),
    }
    assert (told["failed"].total_points, told["failed"].may_start) == (100, True)


def test_whoever_never_came_has_missed_it_when_it_is_closed(six: dict[str, Candidate]) -> None:
    told = outcome(six["idle"], CLOSED)
    assert (told.state, told.refusal) == ("missed", Refusal.OVER)
    assert outcome(six["failed"], CLOSED).state == "failed"


def test_the_latest_mark_of_a_sitting_is_in_force(exam: Exam, six: dict[str, Candidate], exam_officer: Any) -> None:
    sitting = six["failed"].sittings.get()
    fields = {"sitting": sitting, "total_points": 100, "slots": [], "by": exam_officer, "recorded_at": NOW}
    Mark.objects.create(points=90, passed=True, **fields)
    assert (outcome(six["failed"], NOW).state, outcome(six["failed"], NOW).points) == ("passed", 90)
    Mark.objects.create(points=10, passed=False, **fields)
    assert (outcome(six["failed"], NOW).state, outcome(six["failed"], NOW).points) == ("failed", 10)


def test_all_at_once_is_the_same_in_one_statement(exam: Exam, six: dict[str, Candidate]) -> None:
    with CaptureQueriesContext(connection) as seen:
        told = outcomes(exam, NOW)
    assert len(seen) == 1
    assert told == {candidate.user_id: outcome(candidate, NOW) for candidate in six.values()}
    one = six["passed"].user_id
    assert outcomes(exam, NOW, users=[one]) == {one: told[one]}


def test_tallies_name_every_state(exam: Exam, six: dict[str, Candidate], exam_officer: Any) -> None:
    assert tallies(exam, exam_officer, NOW) == {
        "not_begun": 1,
        "sitting": 1,
        "handed_in": 1,
        "passed": 1,
        "failed": 2,
        "missed": 0,
    }


def test_a_list_is_filtered_by_the_database(exam: Exam, six: dict[str, Candidate], exam_officer: Any) -> None:
    failed = results(exam, exam_officer, NOW).filter(outcome="failed")
    assert set(failed) == {six["failed"], six["twice"]}


def test_whoever_was_withdrawn_stays_only_with_what_he_sat(exam: Exam, six: Any, exam_officer: Any) -> None:
    services.withdraw_candidates([six["idle"], six["failed"]], reason="x", by=None, now=NOW)
    assert set(results(exam, exam_officer, NOW)) == set(six.values()) - {six["idle"]}


def test_a_list_takes_one_statement_however_long_it_is(exam: Exam, exam_officer: Any) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            [(row.user.full_name, row.organisation.name, row.outcome) for row in results(exam, exam_officer, NOW)]
        return len(seen)

    make_candidate(exam, now=NOW)
    statements()  # the roles of the one who asks are read once
    one = statements()
    for _person in range(3):
        make_candidate(exam, now=NOW)
    assert statements() == one == 1


def test_everybody_sees_his_own_people(
    exam: Exam, organisation_a: Any, organisation_b: Any, learner: Any, learner_b: Any, cast: dict[str, Any]
) -> None:
    a = make_candidate(exam, learner.memberships.get(), now=NOW)
    b = make_candidate(exam, learner_b.memberships.get(), now=NOW)
    seen = {name: set(results(exam, cast[name], NOW)) for name in cast if cast[name]}
    both = {"exam_officer", "training_officer", "leader", "auditor"}
    assert {name for name, rows in seen.items() if rows == {a, b}} >= both
    for name in ("manager_a", "officer_north", "inspector", "learner", "supervisor"):
        assert seen[name] == {a}, name
    assert (seen["manager_b"], seen["officer_south"]) == ({b}, {b})
    sitting = make_sitting(a, now=NOW)
    shown = [name for name in cast if sitting in Sitting.objects.visible_to(cast[name])]
    assert set(shown) == {name for name, rows in seen.items() if a in rows}


def test_a_person_sees_what_he_may_sit_and_no_drafts(exam: Exam) -> None:
    person = MembershipFactory()
    make_candidate(exam, person, now=NOW)
    make_candidate(make_exam(make_bank("草稿"), now=NOW), person, now=NOW)
    assert [row.exam for row in candidacies(person.user, NOW)] == [exam]
