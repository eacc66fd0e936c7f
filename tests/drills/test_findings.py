from typing import Any

import pytest
from django.urls import reverse

from drills.models import Drill, Finding, Participation, PlanRevisionProposal
from drills.permissions import can_read_outcome, can_write_outcome
from drills.queries.actions import findings_of
from drills.queries.observations import observations_of
from drills.services import findings as services
from drills.services.findings import FindingInUse, FindingsFixed
from records.models import AuditEntry
from tests.drills.factories import join, make_drill, make_part, make_plan, make_version
from tests.drills.outcome import LATER, make_action, make_finding, make_form, make_run, observe

pytestmark = pytest.mark.django_db


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a)


def write(drill: Drill, by: Any, **fields: Any) -> Finding:
    told = {"kind": "gap", "severity": "major", "element": "command", "text": "指挥部未按时成立", **fields}
    return services.save_finding(Finding(drill=drill, **told), by=by, now=LATER)


def freeze(drill: Drill, kind: str = "evaluation", version: int = 1) -> Any:
    return drill.reports.create(
        kind=kind, version=version, state="frozen", data_hash="0" * 64, frozen_at=LATER, created_at=LATER
    )


# ── Written down until the report is final ───────────────────────────────────
def test_a_finding_keeps_its_evidence_and_leaves_a_line(drill, manager_a) -> None:
    seen = observe(drill, "初报在第十四分钟")
    finding = services.save_finding(
        Finding(drill=drill, kind="gap", severity="major", element="communication", text="初报超时"),
        evidence=[seen], by=manager_a, now=LATER,
    )  # fmt: skip
    assert list(finding.evidence.all()) == [seen]
    assert finding.created_by == manager_a
    assert AuditEntry.objects.filter(action="drills.finding_recorded", object_id=str(finding.pk)).count() == 1


@pytest.mark.parametrize("state", ["draft", "ready", "running", "paused", "closed", "archived", "cancelled"])
def test_nothing_is_found_before_the_end_or_after_the_closing(organisation_a, manager_a, state) -> None:
    drill = make_drill(organisation_a, state=state)
    with pytest.raises(FindingsFixed):
        write(drill, manager_a)
    assert not drill.findings.exists()


def test_a_final_report_fixes_the_findings_and_a_new_version_opens_them(drill, manager_a) -> None:
    finding = write(drill, manager_a)
    freeze(drill)
    finding.text = "别的"
    with pytest.raises(FindingsFixed):
        services.save_finding(finding, by=manager_a, now=LATER)
    with pytest.raises(FindingsFixed):
        services.remove_finding(finding, by=manager_a, now=LATER)
    drill.reports.create(kind="evaluation", version=2, created_at=LATER)
    services.save_finding(finding, by=manager_a, now=LATER)
    assert Finding.objects.get().text == "别的"


def test_the_draft_of_one_report_does_not_open_what_the_other_has_printed(drill, manager_a) -> None:
    freeze(drill, "evaluation")
    drill.reports.create(kind="summary", version=1, created_at=LATER)
    assert not services.findings_open(drill)


def test_what_has_actions_is_not_removed(drill, manager_a) -> None:
    finding = write(drill, manager_a)
    make_action(finding, manager_a)
    with pytest.raises(FindingInUse):
        services.remove_finding(finding, by=manager_a, now=LATER)
    other = write(drill, manager_a)
    services.remove_finding(other, by=manager_a, now=LATER)
    assert list(drill.findings.all()) == [finding]


# ── A serious problem of the plan ────────────────────────────────────────────
@pytest.fixture
def planned(organisation_a: Any) -> Drill:
    return make_run(organisation_a, plan_version=make_version(make_plan(organisation_a)))


