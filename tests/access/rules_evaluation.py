"""Who has to do with the evaluation of a drill of organisation A, which the learner evaluates."""

from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

OFFICE = SIGNED_IN - {"learner"}
SEES_A = frozenset(COUNTY_PARTS) | {"manager_a", "officer_north", "supervisor", "inspector"}
LEADS_A = only("manager_a", "officer_north", "drill_officer")
EVALUATES = only("learner")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, f"evaluation_{name}").pk]


def sheet_of(name: str) -> Callable[[Any], list[Any]]:
    def arguments(scene: Any) -> list[Any]:
        drill = getattr(scene, f"evaluation_{name}")
        return [drill.pk, drill.sheets.order_by("pk").last().pk]

    return arguments


def part_of(scene: Any) -> list[Any]:
    drill = scene.evaluation_planned
    return [drill.pk, drill.sheets.order_by("pk").first().evaluator_id]


def version(scene: Any) -> list[Any]:
    return [scene.form_version.pk]


def empty(scene: Any) -> dict[str, Any]:
    return {}


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "the phone fell into the water"}


def shares(scene: Any) -> dict[str, Any]:
    return {f"share-{scene.form_version.pk}": "100"}


def weights(scene: Any) -> dict[str, Any]:
    return {"section-1": "50", "note": "order 7 of the bureau"}


def value(scene: Any) -> dict[str, Any]:
    return {"item": scene.form_item.pk, "value": "5"}


RULES: Rules = {
    "drills:template_list": (Rule(OFFICE),),
    "drills:template_detail": (Rule(OFFICE, version), Rule(NOBODY, lambda scene: [10**9])),
    "drills:template_weights": (Rule(only("drill_officer"), version, data=weights),),
    "drills:evaluation": (Rule(SEES_A | EVALUATES, pk_of("ended")), Rule(NOBODY, lambda scene: [10**9])),
    "drills:evaluation_begin": (Rule(LEADS_A, pk_of("ended"), method="post"),),
    "drills:evaluation_forms": (Rule(LEADS_A, pk_of("planned"), data=shares),),
    "drills:evaluation_divide": (Rule(LEADS_A, pk_of("planned"), data=empty),),
    "drills:evaluation_assign": (Rule(LEADS_A, part_of, data=empty),),
    "drills:sheets_lock": (Rule(LEADS_A, pk_of("handed_in"), method="post"),),
    "drills:sheet_hand_in_for": (
        Rule(LEADS_A, sheet_of("ended"), data=reason),
        Rule(NOBODY, lambda scene: [scene.evaluation_planned.pk, sheet_of("ended")(scene)[1]], data=reason),
    ),
    "drills:sheet_give_back": (Rule(LEADS_A, sheet_of("handed_in"), data=reason),),
    # The second sheet is that of somebody without an account, the first the learner's own.
    "drills:sheet_paper": (
        Rule(LEADS_A, sheet_of("ended")),
        Rule(
            NOBODY, lambda scene: [scene.evaluation_ended.pk, scene.evaluation_ended.sheets.order_by("pk").first().pk]
        ),
    ),
    "drills:sheet_paper_score": (Rule(LEADS_A, sheet_of("ended"), method="post", data=value),),
    "drills:sheet": (Rule(EVALUATES, pk_of("ended")),),
    "drills:sheet_item": (Rule(EVALUATES, lambda scene: [scene.evaluation_ended.pk, scene.form_item.pk]),),
    "drills:sheet_score": (Rule(EVALUATES, pk_of("ended"), method="post", data=value),),
    "drills:sheet_hand_in": (Rule(EVALUATES, pk_of("ended"), method="post"),),
    # Before the lock there is nothing to compare, and not for those who only look on.
    "drills:reconcile": (Rule(LEADS_A | EVALUATES, pk_of("differing")), Rule(NOBODY, pk_of("handed_in"))),
    "drills:score": (Rule(SEES_A | EVALUATES, pk_of("settled")),),
    "drills:score_release": (Rule(LEADS_A, pk_of("settled"), method="post"),),
    "drills:score_export": (
        Rule(LEADS_A | EVALUATES, pk_of("settled"), method="post"),
        Rule(NOBODY, pk_of("handed_in"), method="post"),
    ),
}
