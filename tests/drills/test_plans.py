from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from drills.models import EmergencyPlan, Finding, PlanEvaluation, PlanFiling, PlanRevisionProposal, PlanVersion
from drills.plan_papers import Paper
from drills.plan_rules import Clause, canonical_text
from drills.services import plan_versions as versions
from drills.services import plans as services
from drills.services.plan_versions import AlreadyIssued, BadClauses, DraftInUse, NotReady
from drills.services.plans import AlreadyDecided, NotInUse, NotIssued, WrongVersion
from records.models import AuditEntry, PrivateFile
from tests.drills.factories import NOW, make_drill, make_plan, make_version
from tests.drills.plan_samples import pdf

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
CLAUSES = [Clause("1", "总则"), Clause("1.1", "目的", "转移群众。")]


def paper(pages: int = 1) -> Paper:
    return Paper("预案.pdf", pdf(pages=pages), "application/pdf")


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def plan(organisation_a: Any, manager_a: Any) -> EmergencyPlan:
    """With a draft of its first version and nothing in it."""
    made = EmergencyPlan(organisation=organisation_a, kind="unit_special", title="泄漏预案", hazard="chemicals")
    return services.create_plan(made, PlanVersion(issued_on=DAY), by=manager_a, now=NOW)


@pytest.fixture
def draft(plan: EmergencyPlan) -> PlanVersion:
    return plan.versions.get()


@pytest.fixture
def issued(draft: PlanVersion, manager_a: Any) -> PlanVersion:
    versions.set_clauses(draft, CLAUSES, by=manager_a, now=NOW)
    return versions.issue_version(draft, by=manager_a, now=NOW)


def logged(action: str) -> int:
    return AuditEntry.objects.filter(action=f"drills.{action}").count()


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


# ── A version until its issue ────────────────────────────────────────────────
def test_the_hash_is_that_of_the_file(draft, manager_a) -> None:
    versions.save_version(draft, paper=paper(), by=manager_a, now=NOW)
    versions.set_clauses(draft, CLAUSES, by=manager_a, now=NOW)
    versions.issue_version(draft, by=manager_a, now=NOW)
    assert fresh(draft).sha256 == sha256(pdf()).hexdigest()
    assert (fresh(draft).issued_at, fresh(draft).issued_by) == (NOW, manager_a)
    assert PrivateFile.objects.get().kind == "drills.plan"


def test_or_that_of_the_clauses_where_there_is_no_file(issued) -> None:
    assert fresh(issued).sha256 == sha256(canonical_text(CLAUSES)).hexdigest()
    kept = versions.clauses_of(issued)
    assert kept == CLAUSES