def test_a_serious_problem_of_the_plan_opens_its_revision_once(planned, manager_a) -> None:
    clause = planned.plan_version.clauses.first()
    finding = write(planned, manager_a, element="plan", severity="serious", clause=clause)
    services.save_finding(finding, by=manager_a, now=LATER)
    proposal = PlanRevisionProposal.objects.get()
    assert (proposal.finding, proposal.clause, proposal.plan) == (finding, clause, planned.plan_version.plan)
    with pytest.raises(FindingInUse):
        services.remove_finding(finding, by=manager_a, now=LATER)


@pytest.mark.parametrize("told", [{"severity": "major"}, {"element": "command"}, {"kind": "strength", "severity": ""}])
def test_nothing_less_opens_a_revision(planned, manager_a, told) -> None:
    write(planned, manager_a, **{"element": "plan", "severity": "serious", **told})
    assert not PlanRevisionProposal.objects.exists()


def test_without_a_plan_there_is_nothing_to_revise(drill, manager_a) -> None:
    write(drill, manager_a, element="plan", severity="serious")
    assert not PlanRevisionProposal.objects.exists()


# ── What is read ─────────────────────────────────────────────────────────────
def test_the_weightiest_problem_stands_first_and_what_went_well_last(drill, manager_a) -> None:
    for kind, severity in (("strength", ""), ("gap", "minor"), ("practice", ""), ("gap", "serious"), ("gap", "major")):
        write(drill, manager_a, kind=kind, severity=severity, text=f"{kind} {severity}")
    told = [(one.kind, one.severity) for one in findings_of(drill)]
    assert told == [("gap", "serious"), ("gap", "major"), ("gap", "minor"), ("strength", ""), ("practice", "")]


def test_an_observation_that_was_taken_back_is_no_evidence(drill, organisation_a) -> None:
    part = make_part(drill, Participation.Role.EVALUATOR)
    stays, wrong = observe(drill, "看到了", 12, part), observe(drill, "看错了", 10, part)
    drill.log.create(
        kind="correction", participation=part, payload={"of": str(wrong.uid), "reason": "看错"}, happened_at=LATER,
        recorded_at=LATER, device="p1", device_seq=1,
    )  # fmt: skip
    assert observations_of(drill) == [stays]


# ── Who reads and who writes ─────────────────────────────────────────────────
def test_an_evaluator_reads_what_was_found_only_when_it_is_reported(drill, learner_b) -> None:
    make_part(drill, Participation.Role.EVALUATOR, learner_b)
    assert not can_read_outcome(learner_b, drill)
    Drill.objects.filter(pk=drill.pk).update(state="reported")
    assert can_read_outcome(learner_b, drill)
    assert not can_write_outcome(learner_b, drill)


def test_who_leads_the_evaluation_writes(drill, learner_b) -> None:
    make_part(drill, Participation.Role.LEAD_EVALUATOR, learner_b)
    assert can_read_outcome(learner_b, drill)
    assert can_write_outcome(learner_b, drill)


def test_a_player_reads_nothing(drill, learner) -> None:
    make_part(drill, Participation.Role.PLAYER, learner)
    Drill.objects.filter(pk=drill.pk).update(state="reported")
    assert not can_read_outcome(learner, drill)


def test_a_unit_that_took_part_reads_when_it_is_reported(drill, organisation_b, manager_b) -> None:
    join(drill, organisation_b)
    assert not can_read_outcome(manager_b, drill)
    Drill.objects.filter(pk=drill.pk).update(state="improving")
    assert can_read_outcome(manager_b, drill)
    assert not can_write_outcome(manager_b, drill)


# ── Pages ────────────────────────────────────────────────────────────────────
def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


def posted(**changed: Any) -> dict[str, Any]:
    return {"kind": "gap", "text": "初报超时", "severity": "major", "element": "communication", **changed}


