"""`{% load lessons %}`: the text of a lesson, durations and sizes in words."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from learning import rendering, wording

register = template.Library()
register.filter("duration", wording.duration)
register.filter("megabytes", wording.megabytes)


@register.filter
def lesson_html(text: str) -> SafeString:
    return mark_safe(rendering.lesson_html(text))  # noqa: S308  escaped there, character by character
