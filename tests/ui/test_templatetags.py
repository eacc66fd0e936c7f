import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import segno
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from duties.vocabulary import Hazard
from ui.templatetags.ui import ICONS, UnknownIcon

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = ("enterprise", "school", "office", "community", "village", "family", "public-place")


def render(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_inlined_with_the_class_asked_for():
    plain = (ICONS / "phone.svg").read_text(encoding="utf-8").strip()
    assert render('{% icon "phone" %}') == plain
    assert render('{% icon "phone" "big" %}') == plain.replace('class="icon"', 'class="icon big"')


def test_the_class_of_an_icon_is_escaped():
    assert '"><script>' not in render('{% icon "phone" css %}', css='"><script>')


@pytest.mark.parametrize("name", ["no-such-icon", "../apps", ""])
def test_an_unknown_icon_fails_where_templates_are_strict(settings, name):
    settings.STRICT_TEMPLATES = True
    with pytest.raises(UnknownIcon):
        render("{% icon name %}", name=name)


def test_an_unknown_icon_leaves_nothing_on_a_public_page(settings):
    settings.STRICT_TEMPLATES = False
    assert render('{% icon "no-such-icon" %}') == ""


def test_every_icon_named_in_a_template_exists():
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in [*ROOT.glob("site/*/templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert {(path, name) for path, name in named if not (ICONS / f"{name}.svg").is_file()} == set()


def test_every_hazard_and_entry_has_its_drawing():
    wanted = {"hazard-" + value.replace("_", "-") for value in Hazard.values} | {f"entry-{code}" for code in ENTRIES}
    assert {name for name in wanted if not (ICONS / f"{name}.svg").is_file()} == set()


def test_icons_carry_no_colours_or_styles_of_their_own():
    for path in ICONS.glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert 'class="icon"' in svg, path.name
        assert not re.search(r"style=|<style|<script|href|#[0-9a-fA-F]{3}", svg), path.name


def test_a_qr_code_draws_the_modules_of_the_address():
    url = "https://example.test/v/ABC"
    html = render("{% qr url %}", url=url)
    expected = segno.make(url, error="m", mask=2, micro=False, boost_error=False)
    assert expected.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None) in html
    assert "style" not in html


def test_days_and_moments_are_written_by_the_county_clock():
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert render("{{ at|day }} {{ at|moment }}", at=late) == "2026-11-23 2026-11-23 00:30"
    assert render("{{ on|day }}|{{ none|day }}|{{ none|moment }}", on=date(2026, 1, 2), none=None) == "2026-01-02||"


def test_pagination_keeps_the_rest_of_the_query():
    request = RequestFactory().get("/list/", {"q": "燃气", "page": "2"})
    source = '{% include "ui/parts/pagination.html" %}'
    html = render(source, request=request, page_obj=Paginator(range(60), 20).page(2))
    assert re.findall(r'href="([^"]+)"', html) == [
        "?q=%E7%87%83%E6%B0%94&amp;page=1",
        "?q=%E7%87%83%E6%B0%94&amp;page=3",
    ]


def test_one_page_has_no_pagination():
    html = render(
        '{% include "ui/parts/pagination.html" %}',
        request=RequestFactory().get("/"),
        page_obj=Paginator(range(3), 20).page(1),
    )
    assert html.strip() == ""
