"""What drills have shown, for the access matrix: organisation A's at each point, and B's, which was submitted. The
learner answers for A's corrective actions."""

from datetime import datetime
from typing import Any

from drills.models import CorrectiveAction, Drill, DrillFile
from drills.services import actions, reports, submissions
from records.services import store_private
from tests.drills.outcome import make_action, make_finding, make_run

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " + (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def documents_scenery(cast: dict[str, Any], organisation_a: Any, organisation_b: Any, now: datetime) -> dict[str, Any]:
    manager, learner = cast["manager_a"], cast["learner"]
    shown = make_run(organisation_a, title="shown of A", level="enterprise")
    finding = make_finding(shown)
    taken = {
        step: action_at(finding, learner, manager, step, now) for step in ("proposed", "begun", "handed", "checked")
    }
    paper = store_private("drills.paper", "list.pdf", PAPER, by=manager)
    DrillFile.objects.create(drill=shown, file=paper, kind="sign_in", added_by=manager, added_at=now)
    return {
        "shown_a": shown,
        "finding_a": finding,
        "finding_free": make_finding(shown, "nobody has taken it up"),
        **{f"action_{name}": action for name, action in taken.items()},
        "report_draft": reports.begin_report(shown, "evaluation", by=manager, now=now),
        "report_final": final(make_run(organisation_a, title="reported of A", level="enterprise"), manager, now),
        "shown_reported": make_run(organisation_a, "reported", title="nothing open"),
        "shown_closed": make_run(organisation_a, "closed", title="closed of A"),
        **bs_scenery(cast, organisation_b, now),
    }


def action_at(finding: Any, owner: Any, by: Any, step: str, now: datetime) -> CorrectiveAction:
    action = make_action(finding, owner, by=by)
    if step != "proposed":
        actions.accept_action(action, by=owner, now=now)
    if step in ("handed", "checked"):
        actions.submit_action(action, note="done", by=owner, now=now)
    if step == "checked":
        actions.verify_action(action, note="right", by=by, now=now)
    return action


def final(drill: Drill, by: Any, now: datetime) -> Any:
    return reports.freeze_report(reports.begin_report(drill, "summary", by=by, now=now), by=by, now=now)


def bs_scenery(cast: dict[str, Any], organisation_b: Any, now: datetime) -> dict[str, Any]:
    first, second = (make_run(organisation_b, "reported", title=f"of B {number}") for number in (1, 2))
    sent = submissions.submit_drill(first, by=cast["manager_b"], now=now)
    received = submissions.submit_drill(second, by=cast["manager_b"], now=now)
    return {
        "shown_b": first,
        "finding_b": make_finding(first),
        "submission": sent,
        "received": submissions.receive_submission(received, by=cast["leader"], now=now),
    }
