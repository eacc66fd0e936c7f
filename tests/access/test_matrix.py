"""The URL configuration × the cast."""

from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, include, path, resolve, reverse

from exams.models import Question, QuestionBank
from people.models import User
from tests.access.matrix import (
    EVERYBODY,
    FORBIDDEN,
    IN,
    NOTHING,
    SIGN_IN,
    TURNED_AWAY,
    Rule,
    addresses,
    ask,
    dead_ends,
    faults,
    governing,
    only,
    outdated,
    unruled,
)
from tests.access.rules import ACCOUNT, DESK, FOREIGN, PEOPLE, RECORDS, RULES
from tests.cast import PARTS, give_second_factor
from tests.people.factories import UserFactory

OPEN_ICONS = {"wagtailadmin_javascript_catalog", "wagtailadmin_sprite"}  # Wagtail's own words and icons
REFUSED = {TURNED_AWAY, FORBIDDEN, NOTHING}


# ── Every address has a rule ─────────────────────────────────────────────────
def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    assert unruled(addresses(), RULES, FOREIGN) == []
    assert outdated(addresses(), RULES, FOREIGN) == []


def leak(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody may read this")


def with_leak() -> list[Any]:
    """The product's addresses and, before them, some that nobody thought about."""
    inner = include(([path("all/", leak, name="all")], "secret"))
    more = [path("forgotten/", leak, name="forgotten"), path("nameless/", leak), path("secret/", inner)]
    return [*more, *get_resolver().url_patterns]


def test_a_view_without_a_rule_is_seen() -> None:
    assert unruled(addresses(with_leak()), RULES, FOREIGN) == ["forgotten", "nameless/", "secret:all"]


def test_a_snippet_that_nobody_thought_about_is_seen() -> None:
    inner = include(([path("", leak, name="list")], "wagtailsnippets_people_membership"))
    assert unruled(addresses([path("admin/snippets/", inner)]), RULES, FOREIGN) == [
        "wagtailsnippets_people_membership:list"
    ]


def test_a_rule_for_an_address_that_is_gone_is_seen() -> None:
    gone = (Rule(EVERYBODY),)
    assert outdated(addresses(), RULES | {"people:gone": gone}, {**FOREIGN, "wagtailgone:": DESK}) == [
        "people:gone",
        "wagtailgone:",
    ]


def test_a_view_that_forgets_to_ask_who_comes_is_seen(scene: Any, enter: Any, settings: Any) -> None:
    leaky = ModuleType("leaky")
    leaky.urlpatterns = with_leak()  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = leaky
    said = [list(faults(part, enter(part), scene, {"forgotten": (Rule(only("auditor")),)})) for part in PARTS]
    assert {part for part, faulty in zip(PARTS, said, strict=True) if faulty} == EVERYBODY - {"auditor"}


# ── Everybody opens what the rules say ───────────────────────────────────────
@pytest.mark.parametrize("part", PARTS)
def test_everybody_opens_what_the_rules_say(part: str, scene: Any, enter: Any) -> None:
    assert "\n".join(faults(part, enter(part), scene, RULES)) == ""


@pytest.mark.parametrize("part", ["stranger", "manager_b", "leader"])
def test_the_english_addresses_are_guarded_alike(part: str, scene: Any, enter: Any) -> None:
    client = enter(part)
    assert "\n".join(faults(part, client, scene, ACCOUNT | PEOPLE | RECORDS, "en")) == ""
    assert ask(client, "get", "/en/account/inactive/").language == "en"


@pytest.mark.looks
@pytest.mark.timeout(900)  # hundreds of pages
@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_shown_opens(part: str, scene: Any, enter: Any) -> None:
    """No list, menu or card leads where its reader is refused."""
    start = "account_login" if part == "stranger" else "people:home"
    assert "\n".join(dead_ends(enter(part), start)) == ""


# ── Wagtail's admin ──────────────────────────────────────────────────────────
def admin_addresses(*, plain: bool) -> dict[str, str]:
    """Names and example paths of what stands below /admin/ and has no rule of its own."""
    ruled = {address.name for address in addresses() if address.name in RULES}
    below = [address for address in addresses() if address.route.startswith("admin/") and address.name not in ruled]
    return {address.name: address.example for address in below if address.plain is plain}


def asked(client: Client, paths: dict[str, str]) -> dict[str, str]:
    """What each of the names answers; the page that fails on purpose is left alone."""
    return {name: ask(client, "get", url).word for name, url in paths.items() if name != "wagtailadmin_error_test"}


def test_the_examples_lead_where_they_should() -> None:
    paths = admin_addresses(plain=True) | admin_addresses(plain=False)
    named = {name: url for name, url in paths.items() if "/" not in name}
    assert {name: resolve(url).view_name for name, url in named.items()} == {name: name for name in named}
    assert len(named) > 200


@pytest.mark.parametrize("part", [part for part in PARTS if part not in DESK])
def test_nobody_enters_the_admin_but_who_works_at_its_desk(part: str, scene: Any, enter: Any) -> None:
    words = asked(enter(part), admin_addresses(plain=True))
    wanted = SIGN_IN if part == "stranger" else NOTHING
    others = {name: word for name, word in words.items() if word != wanted}
    if part == "stranger":  # what nobody has is not told apart from what he has not
        assert {name for name, word in others.items() if word == IN} == OPEN_ICONS
        closed = {name for name, word in others.items() if word == NOTHING}
        assert closed == {name for name in words if name.startswith("wagtailadmin_password_reset")}
    else:
        assert others == {}


@pytest.mark.parametrize("part", ["stranger", "learner", "leader"])
def test_nor_by_an_address_with_arguments(part: str, scene: Any, enter: Any) -> None:
    words = asked(enter(part), admin_addresses(plain=False))
    assert words.pop("wagtailadmin_password_reset_confirm") == NOTHING
    assert set(words.values()) == {SIGN_IN if part == "stranger" else NOTHING}


@pytest.mark.parametrize("part", sorted(DESK))
def test_at_the_desk_each_opens_what_is_his(part: str, scene: Any, enter: Any) -> None:
    words = asked(enter(part), admin_addresses(plain=True))
    opens = {name: part in FOREIGN[governing(name, FOREIGN) or ""] for name in words}
    refused = {name for name, word in words.items() if word in REFUSED}
    # An address that wants a question in its query answers 404 without it; nobody is refused there.
    unasked = {name for name in words if name.endswith(":find") or name == "wagtailadmin_block_preview"}
    assert sorted(name for name in words if opens[name] and name in refused - unasked) == []
    assert sorted(name for name in words if not opens[name] and name not in refused) == []
    assert words["wagtailadmin_home"] == IN


def test_a_superuser_enters_with_the_second_factor_only(scene: Any, client_of: Any) -> None:
    """The product makes none; `createsuperuser` could."""
    person = UserFactory(is_superuser=True)
    bare = Client()
    bare.force_login(person, backend="people.backends.IdentifierBackend")
    assert bare.get("/admin/").url == reverse("mfa_activate_totp")
    give_second_factor(person)
    assert ask(client_of(User.objects.get(pk=person.pk)), "get", "/admin/").word == IN


# ── What a list leaves out, its detail refuses ───────────────────────────────
def test_a_published_page_is_for_everybody(scene: Any, enter: Any) -> None:
    """Lists and the search show it, so an editor cannot keep it from some."""
    address = reverse("wagtailadmin_pages:set_privacy", args=[scene.article.pk])
    for kind in ("login", "password", "groups"):
        enter("editor").post(address, {"restriction_type": kind, "password": "x"})
    assert not scene.article.get_view_restrictions().exists()
    assert ask(Client(), "get", scene.article.url).word == IN


def test_questions_of_an_organisation_are_not_to_be_had_through_the_chooser(scene: Any, enter: Any) -> None:
    bank = QuestionBank.objects.create(name="企业题库", organisation=scene.organisation_a)
    question = Question.objects.create(bank=bank, key="own-question")
    client, name = enter("editor"), "wagtailsnippetchoosers_exams_question"
    assert ask(client, "get", reverse(f"{name}:chosen", args=[question.pk])).word == NOTHING
    for one in ("choose", "choose_results", "chosen_multiple"):
        assert "own-question" not in client.get(reverse(f"{name}:{one}"), {"id": question.pk}).content.decode()