def test_what_is_issued_is_never_changed(issued, manager_a) -> None:
    before = (fresh(issued).sha256, versions.clauses_of(issued), PrivateFile.objects.count())
    issued.changes = "written in later"
    attempts = (
        lambda: versions.save_version(issued, paper=paper(), by=manager_a, now=NOW),
        lambda: versions.set_clauses(issued, CLAUSES[:1], by=manager_a, now=NOW),
        lambda: versions.issue_version(issued, by=manager_a, now=NOW),
        lambda: versions.drop_draft(issued, by=manager_a, now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(AlreadyIssued):
            attempt()
    assert before == (fresh(issued).sha256, versions.clauses_of(issued), PrivateFile.objects.count())
    assert fresh(issued).changes == ""
    assert logged("plan_version_issued") == 1


def test_a_page_opened_before_the_issue_changes_nothing_after_it(draft, manager_a) -> None:
    """Two tabs: the instance still says that it is a draft."""
    stale = fresh(draft)
    versions.set_clauses(draft, CLAUSES, by=manager_a, now=NOW)
    versions.issue_version(draft, by=manager_a, now=NOW)
    stale.issued_on = date(2020, 1, 1)
    with pytest.raises(AlreadyIssued):
        versions.save_version(stale, by=manager_a, now=NOW)
    assert fresh(draft).issued_on == DAY


def test_what_is_missing_is_said_in_words(draft, manager_a) -> None:
    with pytest.raises(NotReady) as empty:
        versions.issue_version(draft, by=manager_a, now=NOW)
    assert len(empty.value.problems) == 1
    versions.set_clauses(draft, CLAUSES, by=manager_a, now=NOW)
    draft.issued_on = date(2026, 11, 25)
    versions.save_version(draft, by=manager_a, now=NOW)
    assert len(versions.what_is_missing(fresh(draft), now=NOW)) == 1
    assert versions.what_is_missing(fresh(draft), now=NOW + timedelta(days=1)) == []


def test_clauses_keep_their_order_and_need_numbers_of_their_own(draft, manager_a) -> None:
    versions.set_clauses(draft, [*CLAUSES[::-1], Clause(" 2 ", " 附则 ", "末尾 \r\n")], by=manager_a, now=NOW)
    assert versions.clauses_of(draft) == [CLAUSES[1], CLAUSES[0], Clause("2", "附则", "末尾")]
    for wrong in ([Clause("1", "甲"), Clause("1", "乙")], [Clause("", "甲")], [Clause("1", "")]):
        with pytest.raises(BadClauses):
            versions.set_clauses(draft, wrong, by=manager_a, now=NOW)
    assert draft.clauses.count() == 3


def test_another_paper_takes_the_place_of_the_file_and_a_tick_takes_it_away(draft, manager_a) -> None:
    versions.save_version(draft, paper=paper(), by=manager_a, now=NOW)
    versions.save_version(fresh(draft), by=manager_a, now=NOW)
    first = fresh(draft).file
    assert first is not None
    versions.save_version(fresh(draft), paper=paper(2), by=manager_a, now=NOW)
    assert fresh(draft).file.sha256 == sha256(pdf(pages=2)).hexdigest() != first.sha256
    versions.save_version(fresh(draft), without_file=True, by=manager_a, now=NOW)
    assert fresh(draft).file is None


# ── The next version ─────────────────────────────────────────────────────────
def test_the_next_version_begins_as_a_copy(issued, plan, manager_a) -> None:
    copy = versions.begin_version(plan, by=manager_a, now=NOW)
    assert (copy.number, copy.issued_at, versions.clauses_of(copy)) == (2, None, CLAUSES)
    versions.set_clauses(copy, CLAUSES[:1], by=manager_a, now=NOW)
    assert versions.clauses_of(issued) == CLAUSES


def test_a_second_click_finds_the_same_draft(issued, plan, manager_a) -> None:
    first, second = (versions.begin_version(plan, by=manager_a, now=NOW) for _click in range(2))
    assert first == second
    assert logged("plan_version_begun") == 1


def test_a_version_in_which_nothing_changed_is_not_issued(issued, plan, manager_a) -> None:
    copy = versions.begin_version(plan, by=manager_a, now=NOW)
    assert len(versions.what_is_missing(copy, now=NOW)) == 2  # what changed is not said, and nothing has
    copy.changes = "更新联系电话"
    versions.save_version(copy, by=manager_a, now=NOW)
    assert len(versions.what_is_missing(fresh(copy), now=NOW)) == 1
    versions.set_clauses(copy, [*CLAUSES, Clause("2", "附则")], by=manager_a, now=NOW)
    assert versions.issue_version(copy, by=manager_a, now=NOW).number == 2


def test_a_copied_file_has_to_be_a_new_one(draft, plan, manager_a) -> None:
    versions.save_version(draft, paper=paper(), by=manager_a, now=NOW)
    versions.issue_version(draft, by=manager_a, now=NOW)
    copy = versions.begin_version(plan, by=manager_a, now=NOW)
    copy.changes = "更新联系电话"
    versions.save_version(copy, by=manager_a, now=NOW)
    versions.set_clauses(copy, CLAUSES, by=manager_a, now=NOW)
    assert len(versions.what_is_missing(copy, now=NOW)) == 1
    versions.save_version(copy, paper=paper(2), by=manager_a, now=NOW)
    assert versions.what_is_missing(copy, now=NOW) == []
    assert fresh(draft).file.sha256 == sha256(pdf()).hexdigest()


def test_a_version_is_not_issued_before_the_one_before_it(issued, plan, manager_a) -> None:
    copy = versions.begin_version(plan, by=manager_a, now=NOW)
    copy.issued_on, copy.changes = date(2026, 2, 28), "改"
    versions.save_version(copy, by=manager_a, now=NOW)
    versions.set_clauses(copy, CLAUSES[:1], by=manager_a, now=NOW)
    assert len(versions.what_is_missing(copy, now=NOW)) == 1


def test_a_draft_is_dropped_unless_a_proposal_was_accepted_into_it(issued, plan, manager_a) -> None:
    copy = versions.begin_version(plan, by=manager_a, now=NOW)
    proposal = services.propose(PlanRevisionProposal(plan=plan, text="电话过时"), by=manager_a, now=NOW)
    services.accept_proposal(proposal, copy, by=manager_a, now=NOW)
    with pytest.raises(DraftInUse):
        versions.drop_draft(copy, by=manager_a, now=NOW)
    assert copy.clauses.count() == 2
    proposal.delete()
    versions.drop_draft(copy, by=manager_a, now=NOW)
    assert list(plan.versions.all()) == [issued]


# ── The head and the end ─────────────────────────────────────────────────────
def test_it_is_withdrawn_once_and_then_stands_still(issued, plan, manager_a) -> None:
    assert services.withdraw_plan(plan, reason="并入综合预案", by=manager_a, now=NOW)
    assert not services.withdraw_plan(plan, reason="again", by=manager_a, now=NOW)
    assert (fresh(plan).withdrawn_on, fresh(plan).withdrawn_reason) == (date(2026, 11, 24), "并入综合预案")
    with pytest.raises(NotInUse):
        services.edit_plan(plan, by=manager_a, now=NOW)
    with pytest.raises(NotInUse):
        versions.begin_version(plan, by=manager_a, now=NOW)


def test_a_draft_of_a_withdrawn_plan_is_not_issued(draft, plan, manager_a) -> None:
    versions.set_clauses(draft, CLAUSES, by=manager_a, now=NOW)
    services.withdraw_plan(plan, reason="并入综合预案", by=manager_a, now=NOW)
    with pytest.raises(NotInUse):
        versions.issue_version(draft, by=manager_a, now=NOW)


# ── Filings and evaluations ──────────────────────────────────────────────────
def filing(version: PlanVersion, **fields: Any) -> PlanFiling:
    return PlanFiling(version=version, **{"number": "2026-1", "filed_on": DAY, "authority": "县应急局", **fields})


def test_a_draft_is_neither_filed_nor_evaluated(draft, manager_a) -> None:
    with pytest.raises(NotIssued):
        services.record_filing(filing(draft), by=manager_a, now=NOW)
    with pytest.raises(NotIssued):
        services.record_evaluation(PlanEvaluation(version=draft, held_on=DAY, conclusion="keep"), by=manager_a, now=NOW)


def test_rows_are_added_with_their_scan_and_withdrawn_with_a_reason(issued, manager_a) -> None:
    row = services.record_filing(filing(issued), paper=paper(), by=manager_a, now=NOW)
    assert (row.recorded_by, row.recorded_at, row.file.kind) == (manager_a, NOW, "drills.plan")
    assert services.withdraw_filing(row, reason="number mistyped", by=manager_a, now=NOW)
    assert not services.withdraw_filing(row, reason="again", by=manager_a, now=NOW)
    assert PlanFiling.objects.count() == 1
    assert not PlanFiling.objects.standing().exists()
    assert fresh(row).withdrawn_reason == "number mistyped"


def test_a_recorded_row_is_not_recorded_again(issued, manager_a) -> None:
    row = services.record_filing(filing(issued), by=manager_a, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.record_filing(row, by=manager_a, now=NOW)


# ── Proposals ────────────────────────────────────────────────────────────────
@pytest.fixture
def finding(issued: PlanVersion, organisation_a: Any) -> Finding:
    drill = make_drill(organisation_a, plan_version=issued)
    return Finding.objects.create(
        drill=drill,
        text="没有备用通信",
        severity="serious",
        element="plan",
        created_at=NOW,
        clause=issued.clauses.last(),
    )


def test_a_finding_opens_one_proposal_however_often_it_is_asked(finding, plan, manager_a) -> None:
    first = services.open_proposal(finding, by=manager_a, now=NOW)
    second = services.open_proposal(finding, by=manager_a, now=NOW + timedelta(hours=1))
    assert first == second
    assert (first.plan, first.clause, first.text, first.state) == (plan, finding.clause, "没有备用通信", "open")
    assert logged("plan_proposal_opened") == 1


def test_a_decided_proposal_is_not_opened_again(finding, manager_a) -> None:
    proposal = services.open_proposal(finding, by=manager_a, now=NOW)
    services.refuse_proposal(proposal, reason="another clause says so", by=manager_a, now=NOW)
    assert services.open_proposal(finding, by=manager_a, now=NOW).state == "refused"


def test_a_finding_of_a_drill_without_a_plan_opens_none(organisation_a, manager_a) -> None:
    bare = Finding.objects.create(drill=make_drill(organisation_a), text="问题", element="plan", created_at=NOW)
    assert services.open_proposal(bare, by=manager_a, now=NOW) is None


def test_it_is_accepted_only_into_a_later_version_of_its_plan(finding, issued, plan, organisation_a, manager_a) -> None:
    proposal = services.open_proposal(finding, by=manager_a, now=NOW)
    elsewhere = make_version(make_plan(organisation_a, title="别的预案"), issued=False)
    for wrong in (issued, elsewhere):
        with pytest.raises(WrongVersion):
            services.accept_proposal(proposal, wrong, by=manager_a, now=NOW)
    later = make_version(plan)
    services.accept_proposal(proposal, later, by=manager_a, now=NOW)
    assert (fresh(proposal).state, fresh(proposal).accepted_in) == ("accepted", later)


def test_two_people_decide_only_once(finding, manager_a, drill_officer) -> None:
    proposal = services.open_proposal(finding, by=manager_a, now=NOW)
    stale = fresh(proposal)
    services.refuse_proposal(proposal, reason="is written elsewhere", by=manager_a, now=NOW)
    with pytest.raises(AlreadyDecided):
        services.refuse_proposal(stale, reason="no", by=drill_officer, now=NOW)
    assert fresh(proposal).decided_by == manager_a
    assert logged("plan_proposal_refused") == 1


def test_by_hand_it_is_about_a_clause_of_its_own_plan(issued, plan, organisation_a, manager_a) -> None:
    other = make_version(make_plan(organisation_a, title="别的预案"))
    with pytest.raises(WrongVersion):
        services.propose(
            PlanRevisionProposal(plan=plan, clause=other.clauses.first(), text="改"), by=manager_a, now=NOW
        )


def test_by_hand_and_without_a_clause_it_goes_into_what_comes_after(issued, plan, manager_a) -> None:
    proposal = services.propose(PlanRevisionProposal(plan=plan, text="改"), by=manager_a, now=NOW + timedelta(days=1))
    assert list(services.versions_for(proposal)) == []
    draft = versions.begin_version(plan, by=manager_a, now=NOW)
    assert list(services.versions_for(proposal)) == [draft]
