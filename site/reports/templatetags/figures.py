"""`{% load figures %}`: from a figure to the page of its rows."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html

from reports.lens import Lens
from reports.sentences import Piece

register = template.Library()


@register.simple_tag
def figure_url(name: str, lens: Lens) -> str:
    return reverse("reports:rows", args=[name]) + lens.query


@register.simple_tag
def figure_link(lens: Lens | None, name: str, value: int) -> str:
    """Nothing stands behind a nought, and a line that no address can name is text."""
    if not value or lens is None:
        return str(value)
    return format_html('<a href="{}">{}</a>', figure_url(name, lens), value)


@register.simple_tag
def rows_url(piece: Piece, lens: Lens | None = None, report: Any = None) -> str:
    """Of a figure in a sentence: today's rows through the lens, or those kept with a final report."""
    if report:
        query = f"?{urlencode({'hazard': piece.hazard})}" if piece.hazard else ""
        return reverse("reports:saved_rows", args=[report.pk, piece.figure]) + query
    assert lens is not None
    return figure_url(piece.figure, lens.narrowed(hazard=piece.hazard) if piece.hazard else lens)
