import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from people import services
from people.models import User
from people.registry import Group, home_cards
from people.services.identity import identity_fields
from tests.cast import COUNTY_PARTS, PARTS
from tests.people.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
OFFICES = set(PARTS) - {"stranger", "learner"}


def url(name, *args):
    return reverse(f"people:{name}", args=args)


def answers(cast, client_of, address):
    """Who gets in; strangers must be sent to the door, everybody else gets 404."""
    told = {name: client_of(user).get(address) for name, user in cast.items()}
    assert told.pop("stranger").url == f"{reverse('account_login')}?next={address}"
    assert {response.status_code for response in told.values()} <= {200, 404}
    return {name for name, response in told.items() if response.status_code == 200}


def test_home_and_profile_are_everybodys(cast, client_of):
    everybody = set(PARTS) - {"stranger"}
    assert answers(cast, client_of, url("home")) == everybody
    assert answers(cast, client_of, url("profile")) == everybody


def test_the_list_is_for_those_with_an_office(cast, client_of):
    assert answers(cast, client_of, url("organisation_list")) == OFFICES


def test_an_organisation_is_seen_by_its_scope_only(cast, client_of, organisation_a, organisation_b):
    county = set(COUNTY_PARTS)
    assert answers(cast, client_of, url("organisation_detail", organisation_a.pk)) == county | {
        "manager_a",
        "officer_north",
        "supervisor",
        "inspector",
    }
    assert answers(cast, client_of, url("organisation_detail", organisation_b.pk)) == county | {
        "manager_b",
        "officer_south",
    }


def test_a_member_is_seen_by_his_scope_and_himself(cast, client_of, learner):
    address = url("member_detail", learner.memberships.get().pk)
    assert answers(cast, client_of, address) == set(COUNTY_PARTS) | {
        "manager_a",
        "officer_north",
        "supervisor",
        "inspector",
        "learner",
    }


def test_identity_is_for_those_who_need_it(cast, client_of, learner):
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    address = url("identity", learner.memberships.get().pk)
    assert answers(cast, client_of, address) == {"manager_a", "training_officer", "exam_officer"}


def test_codes_are_issued_by_those_who_manage_members(cast, client_of, learner):
    address = url("issue_code", learner.memberships.get().pk)
    assert answers(cast, client_of, address) == {"manager_a", "training_officer", "system_admin"}


def test_roles_belong_to_the_system_administrator(cast, client_of, leader):
    for address in (url("role_list"), url("role_give"), url("role_end", leader.role_grants.get().pk)):
        assert answers(cast, client_of, address) == {"system_admin"}


@pytest.mark.parametrize("part", [part for part in PARTS if part != "stranger"])
def test_home_links_only_to_pages_that_open(cast, client_of, part):
    client = client_of(cast[part])
    page = client.get(url("home"))
    cards = [card for _group, cards in page.context["groups"] for card in cards]
    assert [card.url for card in cards if client.get(reverse(card.url)).status_code != 200] == []


def test_the_menu_opens_by_subject_and_marks_where_one_is(cast, client_of):
    menu = client_of(cast["leader"]).get(reverse("exams:exam_list")).context["house"]["work_menu"]
    names = [str(group.label) for group in Group if group != Group.OWN]
    assert [item.label for item in menu if item.items] == [name for name in names if name in {i.label for i in menu}]
    assert [item.label for item in menu if item.current] == [str(Group.TRAINING.label)]
    inside = next(item for item in menu if item.current).items
    assert [item.url for item in inside if item.current] == [reverse("exams:exam_list")]


