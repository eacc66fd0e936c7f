from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from people.models import Membership, Organisation, RoleGrant
from people.models.roles import COUNTY_ROLES
from tests.people.factories import MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_accounts_are_opaque_and_all_different():
    users = UserFactory.create_batch(20)
    names = {user.username for user in users}
    assert len(names) == 20
    assert all(len(name) == 13 and name.startswith("u") for name in names)


def test_without_a_password_nobody_enters():
    assert not UserFactory().has_usable_password()


def test_an_identity_number_is_one_person():
    UserFactory(identity_hash="a" * 64)
    with pytest.raises(IntegrityError):
        UserFactory(identity_hash="a" * 64)


def test_people_without_one_are_not_all_the_same():
    UserFactory.create_batch(2, identity_hash=None)


def test_two_organisations_without_a_code_are_fine_two_with_one_are_not():
    first = OrganisationFactory(credit_code="")
    assert first.credit_code is None
    OrganisationFactory(credit_code="")
    OrganisationFactory(credit_code="91350100M000100Y43")
    with pytest.raises(IntegrityError):
        OrganisationFactory(credit_code="91350100m000100y43")


def test_a_wrong_code_fails_validation(county):
    organisation = Organisation(name="某厂", kind="enterprise", division=county, credit_code="91350100M000100Y44")
    with pytest.raises(ValidationError) as told:
        organisation.full_clean()
    assert set(told.value.message_dict) == {"credit_code"}


def test_an_employee_number_is_taken_once_in_an_organisation(organisation_a, organisation_b):
    MembershipFactory(organisation=organisation_a, employee_number="7")
    MembershipFactory(organisation=organisation_b, employee_number="7")
    MembershipFactory.create_batch(2, organisation=organisation_a, employee_number="")
    with pytest.raises(IntegrityError):
        MembershipFactory(organisation=organisation_a, employee_number="7")


def test_who_comes_back_keeps_the_number(organisation_a):
    old = MembershipFactory(organisation=organisation_a, employee_number="7", ends_on="2021-01-01")
    MembershipFactory(user=old.user, organisation=organisation_a, employee_number="7", starts_on="2022-01-01")


def test_a_membership_counts_from_its_first_to_its_last_day():
    row = MembershipFactory(starts_on="2026-01-10", ends_on="2026-01-20")
    row.refresh_from_db()
    days = [row.starts_on + timedelta(days=n) for n in range(-1, 12)]
    told = [row.is_active(day) for day in days]
    assert told == [False] + [True] * 11 + [False]
    assert told == [Membership.objects.active(day).filter(pk=row.pk).exists() for day in days]


def test_nothing_ends_before_it_begins():
    with pytest.raises(IntegrityError):
        MembershipFactory(starts_on="2026-01-10", ends_on="2026-01-09")


@pytest.mark.parametrize("role", sorted(COUNTY_ROLES))
def test_county_roles_take_no_scope(role, organisation_a):
    RoleGrantFactory(role=role)
    with pytest.raises(IntegrityError):
        RoleGrantFactory(role=role, organisation=organisation_a)


@pytest.mark.parametrize(
    ("role", "right"),
    [("org_manager", "organisation"), ("township_officer", "division"), ("sector_supervisor", "sector")],
)
@pytest.mark.parametrize("given", ["", "organisation", "division", "sector"])
def test_scopes_fit_their_roles(role, right, given, organisation_a, township_north, chemicals):
    scope = {"organisation": organisation_a, "division": township_north, "sector": chemicals}
    chosen = {given: scope[given]} if given else {}
    if given == right:
        assert RoleGrantFactory(role=role, **chosen).scope_object == scope[given]
    else:
        with pytest.raises(IntegrityError):
            RoleGrantFactory(role=role, **chosen)


def test_an_inspector_needs_one_scope_and_an_end(inspector, organisation_a, chemicals, now):
    end = now + timedelta(days=3)
    RoleGrantFactory(role="inspector", sector=chemicals, ends_at=end)
    both = {"sector": chemicals, "organisation": organisation_a}
    for wrong in ({"ends_at": end}, {"sector": chemicals}, both | {"ends_at": end}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrantFactory(role="inspector", **wrong)


def test_grants_hold_from_their_start_until_just_before_their_end(manager_a, now):
    grant = RoleGrant.objects.get(user=manager_a)
    grant.starts_at, grant.ends_at = now, now + timedelta(hours=1)
    grant.save()
    moments = [now - timedelta(seconds=1), now, grant.ends_at - timedelta(seconds=1), grant.ends_at]
    assert [grant.is_active(at) for at in moments] == [False, True, True, False]
    assert [RoleGrant.objects.active(at).filter(pk=grant.pk).exists() for at in moments] == [False, True, True, False]


def test_people_are_not_deleted_while_evidence_names_them(learner):
    with pytest.raises(ProtectedError):
        learner.delete()
