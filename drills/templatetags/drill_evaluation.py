"""`{% load drill_evaluation %}`: values, points and grades as they are read."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import pgettext

from drills.evaluation_rules import NOT_APPLICABLE, NOT_OBSERVED, VALUES, Standing, rounded
from drills.models import EvaluationSheet, ItemScore

register = template.Library()
State = EvaluationSheet.State


@register.simple_tag
def score_values() -> list[tuple[str, str, str]]:
    """Every value with what stands large on its button and what stands small below it."""
    return [(value, *parts(value)) for value in VALUES]


def parts(value: str) -> tuple[str, str]:
    number, _dot, word = str(ItemScore.Value(value).label).partition(" · ")
    return number, word


@register.filter
def value_name(value: str) -> str:
    """ "3 · fair"; nothing for no value."""
    return str(ItemScore.Value(value).label) if value in VALUES else ""


@register.filter
def counts_as(standing: Standing) -> str:
    """What an item goes into the score with: points of five, or why with none."""
    if standing.points is not None:
        return plain(standing.points)
    if not standing.decided:
        return pgettext("score", "no value")
    alike = set(standing.decided) == {NOT_APPLICABLE}
    return value_name(NOT_APPLICABLE if alike else NOT_OBSERVED)


def plain(points: Fraction) -> str:
    """3, 3.5, 3.67: no noughts at the end."""
    told = rounded(points) or Decimal(0)
    return f"{told.normalize():f}"


@register.filter
def grade_name(grade: str) -> str:
    """The grades are kept in Chinese: they are printed on Chinese papers."""
    return {
        "优": pgettext("grade", "excellent"),
        "良": pgettext("grade", "good"),
        "中": pgettext("grade", "fair"),
        "差": pgettext("grade", "poor"),
    }.get(grade, grade)


@register.filter
def sheet_tag(state: str) -> str:
    return {State.DRAFT: "tag-wait", State.SUBMITTED: "tag-ok", State.LOCKED: "tag-off"}[State(state)]


@register.filter
def told_of(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")
