import re

import pytest
from django.urls import reverse

from people.role_permissions import ROLE_PERMISSIONS
from ui.templatetags.ui import ICONS
from ui.tokens import read_tokens

ADDRESS = "/styleguide/"


@pytest.fixture(autouse=True)
def editors_may_look(monkeypatch):
    monkeypatch.setitem(ROLE_PERMISSIONS, "editor", ROLE_PERMISSIONS["editor"] | {"ui.view_styleguide"})


def test_a_stranger_is_asked_to_sign_in(client):
    response = client.get(ADDRESS)
    assert (response.status_code, response.url) == (302, f"{reverse('account_login')}?next={ADDRESS}")


def test_a_learner_finds_no_style_guide(client_of, learner):
    assert client_of(learner).get(ADDRESS).status_code == 404


@pytest.mark.parametrize("address", [ADDRESS, "/en/styleguide/"])
def test_the_style_guide_shows_every_token_and_every_icon(client_of, editor, address):
    html = client_of(editor).get(address).content.decode()
    shown = set(re.findall(r"<code[^>]*>([^<]+)</code>", html))
    assert set(read_tokens().colours()) | set(read_tokens().steps) <= shown
    assert {path.stem for path in ICONS.glob("*.svg")} <= shown
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)


def test_the_style_guide_shows_every_class_of_component(client_of, editor):
    html = client_of(editor).get(ADDRESS).content.decode()
    shown = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    wanted = {
        "btn-primary", "btn-danger", "tag-late", "notice-warning", "hero", "search", "now", "tiles", "topics",
        "list", "aside",
        "steps", "warn", "tip", "pair", "law", "call-first", "listen", "share", "question", "option",
        "option-right", "explain",
        "form-control", "form-select", "form-check-input", "drop", "dialog", "figs", "filters", "table-wrap", "pages",
        "card-next", "more", "facts", "qr", "stages", "empty", "night", "clock",
    }  # fmt: skip
    assert wanted - shown == set()


def test_the_style_guide_leads_to_the_other_language_and_to_large_print(client_of, editor):
    html = client_of(editor).get(ADDRESS).content.decode()
    assert 'href="/en/styleguide/"' in html
    assert '<html lang="zh-Hans" data-elder>' in client_of(editor).get(ADDRESS + "?elder=1").content.decode()