def test_the_page_ticks_observations_and_takes_no_others(drill, organisation_b, manager_a, client_of) -> None:
    seen, foreign = observe(drill, "初报在第十四分钟"), observe(make_run(organisation_b), "别处")
    client = client_of(manager_a)
    page = client.get(url("finding_new", drill.pk)).content.decode()
    assert "初报在第十四分钟" in page
    assert "别处" not in page
    refused = client.post(url("finding_new", drill.pk), posted(evidence=[foreign.pk]))
    assert refused.status_code == 200
    assert not drill.findings.exists()
    client.post(url("finding_new", drill.pk), posted(evidence=[seen.pk]))
    assert list(drill.findings.get().evidence.all()) == [seen]


def test_a_clause_or_item_of_another_drill_is_refused(drill, organisation_b, manager_a, client_of) -> None:
    make_form(drill)
    other = make_run(organisation_b, plan_version=make_version(make_plan(organisation_b)))
    item = make_form(other).sections.get().items.first()
    client = client_of(manager_a)
    for wrong in ({"item": item.pk}, {"severity": ""}, {"kind": "rumour"}, {"text": ""}):
        assert client.post(url("finding_new", drill.pk), posted(**wrong)).status_code == 200
    assert not drill.findings.exists()


def test_a_simple_records_problems_are_not_typed_twice(organisation_a, manager_a, client_of) -> None:
    drill = make_run(organisation_a, "reported", entry="simple", problems="集合点找不到")
    client = client_of(manager_a)
    assert "集合点找不到" in client.get(url("finding_new", drill.pk)).content.decode()
    client.post(url("finding_new", drill.pk), posted(text="集合点没有标牌"))
    assert "集合点找不到" not in client.get(url("finding_new", drill.pk)).content.decode()


def test_what_went_well_has_no_severity(drill, manager_a, client_of) -> None:
    client_of(manager_a).post(url("finding_new", drill.pk), posted(kind="strength"))
    assert drill.findings.get().severity == ""


def test_what_opened_a_revision_keeps_its_weight(planned, manager_a, client_of) -> None:
    finding = write(planned, manager_a, element="plan", severity="serious")
    client = client_of(manager_a)
    client.post(url("finding_edit", planned.pk, finding.pk), posted(severity="minor", text="新的说法"))
    finding.refresh_from_db()
    assert (finding.severity, finding.element, finding.text) == ("serious", "plan", "新的说法")


def test_a_page_that_is_old_says_so(drill, manager_a, client_of) -> None:
    finding = write(drill, manager_a)
    freeze(drill)
    answer = client_of(manager_a).post(url("finding_edit", drill.pk, finding.pk), posted(text="太晚"), follow=True)
    assert "定稿" in answer.content.decode() or "report" in answer.content.decode()
    assert Finding.objects.get().text == "指挥部未按时成立"


def test_strangers_find_nothing(drill, manager_b, learner, officer_south, client_of) -> None:
    finding = make_finding(drill)
    for person in (manager_b, learner, officer_south):
        client = client_of(person)
        for address in (url("findings", drill.pk), url("finding_new", drill.pk), url("close", drill.pk),
                        url("finding_edit", drill.pk, finding.pk)):  # fmt: skip
            assert client.get(address).status_code == 404
        assert client.post(url("finding_remove", drill.pk, finding.pk)).status_code == 404
    assert Finding.objects.count() == 1


def test_a_finding_is_reached_only_through_its_own_drill(drill, organisation_a, manager_a, client_of) -> None:
    finding = make_finding(make_run(organisation_a))
    assert client_of(manager_a).get(url("finding_edit", drill.pk, finding.pk)).status_code == 404


def test_the_list_asks_as_often_for_one_finding_as_for_many(
    drill, manager_a, client_of, django_assert_max_num_queries
) -> None:
    for number in range(5):
        finding = write(drill, manager_a, text=f"问题{number}")
        finding.evidence.add(observe(drill, f"看到{number}", number, make_part(drill, "evaluator")))
        make_action(finding, manager_a)
    client = client_of(manager_a)
    client.get(url("findings", drill.pk))
    with django_assert_max_num_queries(24):
        page = client.get(url("findings", drill.pk)).content.decode()
    assert page.count('class="finding"') == 5
