import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Permission

from people import services
from people.backends import IdentifierBackend
from tests.cast import PASSWORD
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def enter(login, password=PASSWORD, organisation=""):
    return authenticate(None, login=login, password=password, organisation=organisation)


def test_by_phone_in_any_spelling():
    user = UserFactory(phone="13800138000", password=PASSWORD)
    assert enter("138 0013 8000") == user
    assert enter("+8613800138000") == user


def test_by_email_whatever_the_case():
    user = UserFactory(email="Wang@Example.com", password=PASSWORD)
    assert enter("wang@example.COM") == user


def test_by_employee_number_with_the_name_or_the_code_of_the_organisation(organisation_a):
    user = MembershipFactory(user__password=PASSWORD, organisation=organisation_a, employee_number="A-17").user
    assert enter("A-17", organisation=organisation_a.name) == user
    assert enter("A-17", organisation=organisation_a.credit_code.lower()) == user


def test_an_employee_number_means_nothing_without_its_organisation(organisation_a, organisation_b):
    MembershipFactory(user__password=PASSWORD, organisation=organisation_a, employee_number="A-17")
    assert enter("A-17") is None
    assert enter("A-17", organisation=organisation_b.name) is None


def test_who_left_does_not_enter_by_his_old_number(organisation_a):
    MembershipFactory(
        user__password=PASSWORD, organisation=organisation_a, employee_number="A-17", ends_on="2021-01-01"
    )
    assert enter("A-17", organisation=organisation_a.name) is None


def test_a_shared_phone_opens_the_account_whose_password_it_is():
    wife = UserFactory(phone="13800138000", password=PASSWORD)
    husband = UserFactory(phone="13800138000", password="Other-horse-43")
    assert enter("13800138000") == wife
    assert enter("13800138000", "Other-horse-43") == husband


def test_two_people_with_one_phone_and_one_password_are_nobody():
    UserFactory.create_batch(2, phone="13800138000", password=PASSWORD)
    assert enter("13800138000") is None


def test_closed_accounts_and_wrong_passwords_are_refused():
    UserFactory(phone="13800138000", password=PASSWORD, is_active=False)
    UserFactory(phone="13900139000", password=PASSWORD)
    assert enter("13800138000") is None
    assert enter("13900139000", "wrong") is None


def test_the_opaque_account_name_is_no_way_in():
    user = UserFactory(password=PASSWORD)
    assert enter(user.username) is None


def test_people_without_a_password_cannot_be_entered_with_an_empty_one():
    UserFactory(phone="13800138000")
    assert enter("13800138000", "") is None
    assert enter("13800138000", "!") is None


def test_an_unknown_account_costs_one_hash_like_a_known_one(monkeypatch):
    hashed = []
    monkeypatch.setattr("people.models.User.set_password", lambda self, raw: hashed.append(raw))
    assert IdentifierBackend().authenticate(None, login="13700137000", password="x") is None
    assert hashed == ["x"]


def test_permissions_follow_the_grant(editor, auditor, system_admin, learner):
    assert editor.has_perm("wagtailadmin.access_admin")
    assert system_admin.has_perm("wagtailadmin.access_admin")
    assert not learner.has_perm("wagtailadmin.access_admin")
    assert auditor.has_perm("records.view_auditentry")
    assert not system_admin.has_perm("records.view_auditentry")
    assert not any(user.has_perm("people.change_user") for user in (editor, system_admin, auditor))


def test_the_group_of_editors_counts_only_beside_the_grant(system_admin, learner, now):
    grant = services.grant_role(learner, "editor", by=system_admin, now=now, reason="order 7")
    permission = Permission.objects.first()
    learner.groups.get().permissions.add(permission)
    name = f"{permission.content_type.app_label}.{permission.codename}"
    learner = type(learner).objects.get(pk=learner.pk)
    assert learner.has_perm(name)
    services.revoke_role(grant, by=system_admin, now=now, reason="order 8")
    learner = type(learner).objects.get(pk=learner.pk)
    assert not learner.groups.exists()
    assert not learner.has_perm(name)


def test_a_group_alone_gives_nothing(learner):
    from django.contrib.auth.models import Group

    permission = Permission.objects.first()
    group = Group.objects.create(name="editors")
    group.permissions.add(permission)
    learner.groups.add(group)
    assert learner.get_all_permissions() == set()
