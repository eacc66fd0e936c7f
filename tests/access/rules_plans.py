from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
OFFICE = SIGNED_IN - {"learner"}
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}
KEEPS = only("manager_a", "manager_b", "officer_north", "officer_south", "drill_officer")
KEEPS_A = only("manager_a", "officer_north", "drill_officer")
KEEPS_B = only("manager_b", "officer_south", "drill_officer")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def empty(scene: Any) -> dict[str, Any]:
    return {}


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def head(scene: Any) -> dict[str, Any]:
    owner = {"organisation": scene.organisation_a.pk}
    return {"title": "changed", "kind": "unit_special", "hazard": "chemicals", **owner}


def version(scene: Any) -> dict[str, Any]:
    return {"issued_on": "2026-04-01", "review": "meeting", "changes": "phone numbers"}


def clauses(scene: Any) -> dict[str, Any]:
    return {"number": ["1", "2"], "title": ["first", "second"], "text": ["", "text"]}


def filing(scene: Any) -> dict[str, Any]:
    return {"number": "2026-2", "filed_on": "2026-03-03", "authority": "the bureau"}


def evaluation(scene: Any) -> dict[str, Any]:
    return {"held_on": "2026-03-03", "conclusion": "revise", "note": ""}


def proposal(scene: Any) -> dict[str, Any]:
    return {"text": "another route", "clause": ""}


RULES: Rules = {
    "drills:plan_list": (Rule(OFFICE),),
    "drills:plan_export": (Rule(OFFICE, method="post"),),
    "drills:plan_new": (Rule(KEEPS),),
    "drills:plan_detail": (
        Rule(SEES_A, pk_of("kept_plan")),
        Rule(SEES_B, pk_of("kept_plan_b")),
        Rule(NOBODY, lambda scene: [10**9]),
    ),
    "drills:plan_edit": (Rule(KEEPS_A, pk_of("kept_plan"), data=head), Rule(KEEPS_B, pk_of("kept_plan_b"))),
    "drills:plan_withdraw": (
        Rule(KEEPS_A, pk_of("kept_plan"), data=reason),
        Rule(KEEPS_B, pk_of("kept_plan_b"), data=reason),
    ),
    "drills:plan_draft": (Rule(KEEPS_A, pk_of("plan_without_draft"), method="post"),),
    "drills:plan_version": (
        Rule(SEES_A, pk_of("issued_version")),
        Rule(SEES_B, pk_of("issued_version_b")),
        # Another's draft is nobody's business.
        Rule(KEEPS_A, pk_of("draft_version")),
        Rule(KEEPS_B, pk_of("draft_version_b")),
    ),
    "drills:plan_version_edit": (
        Rule(KEEPS_A, pk_of("draft_version"), data=version),
        Rule(KEEPS_B, pk_of("draft_version_b"), data=version),
        Rule(NOBODY, pk_of("issued_version")),
    ),
    "drills:plan_clauses": (
        Rule(KEEPS_A, pk_of("draft_version"), data=clauses),
        Rule(KEEPS_B, pk_of("draft_version_b"), data=clauses),
        Rule(NOBODY, pk_of("issued_version")),
    ),
    "drills:plan_version_issue": (
        Rule(KEEPS_A, pk_of("draft_version"), method="post"),
        Rule(NOBODY, pk_of("issued_version"), method="post"),
    ),
    "drills:plan_draft_drop": (
        Rule(KEEPS_A, pk_of("draft_version"), method="post"),
        Rule(NOBODY, pk_of("issued_version"), method="post"),
    ),
    "drills:plan_filing_new": (
        Rule(KEEPS_A, pk_of("issued_version"), data=filing),
        Rule(KEEPS_B, pk_of("issued_version_b"), data=filing),
        Rule(NOBODY, pk_of("draft_version")),
    ),
    "drills:plan_evaluation_new": (
        Rule(KEEPS_A, pk_of("issued_version"), data=evaluation),
        Rule(NOBODY, pk_of("draft_version")),
    ),
    "drills:plan_filing_withdraw": (
        Rule(KEEPS_A, pk_of("plan_filing"), data=reason),
        Rule(KEEPS_B, pk_of("plan_filing_b"), data=reason),
    ),
    "drills:plan_evaluation_withdraw": (Rule(KEEPS_A, pk_of("plan_evaluation"), data=reason),),
    "drills:plan_proposal_new": (
        Rule(KEEPS_A, pk_of("kept_plan"), data=proposal),
        Rule(KEEPS_B, pk_of("kept_plan_b"), data=proposal),
    ),
    "drills:plan_proposal": (Rule(SEES_A, pk_of("plan_proposal")), Rule(SEES_B, pk_of("plan_proposal_b"))),
}
