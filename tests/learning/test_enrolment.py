from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import Candidate
from learning.models import Enrolment, Programme, ProgrammeRule
from learning.queries.audience import Group, audience, fitting, preview_of_group
from learning.services import enrolment as services
from learning.services.enrolment import Assigned, NotAssignable
from learning.services.programmes import close_programme
from people.models import Membership, User
from records.models import AuditEntry
from tests.exams.factories import make_published
from tests.learning.factories import ProgrammeFactory
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


@pytest.fixture
def programme(organisation_a: Any) -> Programme:
    return ProgrammeFactory(organisation=organisation_a, closes_on=date(2026, 12, 31))


def people_of(programme: Programme) -> set[int]:
    return set(programme.enrolments.current().values_list("user_id", flat=True))


def members(organisation: Any, count: int, **fields: Any) -> list[Membership]:
    return [MembershipFactory(organisation=organisation, **fields) for _ in range(count)]


# ── By list ──────────────────────────────────────────────────────────────────
def test_who_is_ticked_is_enrolled_with_the_due_day_of_the_programme(programme, organisation_a, manager_a) -> None:
    three = members(organisation_a, 3)
    assert services.assign_members(programme, three, by=manager_a, now=NOW) == Assigned(new=3, back=0, already=0)
    assert people_of(programme) == {one.user_id for one in three}
    one = programme.enrolments.first()
    assert (one.due_on, one.assigned_by, one.organisation) == (date(2026, 12, 31), manager_a, organisation_a)
    entry = AuditEntry.objects.get(action="learning.members_assigned")
    assert entry.payload == {"new": 3, "back": 0, "already": 0}


def test_assigning_again_changes_nothing(programme, organisation_a, manager_a) -> None:
    two = members(organisation_a, 2)
    services.assign_members(programme, two, by=manager_a, now=NOW)
    before = list(programme.enrolments.values())
    assert services.assign_members(programme, two, by=manager_a, now=NOW) == Assigned(new=0, back=0, already=2)
    assert list(programme.enrolments.values()) == before


def test_somebody_with_two_memberships_is_enrolled_once(organisation_a, organisation_b, training_officer) -> None:
    person = UserFactory()
    both = [MembershipFactory(user=person, organisation=place) for place in (organisation_a, organisation_b)]
    programme = ProgrammeFactory(closes_on=date(2026, 12, 31))
    assert services.assign_members(programme, both, by=training_officer, now=NOW).new == 1


def test_the_exam_admits_them_too(programme, organisation_a, manager_a) -> None:
    programme.exam = make_published(organisation=organisation_a, now=NOW)
    programme.save()
    two = members(organisation_a, 2)
    services.assign_members(programme, two, by=manager_a, now=NOW)
    assert set(Candidate.objects.values_list("user_id", flat=True)) == {one.user_id for one in two}


def test_nobody_is_assigned_to_a_draft_a_closed_or_a_past_programme(programme, organisation_a, manager_a) -> None:
    (one,) = members(organisation_a, 1)
    draft = ProgrammeFactory(state="draft", closes_on=date(2026, 12, 31))
    past = ProgrammeFactory(closes_on=date(2026, 11, 23))
    close_programme(programme, reason="no longer needed", by=manager_a, now=NOW)
    for refused in (draft, past, programme):
        with pytest.raises(NotAssignable):
            services.assign_members(refused, [one], by=manager_a, now=NOW)
    assert not Enrolment.objects.exists()


def test_ten_thousand_are_assigned_in_few_statements(organisation_a, training_officer) -> None:
    """Statements, not seconds: SQLite takes some hundred rows a statement, and nothing is asked person by person."""
    people = User.objects.bulk_create(UserFactory.build(password="!", username=f"p{n}") for n in range(10_000))
    rows = [Membership(user=one, organisation=organisation_a, starts_on="2020-01-01") for one in people]
    Membership.objects.bulk_create(rows)
    programme = ProgrammeFactory(exam=make_published(now=NOW), closes_on=date(2026, 12, 31))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assigned = services.assign_by_rule(programme, Group(), by=training_officer, now=NOW)
    assert assigned.new >= 10_000
    assert Candidate.objects.count() == assigned.new
    reads = [query["sql"] for query in seen if not query["sql"].startswith("INSERT")]
    assert len(reads) <= 25
    assert AuditEntry.objects.filter(action="learning.members_assigned").count() == 1


# ── By rule ──────────────────────────────────────────────────────────────────
def test_a_rule_meets_whoever_fits_every_line(programme, organisation_a) -> None:
    fits = MembershipFactory(organisation=organisation_a, category="intern", post="电工", hired="2026-07-03")
    MembershipFactory(organisation=organisation_a, category="intern", post="电工", hired="2026-06-30")
    MembershipFactory(organisation=organisation_a, category="worker", post="电工", hired="2026-07-03")
    MembershipFactory(organisation=organisation_a, category="intern", post="焊工", hired="2026-07-03")
    MembershipFactory(category="intern", post="电工", hired="2026-07-03")  # of another organisation
    group = Group(categories=("intern",), posts=("电工",), hired_since=date(2026, 7, 1))
    assert list(fitting(audience(programme, now=NOW), group)) == [fits]


