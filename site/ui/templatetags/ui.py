"""`{% load ui %}`: icons, QR codes, days and hours as the house writes them."""

import logging
from datetime import date, datetime
from functools import cache
from pathlib import Path

import segno
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ui.clock import local

register = template.Library()
logger = logging.getLogger(__name__)
ICONS = Path(__file__).resolve().parent.parent / "icons"
FIXED_MASK = 2  # five times faster than trying all eight, and every reader reads it


class UnknownIcon(LookupError):
    """No file of that name in ui/icons."""


@cache
def drawing(name: str) -> str:
    path = ICONS / f"{name}.svg"
    if path.parent != ICONS or not path.is_file():
        raise UnknownIcon(name)
    return path.read_text(encoding="utf-8").strip()


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """The drawing inline. An unknown name fails where templates are strict and leaves nothing elsewhere."""
    try:
        svg = drawing(str(name))
    except UnknownIcon:
        if getattr(settings, "STRICT_TEMPLATES", settings.DEBUG):
            raise
        logger.error("unknown icon %r", name)
        return SafeString("")
    if css_class:
        svg = svg.replace('class="icon"', f'class="icon {conditional_escape(css_class)}"', 1)
    return mark_safe(svg)  # noqa: S308  our own files


@register.simple_tag
def qr(url: str) -> SafeString:
    """A QR code of medium error correction as inline SVG, without a style attribute."""
    code = segno.make(str(url), error="m", mask=FIXED_MASK, micro=False, boost_error=False)
    svg = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', _("QR code"), mark_safe(svg))  # noqa: S308


@register.filter(expects_localtime=False)
def day(value: date | datetime | None) -> str:
    """2026-11-23, on the county's calendar."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter(expects_localtime=False)
def moment(value: datetime | None) -> str:
    """2026-11-23 09:40, on the county's clock."""
    return local(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.simple_tag
def page_query(request: HttpRequest, number: int, name: str = "page") -> str:
    """The query string of this page with another page number."""
    query = request.GET.copy()
    query[name] = str(number)
    return "?" + query.urlencode()


@register.filter
def notice_kind(level_tag: str) -> str:
    """Django's message levels in the four kinds of notice there are."""
    return {"error": "danger", "warning": "warning", "success": "success"}.get(level_tag, "info")


@register.filter
def notice_icon(kind: str) -> SafeString:
    return icon({"success": "check"}.get(kind, kind))
