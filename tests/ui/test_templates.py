import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

TEMPLATES = Path(__file__).resolve().parents[2] / "site" / "ui" / "templates"
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
ERRORS = ["ui/400.html", "ui/403.html", "ui/404.html", "ui/500.html", "403_csrf.html"]


def render(name, path="/"):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return render_to_string(name, {}, request)


def test_no_template_of_the_house_has_anything_inline():
    sources = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    assert [name for name, source in sources.items() if INLINE.search(re.sub(r"{%.*?%}", "", source))] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ui/public.html", "ui/work.html", "ui/entrance.html"])
def test_a_rendered_frame_has_one_blocking_script_and_nothing_inline(name):
    html = render(name)
    assert not INLINE.search(html)
    scripts = re.findall(r"<script[^>]*>", html)
    assert [("defer" in script, "prefs.js" in script) for script in scripts] == [(False, True), (True, False)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ui/public.html", "ui/work.html", "ui/entrance.html"])
def test_every_frame_offers_large_print_the_other_language_and_a_way_past_the_menu(name):
    html = render(name)
    assert 'href="?elder=1" data-elder-on' in html
    assert 'hreflang="en">EN</a>' in html
    assert '<a class="skip" href="#main">' in html
    assert 'id="main"' in html
    assert '<html lang="zh-Hans">' in html


@pytest.mark.django_db
def test_large_print_needs_no_script():
    assert '<html lang="zh-Hans" data-elder>' in render("ui/public.html", "/?elder=1")


@pytest.mark.django_db
def test_the_footer_has_the_numbers_to_call():
    assert re.findall(r'href="tel:(\d+)"', render("ui/public.html")) == ["119", "120", "110", "12345", "12350"]


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize(("language", "lang", "home"), [("zh-hans", "zh-Hans", "/"), ("en", "en", "/en/")])
def test_an_error_page_stands_without_request_database_or_context(name, language, lang, home):
    with override(language):
        html = render_to_string(name)
    assert f'<html lang="{lang}">' in html
    assert f'<a class="btn btn-primary" href="{home}">' in html
    assert not INLINE.search(html)
