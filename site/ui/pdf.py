"""Documents on paper: a template rendered by WeasyPrint, in Chinese, from nothing but our own files."""

import mimetypes
import shutil
import subprocess
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils.translation import override

BASE_URL = "http://house.invalid/"  # a name that can never resolve: what it means is decided below


class NoChineseFont(ImproperlyConfigured):
    """WeasyPrint prints boxes without such a font, and without any font at all it takes the process with it."""


class NoGlyph(ImproperlyConfigured):
    """No installed font has a character of the text: a box would be printed in somebody's name."""


class RefusedFetch(ValueError):
    """The document asks for a file that is not ours or not there."""


def render_pdf(template: str, context: Mapping[str, Any], *, language: str = "zh-hans") -> bytes:
    """The template as a tagged PDF. Addresses in it: data:, or our static files as `{% static %}` writes them."""
    require_chinese_font()
    weasyprint, fonts, fetcher, fatal = engine()
    with override(language):
        markup = render_to_string(template, dict(context))
    document = weasyprint.HTML(string=markup, base_url=BASE_URL, url_fetcher=fetcher)
    try:
        return document.write_pdf(font_config=fonts, pdf_tags=True)
    except fatal as error:  # a BaseException, lest WeasyPrint print the page without its picture
        raise RefusedFetch(str(error)) from error


@cache
def require_chinese_font() -> None:
    """Raise unless fontconfig knows a font for Simplified Chinese."""
    tool = shutil.which("fc-list")
    if not tool:
        raise NoChineseFont("fontconfig is missing (fc-list): install the packages fontconfig and fonts-noto-cjk")
    # No input of anybody reaches this command.
    found = subprocess.run([tool, ":lang=zh-cn", "family"], capture_output=True, text=True, check=True)
    if not found.stdout.strip():
        raise NoChineseFont("no font for Chinese is installed: install the package fonts-noto-cjk")


def require_characters(text: str) -> None:
    """Raise unless each character is in an installed font; WeasyPrint takes any font that has it."""
    missing = [f"U+{ord(char):04X}" for char in sorted(set(text)) if not char.isspace() and not is_printable(char)]
    if missing:
        raise NoGlyph(f"no installed font has {', '.join(missing)}: install one that does, fonts-hanazono for example")


@cache
def is_printable(char: str) -> bool:
    """A private character is drawn by one font as an arrow and by the next as a box: in no name is it printable."""
    require_chinese_font()
    if unicodedata.category(char) == "Co":
        return False
    tool = shutil.which("fc-list") or ""
    # One code point in hexadecimal digits: no input of anybody reaches this command as it was typed.
    found = subprocess.run([tool, f":charset={ord(char):x}", "family"], capture_output=True, text=True, check=True)
    return bool(found.stdout.strip())


@cache
def engine() -> tuple[Any, Any, Any, type[BaseException]]:
    """WeasyPrint, one shared FontConfiguration (each further one holds on to its memory), our fetcher, its refusal."""
    import weasyprint  # noqa: PLC0415  loads Pango: half a second and 60 MB that a web process can do without
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class HouseFetcher(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            try:
                path = static_file(url)
            except RefusedFetch as error:
                raise FatalURLFetchingError(str(error)) from error
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return weasyprint, FontConfiguration(), HouseFetcher(allowed_protocols={"data"}), FatalURLFetchingError


def static_file(url: str) -> Path:
    """The file behind the static address; everything else is refused, the network above all."""
    prefix = urlsplit(settings.STATIC_URL).path
    name = unquote(urlsplit(url).path)
    if not url.startswith(BASE_URL) or not name.startswith(prefix):
        raise RefusedFetch(f"a document may not fetch {url}")
    name = name.removeprefix(prefix)
    found = finders.find(name)
    if not found and settings.STATIC_ROOT:
        root = Path(settings.STATIC_ROOT).resolve()
        collected = (root / name).resolve()
        found = str(collected) if collected.is_relative_to(root) and collected.is_file() else None
    if not found:
        raise RefusedFetch(f"there is no static file {name}")
    return Path(found)
