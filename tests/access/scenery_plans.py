"""Emergency plans for the access matrix: organisation A's, issued, with a draft of the next version and everything that
was said of it; one of A's without a draft; and B's."""

from datetime import date, datetime
from typing import Any

from drills.models import EmergencyPlan, PlanEvaluation, PlanFiling, PlanRevisionProposal, PlanVersion
from drills.services import plans
from people.models import Organisation
from tests.drills.factories import make_plan, make_version

DAY = date(2026, 3, 2)


def plans_scenery(
    cast: dict[str, Any], organisation_a: Organisation, organisation_b: Organisation, now: datetime
) -> dict[str, Any]:
    kept, other = make_plan(organisation_a, title="kept by A"), make_plan(organisation_b, title="kept by B")
    by = cast["manager_a"]
    issued, issued_b = make_version(kept), make_version(other)
    return {
        "kept_plan": kept,
        "kept_plan_b": other,
        "issued_version": issued,
        "issued_version_b": issued_b,
        "draft_version": make_version(kept, issued=False, changes="phone numbers"),
        "draft_version_b": make_version(other, issued=False, changes="phone numbers"),
        "plan_without_draft": without_draft(organisation_a),
        "plan_filing": plans.record_filing(filing(issued), by=by, now=now),
        "plan_filing_b": plans.record_filing(filing(issued_b), by=None, now=now),
        "plan_evaluation": plans.record_evaluation(
            PlanEvaluation(version=issued, held_on=DAY, conclusion="keep"), by=by, now=now
        ),
        "plan_proposal": plans.propose(PlanRevisionProposal(plan=kept, text="phone numbers"), by=by, now=now),
        "plan_proposal_b": plans.propose(PlanRevisionProposal(plan=other, text="phone numbers"), by=by, now=now),
    }


def without_draft(organisation: Organisation) -> EmergencyPlan:
    plan = make_plan(organisation, title="without a draft")
    make_version(plan)
    return plan


def filing(version: PlanVersion) -> PlanFiling:
    return PlanFiling(version=version, number="2026-1", filed_on=DAY, authority="the bureau")
