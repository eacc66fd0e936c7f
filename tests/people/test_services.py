import pytest
from django.core.exceptions import PermissionDenied

from people import queries, services
from people.models import RoleGrant
from records.models import AuditEntry

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


def logged(action):
    return AuditEntry.objects.filter(action=action)


def test_a_person_is_known_again_by_the_identity_number(manager_a, now):
    first = services.create_person(
        "张 三", identity_number=NUMBER.lower(), phone="138 0013 8000", by=manager_a, now=now
    )
    assert (first.full_name, first.phone, first.identity_tail) == ("张三", "+8613800138000", "002X")
    assert NUMBER.encode() not in bytes(first.identity_encrypted)
    with pytest.raises(services.PersonExists) as told:
        services.create_person("张三", identity_number=NUMBER, by=manager_a, now=now)
    assert told.value.person == first
    assert logged("people.person_created").count() == 1


def test_the_number_is_shown_with_a_reason_and_a_row(manager_a, organisation_a, now):
    person = services.create_person("张三", identity_number=NUMBER, by=manager_a, now=now)
    services.add_member(person, organisation_a, by=manager_a, now=now, employee_number=" 7 ")
    assert queries.masked_identity(person) == "1101**********002X"
    assert services.reveal_identity(person, by=manager_a, reason="exam registration", now=now) == NUMBER
    row = logged("people.identity_revealed").get()
    assert row.actor == manager_a
    assert row.payload["reason"] == "exam registration"


def test_others_are_refused_and_nothing_is_shown(manager_b, auditor, learner, now):
    for by in (manager_b, auditor, learner):
        with pytest.raises(PermissionDenied):
            services.reveal_identity(learner, by=by, reason="curious", now=now)
    assert not logged("people.identity_revealed").exists()


def test_a_membership_ends_once(manager_a, learner, now):
    membership = learner.memberships.get()
    assert services.end_membership(membership, by=manager_a, now=now)
    assert not services.end_membership(membership, by=manager_a, now=now)
    assert logged("people.membership_ended").count() == 1


def test_only_the_system_administrator_gives_roles_and_not_to_himself(system_admin, leader, learner, now):
    grant = services.grant_role(learner, "exam_officer", by=system_admin, now=now, reason="order 7")
    assert learner.has_role("exam_officer")
    assert logged("people.role_granted").get().payload == {"role": "exam_officer", "reason": "order 7"}
    for person, by in ((learner, leader), (system_admin, system_admin)):
        with pytest.raises(PermissionDenied):
            services.grant_role(person, "leader", by=by, now=now, reason="x")
    assert services.revoke_role(grant, by=system_admin, now=now, reason="order 8")
    assert not services.revoke_role(grant, by=system_admin, now=now, reason="order 8")
    assert not type(learner).objects.get(pk=learner.pk).has_role("exam_officer")
    assert RoleGrant.objects.filter(user=learner).count() == 1


def test_who_audits_does_not_administer(system_admin, auditor, now):
    with pytest.raises(services.RolesConflict):
        services.grant_role(auditor, "system_admin", by=system_admin, now=now, reason="x")


def test_resetting_the_second_factor_ends_every_session(client_of, system_admin, leader, now):
    client = client_of(leader)
    services.reset_second_factor(leader, by=system_admin, now=now)
    assert not leader.authenticator_set.exists()
    assert client.get("/people/").status_code == 302
    with pytest.raises(PermissionDenied):
        services.reset_second_factor(system_admin, by=system_admin, now=now)