@pytest.mark.parametrize(
    ("hired", "met"),
    [
        ("2026-07-15", True),
        ("2026-07-14", False),
        ("2026-08", True),
        ("2026-07", False),  # perhaps the third, perhaps the thirtieth: nobody guesses
        ("2027", True),
        ("2026", False),
        ("", False),
    ],
)
def test_a_vague_day_of_hiring_counts_only_where_it_is_certain(programme, organisation_a, hired, met) -> None:
    one = MembershipFactory(organisation=organisation_a, hired=hired)
    found = fitting(audience(programme, now=NOW), Group(hired_since=date(2026, 7, 15)))
    assert (one in found) == met


def test_the_preview_counts_and_says_why_not(programme, organisation_a, manager_a) -> None:
    kinds = ["2026-08-01", "2026-08-02", "2026-07", "", "2019"]
    rows = [MembershipFactory(organisation=organisation_a, category="intern", hired=hired) for hired in kinds]
    services.assign_members(programme, rows[:1], by=manager_a, now=NOW)
    group = Group(categories=("intern",), hired_since=date(2026, 7, 15))
    seen = preview_of_group(programme, group, now=NOW)
    assert (seen.new, seen.enrolled, seen.unclear) == (1, 1, 2)
    assert seen.by_organisation == [(organisation_a.name, 1)]
    assert seen.first == [rows[1]]
    assert people_of(programme) == {rows[0].user_id}  # a look changes nothing


def test_who_has_left_or_may_not_sign_in_is_met_by_no_rule(programme, organisation_a) -> None:
    MembershipFactory(organisation=organisation_a, ends_on=date(2026, 11, 23))
    MembershipFactory(organisation=organisation_a, user=UserFactory(is_active=False))
    assert list(audience(programme, now=NOW)) == []


def test_newcomers_are_enrolled_by_the_schedule_while_the_programme_is_open(programme, organisation_a, manager_a):
    services.assign_by_rule(programme, Group(categories=("intern",)), by=manager_a, now=NOW)
    newcomer = MembershipFactory(organisation=organisation_a, category="intern")
    MembershipFactory(organisation=organisation_a, category="worker")
    assert services.enrol_by_rules(now=NOW) == 1
    assert people_of(programme) == {newcomer.user_id}
    assert services.enrol_by_rules(now=NOW) == 0
    MembershipFactory(organisation=organisation_a, category="intern")
    after = datetime.fromisoformat("2027-01-01T00:30:00+08:00")
    assert services.enrol_by_rules(now=after) == 0
    close_programme(programme, reason="no longer needed", by=manager_a, now=NOW)
    assert services.enrol_by_rules(now=NOW) == 0


def test_a_rule_that_is_ended_enrols_nobody_else(programme, organisation_a, manager_a) -> None:
    (there,) = members(organisation_a, 1)
    services.assign_by_rule(programme, Group(), by=manager_a, now=NOW)
    services.drop_rule(ProgrammeRule.objects.get(), by=manager_a, now=NOW)
    members(organisation_a, 1)
    assert services.enrol_by_rules(now=NOW) == 0
    assert there.user_id in people_of(programme)


# ── One person ───────────────────────────────────────────────────────────────
@pytest.fixture
def one(programme: Programme, organisation_a: Any, manager_a: Any) -> Enrolment:
    programme.exam = make_published(organisation=organisation_a, now=NOW)
    programme.save()
    services.assign_members(programme, members(organisation_a, 1), by=manager_a, now=NOW)
    return Enrolment.objects.get()


def test_withdrawn_is_out_of_the_programme_and_of_its_exam(one, manager_a) -> None:
    assert services.withdraw_enrolment(one, reason="moved to the office", by=manager_a, now=NOW)
    assert not Enrolment.objects.current().exists()
    assert Candidate.objects.get().withdrawn_at == NOW
    entry = AuditEntry.objects.get(action="learning.enrolment_withdrawn")
    assert entry.payload == {"reason": "moved to the office"}
    assert not services.withdraw_enrolment(one, reason="once more", by=manager_a, now=NOW)


def test_the_exam_keeps_whom_another_programme_sends(one, organisation_a, manager_a) -> None:
    other = ProgrammeFactory(organisation=organisation_a, exam=one.programme.exam)
    services.assign_members(other, [one.membership], by=manager_a, now=NOW)
    services.withdraw_enrolment(one, reason="moved to the office", by=manager_a, now=NOW)
    assert Candidate.objects.get().withdrawn_at is None


def test_a_rule_leaves_out_who_was_taken_out_and_a_list_brings_him_back(one, manager_a) -> None:
    services.withdraw_enrolment(one, reason="long illness", by=manager_a, now=NOW)
    services.assign_by_rule(one.programme, Group(), by=manager_a, now=NOW)
    assert one.user_id not in people_of(one.programme)
    back = services.assign_members(one.programme, [one.membership], by=manager_a, now=NOW)
    assert back == Assigned(new=0, back=1, already=0)
    assert one.user_id in people_of(one.programme)
    assert Candidate.objects.get(user=one.user_id).withdrawn_at is None


def test_more_time_for_one(one, manager_a) -> None:
    later = one.due_on + timedelta(days=7)
    assert services.extend_due_date(one, later, reason="was underground", by=manager_a, now=NOW)
    assert Enrolment.objects.get().due_on == later
    entry = AuditEntry.objects.get(action="learning.due_date_extended")
    assert entry.payload == {"from": "2026-12-31", "to": "2027-01-07", "reason": "was underground"}
    assert not services.extend_due_date(one, later, reason="the same day", by=manager_a, now=NOW)
    assert not services.extend_due_date(one, date(2026, 1, 1), reason="earlier", by=manager_a, now=NOW)