def test_cards_by_role(cast):
    shown = {name: {card.url for card in home_cards.for_user(user)} for name, user in cast.items() if user}
    assert not {url for url in shown["learner"] if url.startswith(("people:", "records:"))}
    assert {"people:organisation_list", "people:roster_list"} <= shown["manager_a"]
    assert "people:roster_list" not in shown["officer_north"] | shown["leader"]
    assert "records:audit_log" in shown["auditor"]
    assert "records:audit_log" not in shown["system_admin"]
    assert "people:role_list" in shown["system_admin"]
    assert "wagtailadmin_home" in shown["editor"]
    assert "wagtailadmin_home" not in shown["leader"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages_without_inline_style_or_script(
    cast, client_of, learner, organisation_a, language
):
    pk = learner.memberships.get().pk
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    client = {name: client_of(cast[name]) for name in ("training_officer", "system_admin", "learner")}
    pages = [
        ("training_officer", "home", ()),
        ("learner", "home", ()),
        ("training_officer", "profile", ()),
        ("training_officer", "organisation_list", ()),
        ("training_officer", "organisation_detail", (organisation_a.pk,)),
        ("training_officer", "member_detail", (pk,)),
        ("learner", "member_detail", (pk,)),
        ("training_officer", "issue_code", (pk,)),
        ("training_officer", "identity", (pk,)),
        ("system_admin", "member_detail", (pk,)),
        ("system_admin", "role_list", ()),
        ("system_admin", "role_give", ()),
    ]
    with translation.override(language):
        addresses = [(name, url(view, *args)) for name, view, args in pages]
    for name, address in addresses:
        html = client[name].get(address).content.decode()
        assert not re.search(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=", html), address
        assert len(re.findall(r"<h1", html)) == 1
        assert len(re.findall(r'class="[^"]*btn-primary', html)) <= 1, address


# ── Lists ────────────────────────────────────────────────────────────────────
def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_list_of_organisations_costs_the_same_for_one_and_three(
    client_of, training_officer, county, chemicals, django_assert_num_queries
):
    client = client_of(training_officer)
    before = queries_of(client, url("organisation_list"))
    for organisation in OrganisationFactory.create_batch(3, division=county, sector=chemicals):
        MembershipFactory(organisation=organisation)
    assert queries_of(client, url("organisation_list")) == before <= 15  # one of them: what waits for his review


def test_the_list_of_members_costs_the_same_for_one_and_three(
    client_of, manager_a, organisation_a, django_assert_num_queries
):
    client, address = client_of(manager_a), url("organisation_detail", organisation_a.pk)
    before = queries_of(client, address)
    MembershipFactory.create_batch(3, organisation=organisation_a)
    assert queries_of(client, address) == before <= 14


def test_the_list_of_roles_costs_the_same_for_one_and_more(client_of, system_admin, request):
    client = client_of(system_admin)
    before = queries_of(client, url("role_list"))
    for part in ("manager_a", "officer_south", "supervisor"):
        request.getfixturevalue(part)
    assert queries_of(client, url("role_list")) == before <= 14


def names(page):
    return [row.name for row in page.context["page"]]


def test_filters_stand_in_the_address(client_of, leader, organisation_a, organisation_b, township_north, chemicals):
    client, address = client_of(leader), url("organisation_list")
    assert names(client.get(address, {"q": "化工"})) == [organisation_a.name]
    assert names(client.get(address, {"q": organisation_a.credit_code.lower()})) == [organisation_a.name]
    assert names(client.get(address, {"division": township_north.pk})) == [organisation_a.name]
    assert names(client.get(address, {"sector": chemicals.pk})) == [organisation_a.name]
    assert names(client.get(address, {"kind": "office"})) == ["示例县应急管理局"]
    assert len(names(client.get(address, {"kind": "nonsense", "page": "99"}))) == 3
    assert names(client.get(address, {"q": "没有"})) == []


def test_an_officer_cannot_filter_by_a_division_of_others(client_of, officer_north, organisation_a, township_south):
    page = client_of(officer_north).get(url("organisation_list"), {"division": township_south.pk})
    assert names(page) == [organisation_a.name]
    assert str(township_south) not in page.content.decode()


def test_people_are_looked_up_by_post(client_of, manager_a, organisation_a, learner):
    client, address = client_of(manager_a), url("organisation_detail", organisation_a.pk)
    MembershipFactory(user__full_name="周杰", organisation=organisation_a, department="机修", employee_number="B9")
    for q in ("周", "机修", " B9 "):
        page = client.post(address, {"q": q})
        assert [row.user.full_name for row in page.context["page"]] == ["周杰"], q
    assert [row.user for row in client.post(address, {"q": learner.phone}).context["page"]] == [learner]


def test_lists_are_paged(client_of, manager_a, organisation_a):
    MembershipFactory.create_batch(30, organisation=organisation_a)
    client, address = client_of(manager_a), url("organisation_detail", organisation_a.pk)
    assert len(client.get(address).context["page"]) == 25
    assert len(client.get(address, {"page": 2}).context["page"]) == 6


# ── Roles ────────────────────────────────────────────────────────────────────
def test_giving_and_ending_a_role(client_of, system_admin, learner, organisation_a):
    client = client_of(system_admin)
    data = {"person": learner.phone, "role": "org_manager", "organisation": organisation_a.name, "reason": "order 7"}
    assert client.post(url("role_give"), data).url == url("role_list")
    grant = learner.role_grants.get()
    assert grant.organisation == organisation_a
    assert client.post(url("role_end", grant.pk), {"reason": "order 8"}).url == url("role_list")
    assert client.get(url("role_end", grant.pk)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "13000000000"},
        {"organisation": ""},
        {"organisation": "没有的单位"},
        {"role": "leader"},
        {"role": "inspector"},
        {"role": "township_officer"},
        {"reason": ""},
        {"ends_at": "2020-01-01T00:00"},
    ],
)
def test_a_role_that_does_not_fit_is_explained(client_of, system_admin, learner, organisation_a, wrong):
    data = {"person": learner.phone, "role": "org_manager", "organisation": organisation_a.name, "reason": "order 7"}
    response = client_of(system_admin).post(url("role_give"), data | wrong)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not learner.role_grants.exists()


