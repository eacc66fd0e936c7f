"""Signing in through the pages."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from people import sms
from people.starter.demo import current_code
from records.models import AuditEntry
from tests.cast import PASSWORD, give_second_factor
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def who(client):
    request = type("Request", (), {"session": client.session})()
    return get_user(request)


def test_a_learner_signs_in_with_his_phone(client, learner):
    response = sign_in(client, learner.phone)
    assert response.url == reverse("people:home")
    assert who(client) == learner
    assert AuditEntry.objects.filter(action="people.signed_in", actor=learner).count() == 1


def test_an_employee_number_needs_the_organisation(client, organisation_a):
    member = MembershipFactory(user__password=PASSWORD, organisation=organisation_a, employee_number="A17")
    assert sign_in(client, "A17").status_code == 200
    assert sign_in(client, "A17", organisation=organisation_a.name).status_code == 302
    assert who(client) == member.user


def test_an_unknown_account_gets_the_same_words_as_a_wrong_password(client, learner):
    wrong = sign_in(client, learner.phone, "wrong")
    unknown = sign_in(Client(), "13000000000", "wrong")
    assert len(wrong.context["form"].non_field_errors()) == 1
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_the_next_page_is_kept(client, learner):
    url = reverse("people:profile")
    response = client.post(f"{reverse('account_login')}?next={url}", {"login": learner.phone, "password": PASSWORD})
    assert response.url == url


@pytest.mark.parametrize("own_phone", [True, False])
def test_the_cookie_of_an_own_phone_outlives_the_browser(client, learner, own_phone):
    response = sign_in(client, learner.phone, **({"remember": "on"} if own_phone else {}))
    age = response.cookies["sessionid"]["max-age"]
    assert (age == 30 * 24 * 3600) if own_phone else (age == "")


def test_staff_get_no_lasting_cookie_even_if_they_tick_it(client, leader):
    give_second_factor(leader)
    sign_in(client, leader.phone, remember="on")
    response = client.post(reverse("mfa_authenticate"), {"code": current_code(leader, timezone.now())})
    assert response.cookies["sessionid"]["max-age"] == ""
    assert who(client) == leader


# ── Lock-out ─────────────────────────────────────────────────────────────────
def test_after_five_failures_the_right_password_is_refused_for_a_quarter_of_an_hour(learner):
    with time_machine.travel("2026-11-23 08:00:00Z", tick=False) as clock:
        for _ in range(5):
            sign_in(Client(), learner.phone, "wrong")
        locked = Client()
        assert sign_in(locked, learner.phone).status_code == 200
        clock.shift(timedelta(minutes=14, seconds=59))
        assert sign_in(locked, learner.phone).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert sign_in(locked, learner.phone).status_code == 302
    assert AuditEntry.objects.filter(action="people.locked_out").count() == 1


def test_an_unknown_account_is_locked_in_the_same_way(learner):
    for _ in range(5):
        known = sign_in(Client(), learner.phone, "wrong")
        unknown = sign_in(Client(), "13000000000", "wrong")
    known, unknown = sign_in(Client(), learner.phone, "wrong"), sign_in(Client(), "13000000000", "wrong")
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert "15" in str(known.context["form"].non_field_errors())


def test_other_spellings_of_a_phone_share_the_count(learner):
    national = learner.phone.removeprefix("+86")
    for spelling in (national, f"+86{national}", f"{national[:3]} {national[3:]}", national, national):
        sign_in(Client(), spelling, "wrong")
    assert sign_in(Client(), national).status_code == 200


def test_a_success_forgets_the_failures_before_it(learner):
    for _ in range(3):
        for _ in range(4):
            sign_in(Client(), learner.phone, "wrong")
        assert sign_in(Client(), learner.phone).status_code == 302


def test_one_address_may_fail_fifty_times(learner):
    for number in range(50):
        sign_in(Client(), f"130{number:08d}", "wrong")
    assert sign_in(Client(), learner.phone).status_code == 200
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), learner.phone).status_code == 302


def test_the_lock_is_a_row_and_not_a_memory_of_the_process(learner, settings):
    """What another process would see: nothing of allauth's cache, nothing of this client."""
    for _ in range(5):
        sign_in(Client(), learner.phone, "wrong")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert sign_in(Client(), learner.phone).status_code == 200


