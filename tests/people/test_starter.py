import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from people import rules
from people.models import Division, Organisation, Sector, User
from people.permissions import is_staff
from people.starter import load_demo, load_divisions, load_sectors
from people.starter.cast import ACCOUNTS, ORGANISATIONS
from people.starter.demo import demo_file, find_account, new_password
from records.starter import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def demo(var_dir, django_capture_on_commit_callbacks):
    load_divisions()
    load_sectors()
    with django_capture_on_commit_callbacks(execute=True):
        return load_demo()


def rows():
    lines = demo_file().read_text().splitlines()
    return [line.split("\t") for line in lines if line.count("\t") == 5][1:]


def test_the_county_is_a_tree_of_three_townships_and_six_villages():
    assert set(load_divisions()) == {Outcome.CREATED}
    assert Division.find_problems() == ([], [], [], [], [])
    county = Division.objects.get(level="county")
    assert county.name == "示例县"
    assert county.get_children().count() == 3
    assert Division.objects.under(county).filter(level="village").count() == 6
    assert set(load_divisions()) == {Outcome.UNCHANGED}


def test_an_edited_name_stays():
    load_divisions()
    Division.objects.filter(code="999901101").update(name="青岩镇")
    assert Outcome.KEPT in load_divisions()
    assert Division.objects.get(code="999901101").name == "青岩镇"


def test_sectors_are_loaded_once():
    assert set(load_sectors()) == {Outcome.CREATED}
    assert set(load_sectors()) == {Outcome.UNCHANGED}
    assert Sector.objects.get(code="coal_mine").name == "煤矿"


def test_demo_organisations_have_right_but_impossible_codes(demo):
    codes = set(Organisation.objects.values_list("credit_code", flat=True))
    assert len(codes) == len(ORGANISATIONS)
    assert all(rules.is_credit_code(code) and code[2:8] == "999901" for code in codes)


def test_every_demo_account_is_marked_and_staff_have_a_second_factor(demo):
    assert User.objects.count() == len(ACCOUNTS)
    for account in ACCOUNTS:
        person = find_account(account)
        assert person.is_demo
        assert person.authenticator_set.exists() == is_staff(person), account.key


def test_the_file_is_for_its_owner_and_its_passwords_open_the_accounts(demo):
    assert stat.S_IMODE(demo_file().stat().st_mode) == 0o600
    table = {row[0]: row for row in rows()}
    assert set(table) == {account.key for account in ACCOUNTS}
    client = Client()
    client.post(reverse("account_login"), {"login": table["manager_a"][3], "password": table["manager_a"][4]})
    assert client.get(reverse("people:home")).status_code == 200


def test_a_demo_officer_signs_in_with_the_printed_code(demo):
    row = next(row for row in rows() if row[0] == "leader")
    client, out = Client(), StringIO()
    client.post(reverse("account_login"), {"login": row[3], "password": row[4]})
    call_command("demo_code", "leader", stdout=out)
    client.post(reverse("mfa_authenticate"), {"code": out.getvalue().strip()})
    assert client.get(reverse("people:organisation_list")).status_code == 200


def test_the_next_run_keeps_passwords_and_changes(demo, django_capture_on_commit_callbacks):
    before, person = demo_file().read_text(), find_account(ACCOUNTS[0])
    person.full_name = "李小强"
    person.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert set(load_demo()) == {Outcome.UNCHANGED}
    person.refresh_from_db()
    assert person.full_name == "李小强"
    assert demo_file().read_text() == before


def test_a_lost_file_is_made_anew_with_new_passwords(demo, django_capture_on_commit_callbacks):
    before = {row[0]: row[4] for row in rows()}
    demo_file().unlink()
    with django_capture_on_commit_callbacks(execute=True):
        load_demo()
    assert not set(before.values()) & {row[4] for row in rows()}


def test_demo_reset_makes_new_passwords_and_ends_sessions(demo, client_of, django_capture_on_commit_callbacks):
    client = client_of(find_account(ACCOUNTS[0]))
    before = demo_file().read_text()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo_reset", stdout=StringIO())
    assert demo_file().read_text() != before
    assert client.get(reverse("people:home")).status_code == 302


def test_demo_code_says_when_there_is_none(var_dir, demo):
    with pytest.raises(CommandError):
        call_command("demo_code", "learner")


def test_demo_passwords_fit_the_rules_and_differ():
    passwords = {new_password() for _ in range(50)}
    assert len(passwords) == 50
    assert all(rules.character_kinds(password) >= 3 and len(password) == 14 for password in passwords)


def test_the_first_administrator_comes_by_command(client):
    out = StringIO()
    call_command("create_admin", "何平", "13800138000", stdout=out)
    code = out.getvalue().split("Code ")[1].split(",")[0]
    response = client.post(reverse("people:first_sign_in"), {"code": code, "proof": "13800138000"})
    assert response.url == reverse("people:choose_password")
    assert User.objects.get().has_role("system_admin")
