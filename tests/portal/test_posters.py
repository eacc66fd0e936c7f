"""A poster on the page, as PDF and as drawing."""

import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pypdfium2
import pytest
import segno
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow
from wagtail.models import Collection, Locale

from media.models import Image
from portal import drawings, poster_sheet, posters
from portal.models import Masthead, PosterPage
from portal.views import posters as views
from tests.portal.factories import make_home, make_library, make_poster
from ui.pdf import is_printable
from ui.templatetags.ui import FIXED_MASK

pytestmark = pytest.mark.django_db

MM = 25.4 / 72
SVG = "{http://www.w3.org/2000/svg}"
EVIL = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"
onload="x()">
<script>x()</script><foreignObject/><image xlink:href="http://example.com/a.png"/><use href="#a"/>
<style>@import url(http://example.com/a.css);</style><a href="http://example.com/"><path d="M0 0h1z"/></a>
<g onclick="x()"><path fill="url(http://example.com/b)" d="M1 1h7v7z"/><path fill="url(#c)" d="M2 2h1z"/></g></svg>"""


@pytest.fixture
def library() -> Any:
    cache.clear()
    return make_library(make_home())


@pytest.fixture
def poster(library: Any) -> PosterPage:
    return make_poster(library)


def pdf_of(client: Client, poster: PosterPage, size: str) -> bytes:
    return client.get(reverse("portal:poster_pdf", args=[poster.pk, size])).content


def drawing_of(client: Client, poster: PosterPage) -> ET.Element:
    return ET.fromstring(client.get(reverse("portal:poster_svg", args=[poster.pk])).content)


def make_image(content: bytes, name: str) -> Image:
    if Collection.get_first_root_node() is None:  # made by Wagtail's migrations, which the suite does without
        Collection.add_root(name="Root")
    image = Image(title=name)
    image.file = ContentFile(content, name=name)
    image.save()
    return image


# ── The PDF ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("size", "millimetres"), [("a3", (297, 420)), ("a4", (210, 297))])
def test_the_pdf_is_one_sheet_of_the_size_it_is_named_after(client, poster, size, millimetres) -> None:
    (page,) = pypdf.PdfReader(io.BytesIO(pdf_of(client, poster, size))).pages
    assert (round(float(page.mediabox.width) * MM), round(float(page.mediabox.height) * MM)) == millimetres
    text = re.sub(r"\s", "", page.extract_text())
    for words in ("不碰开关", "人到屋外", "手停住，不碰开关", "灯不开也不关，插头不拔", "马上出门喊人", "119", "120"):
        assert words in text


def test_the_pdf_prints_no_box_instead_of_a_letter(client, poster) -> None:
    (page,) = pypdf.PdfReader(io.BytesIO(pdf_of(client, poster, "a4"))).pages
    text = page.extract_text()
    assert [char for char in text if not char.isspace() and not is_printable(char)] == []
    written = poster.headline + poster.danger + "".join(step.value["action"] for step in poster.steps)
    assert set(written) - {"，"} - set(text) == set()


@pytest.mark.parametrize("size", ["a3", "a4"])
def test_the_code_on_the_printed_sheet_is_the_address_of_the_page(client, poster, settings, size) -> None:
    """Each module of the print is compared with the code of the address: a phone could read no other."""
    code = segno.make(f"{settings.PUBLIC_URL}/library/{poster.slug}/", error="m", mask=FIXED_MASK, boost_error=False)
    rows = [list(row) for row in code.matrix]
    sheet = pypdfium2.PdfDocument(pdf_of(client, poster, size))[0].render(scale=4).to_pil().convert("L")
    one = sheet.width / poster_sheet.WIDTH
    foot = poster_sheet.BOTTOM - poster_sheet.FOOT
    module = poster_sheet.CODE / (len(rows) + 2 * drawings.MARGIN_OF_CODE)

    def dark(row: int, column: int) -> bool:
        x = poster_sheet.RIGHT - poster_sheet.CODE + (column + drawings.MARGIN_OF_CODE + 0.5) * module
        y = foot + (row + drawings.MARGIN_OF_CODE + 0.5) * module
        return sheet.getpixel((int(x * one), int(y * one))) < 128

    assert [[int(dark(r, c)) for c in range(len(rows))] for r in range(len(rows))] == rows


# ── The drawing ──────────────────────────────────────────────────────────────
def test_the_drawing_is_measured_in_millimetres_and_its_text_is_text(client, poster) -> None:
    root = drawing_of(client, poster)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("297mm", "420mm", "0 0 297 420")
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts[:2] == ["不碰开关", "人到屋外"]
    assert "Noto Sans CJK SC" in (root.get("font-family") or "")


def test_the_drawing_needs_no_other_file(client, poster) -> None:
    answer = client.get(reverse("portal:poster_svg", args=[poster.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert re.findall(r'(?:href|src)="(?!data:)|url\((?!#)|@import', answer.content.decode()) == []


def test_the_organiser_of_the_masthead_stands_on_it(client, poster) -> None:
    Masthead.objects.create(site=poster.get_site(), organiser="北岭县应急管理局")
    texts = [element.text or "" for element in drawing_of(client, poster).iter(f"{SVG}text")]
    assert [text for text in texts if "北岭县应急管理局" in text] != []


def test_what_could_run_or_fetch_is_left_out_of_an_editors_drawing(client, library) -> None:
    poster = make_poster(library, illustration=make_image(EVIL.encode(), "evil.svg"))
    drawn = client.get(reverse("portal:poster_svg", args=[poster.pk])).content.decode()
    assert 'd="M1 1h7v7z"' in drawn
    assert "url(#c)" in drawn
    assert re.findall(r"script|foreignObject|example\.com|onload|onclick|@import|href", drawn) == []
    assert pdf_of(client, poster, "a4").startswith(b"%PDF")


def test_a_photograph_travels_inside_the_file(client, library) -> None:
    content = io.BytesIO()
    Pillow.new("RGB", (90, 60), "#c00").save(content, "PNG")
    poster = make_poster(library, illustration=make_image(content.getvalue(), "red.png"))
    (image,) = drawing_of(client, poster).iter(f"{SVG}image")
    assert (image.get("href") or "").startswith("data:image/jpeg;base64,")
    sheet = pypdfium2.PdfDocument(pdf_of(client, poster, "a4"))[0].render(scale=1).to_pil()
    assert sheet.getpixel((sheet.width // 2, int(sheet.height * 0.45)))[0] > 180


def test_a_broken_picture_leaves_the_rest_of_the_poster(client, library) -> None:
    image = make_image(EVIL.encode(), "broken.svg")
    Path(image.file.path).write_bytes(b"<svg")
    poster = make_poster(library, illustration=image)
    assert "不碰开关" in [element.text for element in drawing_of(client, poster).iter(f"{SVG}text")]


# ── Asked again and again ────────────────────────────────────────────────────
def test_who_has_it_already_is_told_so(client, poster) -> None:
    for url in (reverse("portal:poster_pdf", args=[poster.pk, "a4"]), reverse("portal:poster_svg", args=[poster.pk])):
        first = client.get(url)
        assert first["Last-Modified"]
        again = client.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")


def test_a_sheet_is_printed_once_a_wording(client, poster, monkeypatch) -> None:
    printed = []
    monkeypatch.setattr(posters, "render_pdf", lambda *args, **kwargs: printed.append(args) or b"%PDF")
    for _time in range(3):
        pdf_of(client, poster, "a4")
    assert len(printed) == 1
    poster.danger = "快走。"
    poster.save_revision().publish()
    pdf_of(client, poster, "a4")
    assert len(printed) == 2


def test_an_address_that_asks_for_ever_new_sheets_is_told_to_wait(client, poster, monkeypatch) -> None:
    monkeypatch.setattr(views, "MOST_NEW", 1)
    assert client.get(reverse("portal:poster_pdf", args=[poster.pk, "a4"])).status_code == 200
    refused = client.get(reverse("portal:poster_pdf", args=[poster.pk, "a3"]))
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert client.get(reverse("portal:poster_pdf", args=[poster.pk, "a4"])).status_code == 200  # it is kept


def test_a_kept_sheet_costs_few_queries(client, poster, django_assert_max_num_queries) -> None:
    url = reverse("portal:poster_pdf", args=[poster.pk, "a4"])
    client.get(url)
    with django_assert_max_num_queries(4):
        assert client.get(url).status_code == 200


def test_a_withdrawn_poster_is_nobodys(client, poster) -> None:
    poster.unpublish()
    assert client.get(reverse("portal:poster_svg", args=[poster.pk])).status_code == 404
    assert client.get(reverse("portal:poster_pdf", args=[poster.pk, "a4"])).status_code == 404


# ── The page ─────────────────────────────────────────────────────────────────
def test_the_page_shows_the_sheet_and_the_ways_to_take_it(client, poster) -> None:
    html = client.get(f"/library/{poster.slug}/").content.decode()
    assert (
        '<h1 class="poster-headline" data-listen-text><span><span>不碰开关</span><span>人到屋外</span></span></h1>'
        in html
    )
    for url in (f"/posters/{poster.pk}/a3.pdf", f"/posters/{poster.pk}/a4.pdf", f"/posters/{poster.pk}/poster.svg"):
        assert f'href="{url}"' in html
    assert 'href="tel:119"' in html


def test_the_library_shows_posters_by_themselves_and_the_search_finds_them(client, library, poster) -> None:
    page = client.get("/library/", {"kind": "poster"})
    assert [piece.pk for piece in page.context["sheet"]] == [poster.pk]
    found = client.get("/search/", {"q": "插头不拔"}).context["found"]
    assert [(one.page.pk, one.kind) for one in found] == [(poster.pk, "海报")]


def test_the_english_page_says_that_it_is_chinese_and_prints_the_chinese_sheet(client) -> None:
    home = make_home()
    library = make_library(home)
    english = Locale.objects.create(language_code="en")
    home.copy_for_translation(english).save_revision().publish()
    library.copy_for_translation(english).save_revision().publish()
    poster = make_poster(library)
    html = client.get(f"/en/library/{poster.slug}/").content.decode()
    assert "not translated yet" in html
    assert f"/en/posters/{poster.pk}/a3.pdf" in html
    assert '<div class="poster" lang="zh-Hans">' in html
