"""One-time codes: eight characters with a proof, or the token of a QR code."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import rules, services, sms
from people.models import SignInCode
from people.services.identity import identity_fields
from records.models import AuditEntry
from tests.cast import give_second_factor
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db

NUMBER = "11010519491231002X"


@pytest.fixture
def person():
    return UserFactory(full_name="欧阳清风", phone="13800138000", **identity_fields(NUMBER))


@pytest.fixture
def issued(person, now):
    return services.issue_code(person, by=None, now=now)


def refused(code, proof, now):
    with pytest.raises(services.BadCode):
        services.redeem_code(code, proof, now=now)


@pytest.mark.parametrize("proof", ["13800138000", "138 0013 8000", "002X", "002x"])
def test_the_code_opens_with_the_phone_or_the_last_four(person, issued, now, proof):
    typed = rules.grouped_code(issued.code).lower()
    assert services.redeem_code(typed, proof, now=now) == person


@pytest.mark.parametrize("proof", ["13900139000", "0021", "", "X", NUMBER])
def test_a_wrong_proof_does_not(issued, now, proof):
    refused(issued.code, proof, now)


def test_it_works_once(issued, now):
    services.redeem_code(issued.code, "002X", now=now)
    refused(issued.code, "002X", now)
    assert services.codes.find_token(issued.token, now=now) is None


def test_the_fifth_wrong_proof_kills_the_code(person, issued, now):
    for _ in range(4):
        refused(issued.code, "0000", now)
    assert SignInCode.objects.open(now).exists()
    refused(issued.code, "0000", now)
    refused(issued.code, "002X", now)
    with pytest.raises(services.BadCode):
        services.redeem_token(issued.token, now=now)


def test_guessing_codes_for_a_phone_kills_the_code_too(issued, now):
    for number in range(5):
        refused(f"ABCD234{rules.CODE_ALPHABET[number]}", "13800138000", now)
    refused(issued.code, "13800138000", now)


def test_guessing_with_four_digits_does_not_kill_the_codes_of_strangers(person, issued, now):
    for _ in range(9):
        refused("ABCD2345", "002X", now)
    assert services.redeem_code(issued.code, "002X", now=now) == person


def test_it_lasts_fourteen_days(person, issued, now):
    later = now + timedelta(days=14)
    refused(issued.code, "002X", later)
    assert services.redeem_code(issued.code, "002X", now=later - timedelta(seconds=1)) == person


def test_a_new_code_ends_the_old_one(person, issued, now):
    second = services.issue_code(person, by=None, now=now + timedelta(minutes=1))
    refused(issued.code, "002X", now + timedelta(minutes=2))
    assert services.redeem_code(second.code, "002X", now=now + timedelta(minutes=2)) == person


def test_closed_accounts_stay_closed(person, issued, now):
    person.is_active = False
    person.save()
    refused(issued.code, "002X", now)
    assert services.codes.find_token(issued.token, now=now) is None


def test_neither_code_nor_token_is_kept(issued):
    row = SignInCode.objects.get()
    assert issued.code not in str(vars(row))
    assert issued.token not in str(vars(row))
    assert len(issued.token) >= 22  # 128 bits


@pytest.mark.django_db(transaction=True)
def test_of_two_who_redeem_at_the_same_moment_one_wins(now):
    person = UserFactory(**identity_fields(NUMBER))
    issued = services.issue_code(person, by=None, now=now)
    row = services.codes.find_token(issued.token, now=now)
    barrier, results = threading.Barrier(2), []

    def redeem():
        """SQLite in memory answers "locked" at once instead of waiting: then try again."""
        try:
            return services.codes.use(row, now=now)
        except services.BadCode:
            return None
        except OperationalError:
            return redeem()

    def run():
        barrier.wait()
        results.append(redeem())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, results)) == [False, True]
    assert AuditEntry.objects.filter(action="people.code_redeemed").count() == 1


# ── Who may issue ────────────────────────────────────────────────────────────
def test_the_own_safety_officer_and_the_training_officer_may_issue(
    learner, manager_a, training_officer, system_admin, now
):
    for by in (manager_a, training_officer, system_admin):
        assert services.issue_code(learner, by=by, now=now).code


@pytest.mark.parametrize("other", ["manager_b", "officer_north", "auditor", "inspector", "learner", "editor"])
def test_others_may_not(request, learner, other, now):
    with pytest.raises(PermissionDenied):
        services.issue_code(learner, by=request.getfixturevalue(other), now=now)


def test_a_person_with_a_role_gets_it_from_the_system_administrator_only(
    manager_a, training_officer, system_admin, now
):
    with pytest.raises(PermissionDenied):
        services.issue_code(manager_a, by=training_officer, now=now)
    assert services.issue_code(manager_a, by=system_admin, now=now).code


# ── The pages ────────────────────────────────────────────────────────────────
def who(client):
    return get_user(type("Request", (), {"session": client.session})())


def type_code(client, code, proof, **more):
    return client.post(reverse("people:first_sign_in"), {"code": code, "proof": proof, **more})


def test_typing_the_slip_signs_in_for_thirty_days_and_offers_a_password(client, learner, now):
    issued = services.issue_code(learner, by=None, now=now)
    response = type_code(client, issued.code, learner.phone, own_phone="on")
    assert response.url == reverse("people:choose_password")
    assert response.cookies["sessionid"]["max-age"] == 30 * 24 * 3600
    page = client.get(response.url)
    assert page.context["may_skip"]
    new = "New-horse-77"
    assert client.post(response.url, {"password1": new, "password2": new}).url == reverse("people:home")
    assert client.get(reverse("people:home")).status_code == 200
    learner.refresh_from_db()
    assert learner.check_password(new)
    assert client.get(response.url).status_code == 404


def test_a_password_is_chosen_only_after_a_code(client_of, learner):
    assert client_of(learner).get(reverse("people:choose_password")).status_code == 404


def test_own_phone_is_ticked_at_first_and_can_be_taken_off(client, learner, now):
    assert "checked" in client.get(reverse("people:first_sign_in")).content.decode()
    issued = services.issue_code(learner, by=None, now=now)
    assert type_code(client, issued.code, learner.phone).cookies["sessionid"]["max-age"] == ""


def test_chat_apps_may_fetch_the_link_without_using_it_up(client, learner, now):
    issued = services.issue_code(learner, by=None, now=now)
    url = reverse("people:first_sign_in_token", args=[issued.token])
    for _ in range(3):
        page = client.get(url)
        assert page.status_code == 200
        assert learner.masked_name in page.content.decode()
        assert learner.full_name not in page.content.decode()
        assert "sessionid" not in page.cookies
    assert client.post(url, {"own_phone": "on"}).url == reverse("people:choose_password")
    assert who(client) == learner
    assert Client().get(url).status_code == 404
    assert Client().post(url).status_code == 404


def test_a_code_does_not_step_round_the_second_factor(client, leader, now):
    give_second_factor(leader)
    issued = services.issue_code(leader, by=None, now=now)
    assert type_code(client, issued.code, leader.phone).url == reverse("mfa_authenticate")
    assert not who(client).is_authenticated
    assert client.get(reverse("people:choose_password")).status_code == 302


def test_staff_cannot_put_the_password_off(client, leader, now):
    issued = services.issue_code(leader, by=None, now=now)
    response = type_code(client, issued.code, leader.phone)
    assert not client.get(response.url).context["may_skip"]


def test_an_address_that_guesses_is_stopped(client, learner, now):
    issued = services.issue_code(learner, by=None, now=now)
    for _ in range(20):
        type_code(client, "ABCD2345", "0000")
    assert type_code(client, issued.code, learner.phone).status_code == 200
    assert AuditEntry.objects.filter(action="people.code_failed").count() == 20


def test_the_manager_gets_slip_and_qr_code_once(client_of, manager_a, learner):
    client = client_of(manager_a)
    url = reverse("people:issue_code", args=[learner.memberships.get().pk])
    assert "code" not in client.get(url).context
    page = client.post(url)
    html = page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert "<svg" in html
    assert "style=" not in html
    code = page.context["code"]
    assert services.redeem_code(code, learner.phone, now=timezone.now()) == learner
    assert AuditEntry.objects.filter(action="people.code_issued", actor=manager_a).count() == 1


def test_the_code_can_go_out_by_text_message(client_of, manager_a, learner):
    sms.MemorySender.sent.clear()
    url = reverse("people:issue_code", args=[learner.memberships.get().pk])
    page = client_of(manager_a).post(url, {"send_sms": "on"})
    [(phone, text)] = sms.MemorySender.sent
    assert phone == learner.phone
    assert page.context["code"] in text


def test_without_a_provider_the_page_offers_no_text_message(client_of, manager_a, learner, settings):
    settings.SMS_SENDER = "people.sms.LogSender"
    url = reverse("people:issue_code", args=[learner.memberships.get().pk])
    assert "send_sms" not in client_of(manager_a).get(url).context["form"].fields


@pytest.mark.parametrize("other", ["manager_b", "officer_north", "auditor", "inspector", "learner", "editor"])
def test_for_others_the_page_does_not_exist(request, client_of, learner, other):
    url = reverse("people:issue_code", args=[learner.memberships.get().pk])
    assert client_of(request.getfixturevalue(other)).get(url).status_code == 404
