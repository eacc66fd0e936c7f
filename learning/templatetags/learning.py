"""`{% load learning %}`: a standing in words and colours."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from learning import sheets
from learning.standing import State

register = template.Library()
TAGS = {
    State.NOT_BEGUN: "tag-off",
    State.LEARNING: "tag-wait",
    State.EXAM_DUE: "tag-wait",
    State.DONE: "tag-ok",
}


@register.filter
def state_name(state: str) -> str:
    return sheets.state_name(state)


@register.filter
def state_tag(state: str) -> str:
    return TAGS[State(state)]


@register.filter
def score(outcome: Any) -> str:
    return sheets.score(outcome)


@register.simple_tag
def sorted_by(sort: str, name: str) -> SafeString | str:
    """For the head of a column: how the list is sorted, said to those who cannot see it."""
    if sort.removeprefix("-") != name:
        return ""
    return format_html(' aria-sort="{}"', "descending" if sort.startswith("-") else "ascending")


@register.filter
def learn_url(task: Any) -> str:
    """The next lesson; with all of them finished and hours still missing, the course again."""
    if task.next_lesson:
        return reverse("learning:lesson", args=[task.enrolment.pk, task.next_lesson.pk])
    return reverse("learning:lessons", args=[task.enrolment.pk])
