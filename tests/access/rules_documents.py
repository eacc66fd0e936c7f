from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from drills.services.reports import fingerprint
from tests.access.matrix import NOBODY, SIGNED_IN, Rule, Rules, only
from tests.access.scenery_documents import PAPER
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
SEES_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
SEES_B = COUNTY | {"manager_b", "officer_south"}
HOLDS_A = only("manager_a", "officer_north", "drill_officer")
HOLDS_B = only("manager_b", "officer_south", "drill_officer")
ANSWERS = HOLDS_A | {"learner"}  # the learner is the responsible person
APPROVES_A = HOLDS_A | {"leader"}
BUREAU = only("drill_officer", "leader")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def both(drill: str, finding: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, drill).pk, getattr(scene, finding).pk]


def step(action: str, name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, action).pk, name]


def empty(scene: Any) -> dict[str, Any]:
    return {}


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def note(scene: Any) -> dict[str, Any]:
    return {"note": "all five knew it"}


def finding(scene: Any) -> dict[str, Any]:
    return {"kind": "gap", "text": "told too late", "severity": "major", "element": "communication"}


def action(scene: Any) -> dict[str, Any]:
    due = timezone.localdate() + timedelta(days=9)
    who = {"organisation": scene.organisation_a.pk, "person": scene.learner.full_name}
    return {"text": "a second telephone", "due_on": due.isoformat(), "criterion": "it rings", "mandatory": "on", **who}


def later(scene: Any) -> dict[str, Any]:
    return reason(scene) | {"due_on": (timezone.localdate() + timedelta(days=99)).isoformat()}


def paper(scene: Any) -> dict[str, Any]:
    return {"kind": "signed", "papers": SimpleUploadedFile("signed.pdf", PAPER + b"\n%new")}


def words(scene: Any) -> dict[str, Any]:
    return {"base": fingerprint({}), "basics": "written"}


RULES: Rules = {
    # ── Findings ──
    "drills:findings": (
        Rule(SEES_A, pk_of("shown_a")),
        Rule(SEES_B, pk_of("shown_b")),
        Rule(NOBODY, lambda _s: [10**9]),
    ),
    "drills:finding_new": (Rule(HOLDS_A, pk_of("shown_a"), data=finding), Rule(HOLDS_B, pk_of("shown_b"))),
    "drills:finding_edit": (
        Rule(HOLDS_A, both("shown_a", "finding_a"), data=finding),
        Rule(NOBODY, both("shown_a", "finding_b")),
    ),
    "drills:finding_remove": (Rule(HOLDS_A, both("shown_a", "finding_free"), method="post"),),
    "drills:action_new": (
        Rule(HOLDS_A, both("shown_a", "finding_a"), data=action),
        Rule(NOBODY, both("shown_b", "finding_a")),
    ),
    "drills:close": (Rule(HOLDS_A, pk_of("shown_reported"), data=empty),),
    # ── Corrective actions ──
    "drills:actions": (Rule(SIGNED_IN),),  # of this cast the learner answers for some
    "drills:actions_export": (Rule(SIGNED_IN, method="post"),),
    "drills:action": (Rule(SEES_A | {"learner"}, pk_of("action_proposed")),),
    "drills:action_edit": (Rule(HOLDS_A, pk_of("action_proposed"), data=action), Rule(NOBODY, pk_of("action_begun"))),
    "drills:action_step": (
        Rule(ANSWERS, step("action_proposed", "accept"), method="post"),
        Rule(ANSWERS, step("action_begun", "progress"), data=note),
        Rule(ANSWERS, step("action_begun", "submit"), data=note),
        Rule(HOLDS_A, step("action_begun", "extend"), data=later),
        Rule(HOLDS_A, step("action_begun", "drop"), data=reason),
        Rule(HOLDS_A, step("action_handed", "verify"), data=note),
        Rule(HOLDS_A, step("action_handed", "return"), data=reason),
        Rule(HOLDS_A, step("action_checked", "close"), method="post"),
        Rule(NOBODY, step("action_checked", "undo")),
    ),
    # ── Reports and archive ──
    "drills:documents": (Rule(SEES_A, pk_of("shown_a")), Rule(SEES_B, pk_of("shown_b"))),
    "drills:paper_new": (Rule(HOLDS_A, pk_of("shown_a"), data=paper), Rule(HOLDS_B, pk_of("shown_b"))),
    "drills:report_new": (Rule(HOLDS_A, lambda scene: [scene.shown_a.pk, "summary"], method="post"),),
    "drills:report": (
        Rule(APPROVES_A, pk_of("report_draft")),  # a draft is for who writes or approves it
        Rule(SEES_A, pk_of("report_final")),
    ),
    "drills:report_edit": (Rule(HOLDS_A, pk_of("report_draft"), data=words),),
    "drills:report_preview": (Rule(APPROVES_A, pk_of("report_draft")),),
    "drills:report_freeze": (Rule(APPROVES_A, pk_of("report_draft"), method="post"),),
    "drills:report_discard": (Rule(HOLDS_A, pk_of("report_draft"), method="post"),),
    "drills:archive": (Rule(HOLDS_A, pk_of("shown_closed"), method="post"),),
    # ── Reporting the result ──
    "drills:submit": (Rule(HOLDS_A, pk_of("shown_reported"), method="post"),),
    "drills:inbox": (Rule(BUREAU),),
    "drills:inbox_export": (Rule(BUREAU, method="post"),),
    "drills:submission": (Rule(BUREAU, pk_of("submission")),),
    "drills:submission_receive": (Rule(BUREAU, pk_of("submission"), method="post"),),
    "drills:submission_return": (Rule(BUREAU, pk_of("submission"), method="post", data=reason),),
    "drills:receipt": (Rule(SEES_B, pk_of("received")), Rule(NOBODY, pk_of("submission"))),
}
