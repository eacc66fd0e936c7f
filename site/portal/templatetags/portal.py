"""`{% load portal %}`: what Wagtail pages know and the shared templates do not."""

import re

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal import addresses
from portal.models import LibraryPage
from ui.context import Alternate, alternate, current_language, html_language

register = template.Library()
HAN = re.compile(r"[\u3400-\u9fff]")
PURPOSES = {
    "119": _("Fire, rescue"),
    "120": _("Ambulance"),
    "110": _("Police"),
    "12345": _("Government hotline"),
    "12350": _("Report a work hazard"),
}


@register.simple_tag
def address(page: Page | None) -> str:
    return addresses.address(page) if page else ""


@register.filter
def in_its_language(words: str) -> str:
    """Chinese words on a page of another language say so, for whoever hears the page."""
    if HAN.search(words) and current_language() != settings.LANGUAGE_CODE:
        return format_html('<span lang="zh-Hans">{}</span>', words)
    return words


@register.simple_tag(takes_context=True)
def library(context: Context) -> Page | None:
    """The library in the reader's language: mostly it stands in the menu, which is read anyway."""
    language = current_language()
    in_menu = (page for page in addresses.sections(context["request"], language) if page.specific_class is LibraryPage)
    found = LibraryPage.objects.live().filter(locale__language_code=language).select_related("locale")
    return next(in_menu, None) or found.first()


@register.simple_tag(takes_context=True)
def languages_of(context: Context, page: Page) -> list[Alternate]:
    """The page in each language it has; a preview asks nobody."""
    now = current_language()
    codes = [code for code, _name in settings.LANGUAGES if code == now or getattr(page, "translated", False)]
    return [alternate(context["request"], code, current=code == now) for code in codes]


@register.filter
def other(alternates: list[Alternate]) -> Alternate | None:
    return next((one for one in alternates if not one.current), None)


@register.filter
def content_language(page: Page) -> str:
    """The language the text itself is written in: an alias stands in with the Chinese text."""
    return "zh-Hans" if page.alias_of_id else html_language(page.locale.language_code)


@register.filter
def dial(numbers: list[str]) -> list[tuple[str, str]]:
    """Each number with what it is for, where everybody in the country knows it under one name."""
    return [(number, str(PURPOSES.get(number, ""))) for number in numbers]
