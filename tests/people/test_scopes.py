"""Who sees whom: every list's twin tells the same as the single question."""

from datetime import timedelta

import pytest

from people import permissions, queries
from people.models import Division, Membership, Organisation, RoleGrant, User
from people.scopes import Scope, scope_of
from tests.cast import PARTS
from tests.people.factories import MembershipFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
SEES_A = {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = {"manager_b", "officer_south"}
SEES_ALL = {"editor", "training_officer", "exam_officer", "drill_officer", "leader", "system_admin", "auditor"}


@pytest.fixture
def people(cast, learner_b):
    from django.contrib.auth.models import AnonymousUser

    return {name: user or AnonymousUser() for name, user in cast.items()} | {"learner_b": learner_b}


def test_organisations(people, organisation_a, organisation_b, bureau):
    seen = {name: set(Organisation.objects.visible_to(user)) for name, user in people.items()}
    for name in people:
        if name in SEES_ALL:
            assert seen[name] == {organisation_a, organisation_b, bureau}, name
        elif name in SEES_A:
            assert seen[name] == {organisation_a}, name
        elif name in SEES_B:
            assert seen[name] == {organisation_b}, name
        else:
            assert seen[name] == set(), name


def test_the_list_and_the_single_question_agree_about_organisations(people):
    for name, user in people.items():
        viewed, managed = permissions.organisations_viewed_by(user), permissions.organisations_managed_by(user)
        for organisation in Organisation.objects.all():
            assert permissions.can_view_organisation(user, organisation) == (organisation in viewed), name
            assert permissions.can_manage_members(user, organisation) == (organisation in managed), name


def test_the_list_and_the_single_question_agree_about_members(people):
    for name, user in people.items():
        viewed = permissions.members_viewed_by(user)
        for membership in Membership.objects.all():
            assert permissions.can_view_member(user, membership) == (membership in viewed), name


def test_who_manages_members(people, organisation_a):
    managers = {name for name, user in people.items() if permissions.can_manage_members(user, organisation_a)}
    assert managers == {"manager_a", "training_officer", "system_admin"}


def test_people_seen_are_those_of_the_organisations_seen_and_oneself(people, learner, learner_b):
    for name, user in people.items():
        seen = set(User.objects.visible_to(user))
        assert (learner in seen) == (name in SEES_A | SEES_ALL | {"learner"}), name
        assert (learner_b in seen) == (name in SEES_B | SEES_ALL | {"learner_b"}), name
        assert (user in seen) == (name != "stranger"), name


def test_divisions(people, county, township_north, township_south, village_north):
    assert set(Division.objects.visible_to(people["officer_north"])) == {township_north, village_north}
    assert set(Division.objects.visible_to(people["manager_a"])) == {village_north}
    assert set(Division.objects.visible_to(people["supervisor"])) == {village_north}
    assert county in Division.objects.visible_to(people["leader"])
    assert not Division.objects.visible_to(people["learner"]).exists()
    assert not Division.objects.visible_to(people["stranger"]).exists()


def test_identity_numbers_are_for_those_whose_work_needs_them(people, learner):
    learner.identity_hash, learner.identity_tail = "x" * 64, "0021"
    learner.save()
    allowed = {name for name, user in people.items() if permissions.can_view_identity(user, learner)}
    assert allowed == {"manager_a", "training_officer", "exam_officer"}


def test_an_inspector_sees_nothing_before_or_after_his_period(inspector):
    grant = inspector.role_grants.get()
    assert Organisation.objects.visible_to(inspector, grant.ends_at - timedelta(seconds=1)).exists()
    assert not Organisation.objects.visible_to(inspector, grant.ends_at).exists()
    assert not Organisation.objects.visible_to(inspector, grant.starts_at - timedelta(seconds=1)).exists()


def test_a_township_whose_path_begins_alike_is_another(county):
    """Paths are of fixed steps: 0001 0002 does not lie under 0001 000."""
    paths = [county.add_child(code=f"99990110{n}", name=str(n), level="township").path for n in range(3)]
    assert all(len(path) == 8 for path in paths)
    scope = Scope(division_paths=frozenset(paths[:1]))
    assert list(Division.objects.filter(scope.divisions_q()).values_list("path", flat=True)) == paths[:1]


def test_somebody_with_two_grants_sees_the_sum(manager_a, organisation_a, organisation_b):
    RoleGrantFactory(user=manager_a, role="org_manager", organisation=organisation_b)
    manager_a.forget_grants()
    assert set(Organisation.objects.visible_to(manager_a)) == {organisation_a, organisation_b}
    assert permissions.is_staff(manager_a)


def test_a_superuser_counts_as_system_administrator(organisation_a):
    root = User.objects.create_superuser(full_name="根")
    assert scope_of(root).everything
    assert root.has_role("system_admin")
    assert not root.has_role("auditor")
    assert permissions.can_manage_roles(root)
    assert permissions.is_staff(root)


def test_a_manager_sees_only_his_half_of_somebody_who_works_at_both(manager_a, organisation_a, organisation_b, now):
    both = MembershipFactory(organisation=organisation_a).user
    MembershipFactory(user=both, organisation=organisation_b)
    assert [row.organisation for row in Membership.objects.visible_to(manager_a).filter(user=both)] == [organisation_a]
    assert set(queries.member_rows(manager_a, organisation_b, at=now)) == set()


def test_the_cast_is_complete(cast):
    assert set(cast) == set(PARTS)
    assert {grant.role for grant in RoleGrant.objects.all()} == {
        "org_manager",
        "township_officer",
        "sector_supervisor",
        "inspector",
        *SEES_ALL,
    }


def test_a_closed_account_has_no_scope(leader):
    leader.is_active = False
    assert not Organisation.objects.visible_to(leader).exists()
    assert UserFactory() not in User.objects.visible_to(UserFactory())
