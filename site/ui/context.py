"""What every template may ask about the page it stands on. Nothing here reads the database by itself."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from ui.registry import PART_NAMES, house_parts

HTML_LANGUAGES = {"zh-hans": "zh-Hans", "en": "en"}
OWN_NAMES = {"zh-hans": "中文", "en": "EN"}


@dataclass(frozen=True)
class Alternate:
    """The same page in one of our languages."""

    code: str
    html_lang: str
    label: str
    path: str
    url: str  # absolute, without the query
    current: bool


def house(request: HttpRequest) -> dict[str, Any]:
    """The context processor: everything that costs something is lazy."""
    parts = {name: lazy_part(name, request) for name in PART_NAMES if name != "name"}
    code = current_language()
    return {
        "house": parts
        | {
            "name": SimpleLazyObject(lambda: house_parts.make("name", request) or settings.WAGTAIL_SITE_NAME),
            "lang": html_language(code),
            "alternates": SimpleLazyObject(lambda: alternates(request)),
            "other": SimpleLazyObject(lambda: next((one for one in alternates(request) if not one.current), None)),
            "canonical": settings.PUBLIC_URL + request.path,
            "is_wechat": "micromessenger" in request.headers.get("User-Agent", "").lower(),
            "elder": request.GET.get("elder") == "1",
            "elder_on": with_elder(request, "1"),
            "elder_off": with_elder(request, "0"),
        }
    }


def lazy_part(name: str, request: HttpRequest) -> Any:
    return SimpleLazyObject(lambda: house_parts.make(name, request))


def current_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def html_language(code: str) -> str:
    return HTML_LANGUAGES.get(code, code)


def alternates(request: HttpRequest) -> list[Alternate]:
    """The page under the same route in each language; Wagtail pages bring their own translations instead."""
    now = current_language()
    return [alternate(request, code, current=code == now) for code, _name in settings.LANGUAGES]


def alternate(request: HttpRequest, code: str, *, current: bool) -> Alternate:
    path = request.get_full_path() if current else translate_url(request.get_full_path(), code)
    return Alternate(
        code=code,
        html_lang=html_language(code),
        label=OWN_NAMES.get(code, code),
        path=path,
        url=settings.PUBLIC_URL + path.partition("?")[0],
        current=current,
    )


def with_elder(request: HttpRequest, value: str) -> str:
    query = [(key, one) for key, values in request.GET.lists() if key != "elder" for one in values]
    return "?" + urlencode([*query, ("elder", value)])