# ── Second factor ────────────────────────────────────────────────────────────
def test_staff_without_a_second_factor_see_nothing_but_its_set_up(client, leader):
    sign_in(client, leader.phone)
    for name in ("people:home", "people:organisation_list", "people:profile"):
        assert client.get(reverse(name)).url == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("account_change_password")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_setting_it_up_opens_the_work_pages_and_shows_the_recovery_codes_once(client, leader):
    sign_in(client, leader.phone)
    page = client.get(reverse("mfa_activate_totp"))
    code = format_hotp_value(hotp_value(page.context["form"].secret, int(timezone.now().timestamp()) // 30))
    response = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert response.url == reverse("mfa_view_recovery_codes")
    assert len(client.get(response.url).context["unused_codes"]) == 10
    assert set(client.get(response.url).context["unused_codes"]) == {"****"}
    assert client.get(reverse("people:home")).status_code == 200


def test_a_manager_of_one_organisation_may_do_without(client, manager_a):
    sign_in(client, manager_a.phone)
    assert client.get(reverse("people:home")).status_code == 200


def test_staff_cannot_switch_it_off(client_of, leader):
    page = client_of(leader).post(reverse("mfa_deactivate_totp"))
    assert leader.authenticator_set.filter(type="totp").exists()
    assert page.status_code in {200, 302}


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(client, leader):
    give_second_factor(leader)
    assert sign_in(client, leader.phone).url == reverse("mfa_authenticate")
    assert not who(client).is_authenticated
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_a_code_works_once_and_five_wrong_ones_lock(leader):
    give_second_factor(leader)
    with time_machine.travel("2026-11-23 08:00:10Z", tick=False) as clock:
        code = current_code(leader, timezone.now())
        first, second = Client(), Client()
        for client in (first, second):
            sign_in(client, leader.phone)
        assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
        clock.shift(40)
        assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
        for _ in range(4):
            second.post(reverse("mfa_authenticate"), {"code": "000000"})
        fresh = current_code(leader, timezone.now())
        assert second.post(reverse("mfa_authenticate"), {"code": fresh}).status_code == 200
        assert not who(second).is_authenticated


def test_secrets_are_not_kept_in_the_clear(leader):
    secret = give_second_factor(leader)
    assert secret not in str(leader.authenticator_set.get().data)


# ── Passwords ────────────────────────────────────────────────────────────────
def test_a_changed_password_ends_the_other_sessions(learner, client_of):
    here, there = client_of(learner), client_of(learner)
    new = "New-horse-77"
    response = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.url == reverse("people:profile")
    assert here.get(reverse("people:home")).status_code == 200
    assert there.get(reverse("people:home")).status_code == 302


@pytest.mark.parametrize("weak", ["short1A", "alllowercase", "password1234"])
def test_weak_passwords_are_refused(learner, client_of, weak):
    client = client_of(learner)
    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200


def test_a_link_by_mail_sets_a_new_password_but_does_not_skip_the_second_factor(client, leader):
    leader.email = "leader@example.com"
    leader.save()
    give_second_factor(leader)
    response = client.post(reverse("account_reset_password"), {"email": "Leader@example.com"})
    assert response.url == reverse("account_reset_password_done")
    assert leader.username not in mail.outbox[0].body
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    form_url = client.get(link).url
    new = "New-horse-77"
    assert client.post(form_url, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(client, leader.phone, new).url == reverse("mfa_authenticate")
    assert client.get(link).status_code == 200  # used: says so


def test_an_unknown_mail_address_gets_the_same_answer_and_no_mail(client):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert response.url == reverse("account_reset_password_done")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "people:first_sign_in",
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_doors_open_for_strangers_and_cost_no_session(client, name, language):
    with translation.override(language):
        url = reverse(name)
    response = client.get(url)
    assert response.status_code == 200
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize(
    "name",
    ["account_logout", "account_change_password", "mfa_index", "mfa_generate_recovery_codes", "mfa_deactivate_totp"],
)
def test_account_pages_answer_the_signed_in(client, leader, name):
    give_second_factor(leader)
    sign_in(client, leader.phone)
    client.post(reverse("mfa_authenticate"), {"code": current_code(leader, timezone.now())})
    assert client.get(reverse(name)).status_code == 200


def test_sensitive_pages_ask_again_later(client, leader):
    give_second_factor(leader)
    with time_machine.travel("2026-11-23 08:00:10Z", tick=False) as clock:
        sign_in(client, leader.phone)
        client.post(reverse("mfa_authenticate"), {"code": current_code(leader, timezone.now())})
        clock.shift(timedelta(minutes=10))
        again = client.get(reverse("mfa_generate_recovery_codes"))
        assert again.url.startswith(reverse("account_reauthenticate"))
        assert client.get(again.url).status_code == 200
        assert client.get(reverse("mfa_reauthenticate")).status_code == 200
        assert client.post(again.url, {"password": "wrong"}).status_code == 200
        assert client.post(again.url, {"password": PASSWORD}).url == reverse("mfa_generate_recovery_codes")


def test_there_is_no_sign_up(client):
    assert client.get("/account/signup/").status_code == 404


def test_the_log_sender_keeps_number_and_text_to_itself(caplog):
    sms.LogSender().send("+8613812345678", "code ABCD-2345")
    assert "138****5678" in caplog.text
    assert "12345678" not in caplog.text
    assert "ABCD" not in caplog.text
