from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}
OFFICERS = only("training_officer", "exam_officer")
HOLDS_A = OFFICERS | {"manager_a"}


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def minutes(scene: Any) -> dict[str, Any]:
    return reason(scene) | {"minutes": "10"}


def empty(scene: Any) -> dict[str, Any]:
    return {}


def draft(scene: Any) -> dict[str, Any]:
    opens = timezone.localtime() + timedelta(hours=1)
    return {
        "title": "changed",
        "organisation": scene.organisation_a.pk,
        "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "closes_at": f"{opens + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "duration_minutes": "30",
        "pass_percent": "80",
        "attempts": "2",
        "parts-TOTAL_FORMS": "1",
        "parts-INITIAL_FORMS": "0",
        "parts-0-bank": scene.exam_bank.pk,
        "parts-0-kind": "single",
        "parts-0-count": "3",
        "parts-0-points": "10",
    }


def whole_organisation(scene: Any) -> dict[str, Any]:
    return {"organisation": scene.organisation_a.pk, "admit": "1"}


# A's own exam, and the bureau's, which a learner of B sits: B sees how he stands, and touches nothing.
OF_BOTH = (Rule(SEES_A, pk_of("exam_a")), Rule(SEES_B, pk_of("exam_county")))


def granted(data: Callable[[Any], dict[str, Any]], method: str = "get") -> tuple[Rule, ...]:
    return (
        Rule(HOLDS_A, pk_of("candidate_ready"), data=data, method=method),
        Rule(OFFICERS, pk_of("candidate_b"), data=data, method=method),
    )


RULES: Rules = {
    "exams:exam_list": (Rule(SIGNED_IN - {"learner"}),),
    "exams:exam_new": (Rule(HOLDS_A | {"manager_b"}),),
    "exams:exam_detail": (*OF_BOTH, Rule(SEES_A, pk_of("draft_a")), Rule(COUNTY, pk_of("draft_county"))),
    "exams:exam_edit": (Rule(HOLDS_A, pk_of("draft_a"), data=draft), Rule(OFFICERS, pk_of("draft_county"))),
    "exams:exam_publish": (Rule(HOLDS_A, pk_of("draft_a"), data=empty), Rule(OFFICERS, pk_of("draft_county"))),
    "exams:exam_withdraw": (
        Rule(HOLDS_A, pk_of("exam_a"), data=reason),
        Rule(OFFICERS, pk_of("exam_county"), data=reason),
    ),
    "exams:exam_admit": (
        Rule(HOLDS_A, pk_of("exam_a"), data=whole_organisation),
        Rule(OFFICERS, pk_of("exam_county"), data=whole_organisation),
    ),
    "exams:exam_tickets": (
        Rule(HOLDS_A, pk_of("exam_a"), data=empty),
        Rule(OFFICERS, pk_of("exam_county"), data=empty),
    ),
    "exams:exam_results": OF_BOTH,
    "exams:exam_results_export": (
        Rule(SEES_A, pk_of("exam_a"), method="post"),
        Rule(SEES_B, pk_of("exam_county"), method="post"),
    ),
    "exams:exam_candidate": (Rule(SEES_A, pk_of("candidate")), Rule(SEES_B, pk_of("candidate_b"))),
    "exams:candidate_attempt": granted(reason),
    "exams:candidate_time": granted(minutes),
    "exams:candidate_late": (
        Rule(HOLDS_A, lambda scene: [scene.sitting_late.candidate_id, scene.sitting_late.pk], data=reason),
        Rule(NOBODY, lambda scene: [scene.sitting_over.candidate_id, scene.sitting_over.pk]),  # nothing came late
    ),
    "exams:candidate_ticket": granted(empty, method="post"),
    "exams:candidate_withdraw": granted(reason),
}