def test_nobody_gives_or_ends_his_own_role_and_auditors_do_not_administer(client_of, system_admin, auditor):
    client = client_of(system_admin)
    own = client.post(url("role_give"), {"person": system_admin.phone, "role": "leader", "reason": "order 7"})
    assert own.context["form"].errors
    both = client.post(url("role_give"), {"person": auditor.phone, "role": "system_admin", "reason": "order 7"})
    assert both.context["form"].errors
    assert client.get(url("role_end", system_admin.role_grants.get().pk)).status_code == 404


def test_the_identity_number_appears_only_after_the_reason(client_of, manager_a, learner):
    number = "11010519491231002X"
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields(number))
    pk = learner.memberships.get().pk
    client = client_of(manager_a)
    for address in (
        url("identity", pk),
        url("member_detail", pk),
        url("organisation_detail", learner.memberships.get().organisation_id),
    ):
        assert number not in client.get(address).content.decode()
    assert number not in client.post(url("identity", pk), {"reason": ""}).content.decode()
    assert number in client.post(url("identity", pk), {"reason": "exam registration"}).content.decode()


def test_resetting_a_second_factor_is_the_system_administrators(client_of, system_admin, leader, manager_a):
    address = url("reset_second_factor", leader.memberships.get().pk)
    client_of(leader)
    assert client_of(manager_a).post(address).status_code == 404
    assert leader.authenticator_set.exists()
    assert client_of(system_admin).post(address).status_code == 302
    assert not leader.authenticator_set.exists()


def test_the_menu_of_work_pages_follows_the_role(client_of, manager_a, learner, organisation_a):
    page = client_of(manager_a).get(url("home")).content.decode()
    assert url("organisation_list") in page
    assert organisation_a.name in page
    assert url("organisation_list") not in client_of(learner).get(url("home")).content.decode()
    assert Client().get(url("home")).status_code == 302


def test_grants_read_once_a_request(client_of, leader):
    user = User.objects.get(pk=leader.pk)
    user.known_grants  # noqa: B018
    services.grant_role(leader, "drill_officer", by=None, now=leader.date_joined, reason="x")
    assert not user.has_role("drill_officer")
    user.refresh_from_db()
    assert user.has_role("drill_officer")


def test_a_manager_elsewhere_cannot_open_the_account_by_adding_its_holder(
    cast, client_of, learner, organisation_b, now
):
    there = MembershipFactory(user=learner, organisation=organisation_b)
    for membership in (there, learner.memberships.exclude(pk=there.pk).get()):
        assert answers(cast, client_of, url("issue_code", membership.pk)) == {"training_officer", "system_admin"}
