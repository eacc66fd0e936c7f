import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from drills.models import EmergencyPlan, Finding, PlanFiling, PlanRevisionProposal, PlanVersion
from drills.services import plan_versions, plans
from records.models import AuditEntry
from records.spreadsheets import read_workbook
from tests.drills.factories import NOW, make_drill, make_plan, make_version
from tests.drills.plan_samples import docx, pdf, picture
from tests.drills.test_plan_ledger import doubtful, evaluate, file, rule
from tests.people.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


def upload(content: bytes, name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def version(organisation_a: Any) -> PlanVersion:
    return make_version(make_plan(organisation_a, title="泄漏预案", kind="unit_special", hazard="chemicals"))


@pytest.fixture
def draft(version: PlanVersion) -> PlanVersion:
    return make_version(version.plan, issued=False, changes="更新电话")


@pytest.fixture
def client(client_of: Any, manager_a: Any) -> Any:
    return client_of(manager_a)


# ── The ledger ───────────────────────────────────────────────────────────────
def queries_of(client: Any, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def laden(organisation: Any) -> EmergencyPlan:
    """With one of everything that a line or a page tells."""
    plan = make_plan(organisation)
    version = make_version(plan)
    file(version)
    evaluate(version, date(2026, 5, 5))
    make_drill(organisation, plan_version=version, state="reported", held_on=date(2026, 6, 6), counted_at=NOW)
    PlanRevisionProposal.objects.create(plan=plan, text="改", clause=version.clauses.first(), created_at=NOW)
    return plan


def test_three_plans_cost_as_many_queries_as_one(village_north, drill_officer, client_of) -> None:
    rule()
    client = client_of(drill_officer)
    laden(OrganisationFactory(division=village_north))
    one = queries_of(client, url("plan_list"))
    for _more in range(2):
        laden(OrganisationFactory(division=village_north))
    assert queries_of(client, url("plan_list")) == one <= 20


def test_a_page_with_three_of_everything_costs_as_much_as_with_one(organisation_a, client) -> None:
    plan = laden(organisation_a)
    one = queries_of(client, url("plan_detail", plan.pk))
    for number in (2, 3):
        version = make_version(plan)
        file(version, f"2026-{number}")
        evaluate(version, date(2026, 5, number))
        make_drill(organisation_a, plan_version=version)
        PlanRevisionProposal.objects.create(plan=plan, text="改", clause=version.clauses.first(), created_at=NOW)
    assert queries_of(client, url("plan_detail", plan.pk)) == one


def test_the_filter_lives_in_the_address_and_nonsense_filters_nothing(version, client) -> None:
    make_version(make_plan(version.plan.organisation, title="山洪预案"))
    shown = client.get(url("plan_list"), {"hazard": "chemicals", "q": "泄漏", "sort": "-issued"}).content.decode()
    assert "泄漏预案" in shown
    assert "山洪预案" not in shown
    assert "hazard=chemicals" in shown  # in the links of heads and figures
    odd = {"hazard": "moon", "kind": "x", "state": "y", "division": "z", "sort": "w", "page": "99"}
    assert "山洪预案" in client.get(url("plan_list"), odd).content.decode()


def test_an_empty_ledger_says_what_to_do_first(client, client_of, leader) -> None:
    assert "先录入现有的预案" in client.get(url("plan_list")).content.decode()
    assert url("plan_new") not in client_of(leader).get(url("plan_list")).content.decode()


def test_doubtful_rules_are_shown_to_the_bureau_only(version, client, client_of, drill_officer) -> None:
    doubtful(tags=["dangerous_goods"])
    for address in (url("plan_list"), url("plan_detail", version.plan_id)):
        assert "待核实" not in client.get(address).content.decode()
        assert "待核实" in client_of(drill_officer).get(address).content.decode()


def test_the_workbook_holds_exactly_what_is_shown(version, client, manager_a) -> None:
    rule()
    file(version, "=2026-1", date(2026, 3, 9))
    evaluate(version, date(2026, 5, 5), "revise")
    make_version(make_plan(version.plan.organisation, title="山洪预案"))
    response = client.post(url("plan_export") + "?kind=unit_special&sort=-due")
    (sheet,) = read_workbook(response.content)
    assert sheet.rows[0] == ("预案台账",)
    assert sheet.rows[1][0].startswith(f"填表人：{manager_a.full_name}")
    assert "审核人" in sheet.rows[1][0]
    assert f"截至：{timezone.localdate():%Y-%m-%d}" in sheet.rows[1][0]
    assert sheet.rows[2] == ("筛选条件：单位专项应急预案",)
    head = next(number for number, row in enumerate(sheet.rows) if row[:1] == ("序号",))
    line = dict(zip(sheet.rows[head], sheet.rows[head + 1], strict=False))
    assert (line["预案名称"], line["编制单位"], line["版本"], line["备案号"]) == (
        "泄漏预案", "甲化工有限公司", "V1", "=2026-1",
    )  # fmt: skip
    days = [line[name] for name in ("发布日期", "备案日期", "上次评估", "下次评估")]
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2026-03-01", "2026-03-09", "2026-05-05", "2029-05-05"]
    assert line["评估结论"] == "需要修订"
    assert sheet.rows[head + 2][1] == "合计 1 部，1 家单位"
    assert len(sheet.rows) == head + 3
    assert AuditEntry.objects.get(action="drills.plan_list_exported").payload == {"rows": 1}


# ── Entering a plan ──────────────────────────────────────────────────────────
def new_plan(organisation: Any, **fields: Any) -> dict[str, Any]:
    told = {"title": "泄漏预案", "organisation": organisation.pk, "kind": "unit_special", "hazard": ""}
    return {**told, "issued_on": "2026-03-01", "review": "meeting", **fields}


def test_a_plan_is_entered_with_its_file_and_issued(organisation_a, client) -> None:
    response = client.post(url("plan_new"), new_plan(organisation_a, paper=upload(docx(), "旧名.DOCX")))
    version = PlanVersion.objects.get()
    assert response.url == url("plan_version", version.pk)
    assert (version.plan.title, version.number, version.file.name) == ("泄漏预案", 1, "旧名.docx")
    client.post(url("plan_version_issue", version.pk))
    assert PlanVersion.objects.get().sha256 == version.file.sha256


def test_only_organisations_one_works_for_are_offered(organisation_a, organisation_b, client) -> None:
    assert client.post(url("plan_new"), new_plan(organisation_b)).status_code == 200
    assert not EmergencyPlan.objects.exists()
    shown = client.get(url("plan_new")).content.decode()
    assert organisation_a.name in shown
    assert organisation_b.name not in shown


def test_a_plan_of_a_government_is_an_offices(organisation_a, bureau, client, client_of, drill_officer) -> None:
    told = new_plan(organisation_a, kind="government_overall")
    assert "这类预案只能由政府机关编制" in client.post(url("plan_new"), told).content.decode()
    client_of(drill_officer).post(url("plan_new"), new_plan(bureau, kind="government_overall"))
    assert EmergencyPlan.objects.get().organisation == bureau


@pytest.mark.parametrize(
    ("content", "said"), [(b"<html>", "这不是 PDF 或 Word 文件"), (b"%PDF-1.4 x", "文件已损坏"), (b"", "空")]
)
def test_a_wrong_file_is_refused_with_its_reason(organisation_a, client, content, said) -> None:
    response = client.post(url("plan_new"), new_plan(organisation_a, paper=upload(content)))
    assert said in response.content.decode()
    assert not EmergencyPlan.objects.exists()


def test_the_head_is_edited_and_goes_to_no_strange_organisation(version, organisation_b, client) -> None:
    told = {"title": "新名称", "organisation": version.plan.organisation_id, "kind": "unit_onsite", "hazard": "dust"}
    client.post(url("plan_edit", version.plan_id), told | {"organisation": organisation_b.pk})
    assert EmergencyPlan.objects.get().title == "泄漏预案"
    client.post(url("plan_edit", version.plan_id), told)
    plan = EmergencyPlan.objects.get()
    assert (plan.title, plan.kind, plan.hazard) == ("新名称", "unit_onsite", "dust")


def test_a_withdrawn_plan_is_only_looked_at(version, draft, client) -> None:
    client.post(url("plan_withdraw", version.plan_id), {"reason": "并入综合预案"})
    page = client.get(url("plan_detail", version.plan_id)).content.decode()
    assert "并入综合预案" in page
    for name, pk in (("plan_edit", version.plan_id), ("plan_version_edit", draft.pk), ("plan_clauses", draft.pk)):
        assert url(name, pk) not in page
        assert client.get(url(name, pk)).status_code == 404
    assert client.post(url("plan_draft", version.plan_id)).status_code == 404


# ── Clauses ──────────────────────────────────────────────────────────────────
def rows(*clauses: tuple[str, str, str], **more: str) -> dict[str, Any]:
    columns = dict(zip(("number", "title", "text"), map(list, zip(*clauses, strict=True)), strict=True))
    return {**columns, **more}


def kept(version: PlanVersion) -> list[tuple[str, str, str]]:
    return [tuple(clause) for clause in plan_versions.clauses_of(version)]


def test_clauses_are_saved_in_the_order_of_their_rows(draft, client) -> None:
    wanted = [("2", "响应", "第一行\n第二行"), ("1", "总则", "")]
    response = client.post(url("plan_clauses", draft.pk), rows(wanted[0], ("", "", ""), wanted[1]))
    assert response.url == url("plan_version", draft.pk)
    assert kept(draft) == wanted


def test_a_row_without_a_number_or_with_a_known_one_is_marked_and_nothing_saved(draft, client) -> None:
    before = kept(draft)
    page = client.post(url("plan_clauses", draft.pk), rows(("1", "甲", ""), ("1", "乙", ""), ("", "丙", "正文")))
    assert "编号重复" in page.content.decode()
    assert "请填写条款编号" in page.content.decode()
    assert "正文</textarea>" in page.content.decode()
    assert kept(draft) == before
    long = client.post(url("plan_clauses", draft.pk), rows(("1", "甲" * 121, "")))
    assert "最多 120 个字" in long.content.decode()
    assert kept(draft) == before


def shown_numbers(response: Any) -> list[str]:
    body = response.content.decode().split("<template")[0]
    return re.findall(r'name="number" value="([^"]*)"', body)


@pytest.mark.parametrize(
    ("do", "numbers"),
    [
        ("up:1", ["2", "1", "3"]),
        ("down:0", ["2", "1", "3"]),
        ("up:0", ["1", "2", "3"]),
        ("down:2", ["1", "2", "3"]),
        ("remove:1", ["1", "3"]),
        ("add", ["1", "2", "3", ""]),
        ("remove:9", ["1", "2", "3"]),
        ("dance:1", ["1", "2", "3"]),
        ("up:-1", ["1", "2", "3"]),
    ],
)
def test_without_a_script_the_buttons_come_to_the_server_and_save_nothing(draft, client, do, numbers) -> None:
    before = kept(draft)
    sent = rows(("1", "甲", ""), ("2", "乙", ""), ("3", "丙", ""), do=do)
    assert shown_numbers(client.post(url("plan_clauses", draft.pk), sent)) == numbers
    assert kept(draft) == before


def test_pasted_text_is_split_to_be_looked_through(draft, client) -> None:
    before = kept(draft)
    sent = rows(("1", "总则", ""), do="paste", pasted="4.2.1 预警\n敲锣。\n4.2.2 转移\n")
    page = client.post(url("plan_clauses", draft.pk), sent)
    assert shown_numbers(page) == ["1", "4.2.1", "4.2.2"]
    assert "已拆分出 2 条" in page.content.decode()
    assert kept(draft) == before
    none = client.post(url("plan_clauses", draft.pk), rows(("1", "总则", ""), do="paste", pasted="没有编号"))
    assert "没有找到条款标题" in none.content.decode()
    assert ">没有编号</textarea>" in none.content.decode()


def test_what_was_issued_in_another_tab_is_not_changed(draft, client, manager_a) -> None:
    plan_versions.issue_version(draft, by=manager_a, now=timezone.now())
    before = kept(draft)
    assert client.post(url("plan_clauses", draft.pk), rows(("9", "甲", ""))).status_code == 404
    assert client.post(url("plan_version_edit", draft.pk), {"issued_on": "2026-01-01"}).status_code == 404
    assert client.post(url("plan_version_issue", draft.pk)).status_code == 404
    assert kept(draft) == before


def test_html_in_a_clause_stays_text(draft, client) -> None:
    client.post(url("plan_clauses", draft.pk), rows(("1", "<script>alert(1)</script>", "<b>x</b>")))
    page = client.get(url("plan_version", draft.pk)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


# ── Versions ─────────────────────────────────────────────────────────────────
def test_the_draft_says_what_is_missing_before_it_offers_to_be_issued(version, client) -> None:
    client.post(url("plan_draft", version.plan_id))
    draft = version.plan.versions.get(number=2)
    page = client.get(url("plan_version", draft.pk)).content.decode()
    assert "请说明与上一版相比修订了什么" in page
    assert url("plan_version_issue", draft.pk) not in page
    client.post(url("plan_version_issue", draft.pk))
    assert PlanVersion.objects.get(pk=draft.pk).issued_at is None
    told = {"issued_on": "2026-04-01", "review": "letter", "changes": "换了文件", "paper": upload(pdf())}
    client.post(url("plan_version_edit", draft.pk), told)
    assert url("plan_version_issue", draft.pk) in client.get(url("plan_version", draft.pk)).content.decode()
    client.post(url("plan_version_issue", draft.pk))
    issued = PlanVersion.objects.get(pk=draft.pk)
    assert issued.sha256 == issued.file.sha256
    assert issued.sha256 in client.get(url("plan_version", draft.pk)).content.decode()


def test_a_draft_and_its_file_are_seen_by_who_writes_it(version, draft, client, client_of, leader, manager_b) -> None:
    told = {"issued_on": "2026-04-01", "review": "letter", "changes": "换了文件", "paper": upload(pdf())}
    client.post(url("plan_version_edit", draft.pk), told)
    address = reverse("records:file", args=[PlanVersion.objects.get(pk=draft.pk).file_id])
    seen = {user: client_of(user).get(address).status_code for user in (leader, manager_b)}
    assert (client.get(address).status_code, *seen.values()) == (200, 404, 404)
    assert client.get(address).headers["Content-Type"] == "application/pdf"
    assert (
        url("plan_version", draft.pk) not in client_of(leader).get(url("plan_detail", version.plan_id)).content.decode()
    )
    client.post(url("plan_version_issue", draft.pk))
    seen = {user: client_of(user).get(address).status_code for user in (leader, manager_b)}
    assert list(seen.values()) == [200, 404]


# ── Filings and evaluations ──────────────────────────────────────────────────
def test_a_filing_lies_between_the_issue_and_today(version, client) -> None:
    told = {"number": "2026-9", "filed_on": "2026-02-28", "authority": "县局"}
    assert "早于本版本的发布日期" in client.post(url("plan_filing_new", version.pk), told).content.decode()
    future = client.post(url("plan_filing_new", version.pk), told | {"filed_on": "2099-01-01"})
    assert "日期不能晚于今天" in future.content.decode()
    assert not PlanFiling.objects.exists()
    client.post(url("plan_filing_new", version.pk), told | {"filed_on": "2026-03-01", "paper": upload(picture())})
    filing = PlanFiling.objects.get()
    assert (filing.version, filing.file.content_type) == (version, "image/png")
    assert "2026-9" in client.get(url("plan_detail", version.plan_id)).content.decode()


def test_a_wrong_filing_is_withdrawn_and_stays_to_be_seen(version, client) -> None:
    row = file(version, "2026-错")
    client.post(url("plan_filing_withdraw", row.pk), {"reason": "备案号录错"})
    page = text_of(client.get(url("plan_detail", version.plan_id)))
    assert "2026-错" in page
    assert "备案号录错" in page
    assert client.get(url("plan_filing_withdraw", row.pk)).status_code == 404


def test_an_evaluation_that_asks_for_a_revision_is_said_until_there_is_one(version, client) -> None:
    told = {"held_on": "2026-05-05", "conclusion": "revise", "note": "电话过时"}
    client.post(url("plan_evaluation_new", version.pk), told)
    assert "本版本需要修订" in client.get(url("plan_detail", version.plan_id)).content.decode()
    make_version(version.plan)
    assert "本版本需要修订" not in client.get(url("plan_detail", version.plan_id)).content.decode()


# ── Proposals ────────────────────────────────────────────────────────────────
@pytest.fixture
def proposal(version: PlanVersion, manager_a: Any) -> PlanRevisionProposal:
    clause = version.clauses.first()
    return plans.propose(PlanRevisionProposal(plan=version.plan, clause=clause, text="改路线"), by=manager_a, now=NOW)


def test_a_proposal_is_accepted_into_the_draft(proposal, version, client) -> None:
    page = client.get(url("plan_proposal", proposal.pk)).content.decode()
    assert "请先起草新版本" in page
    client.post(url("plan_draft", version.plan_id))
    draft = version.plan.versions.get(number=2)
    client.post(url("plan_proposal", proposal.pk), {"do": "accept", "version": version.pk})
    assert PlanRevisionProposal.objects.get().state == "open"  # not into the version it is about
    client.post(url("plan_proposal", proposal.pk), {"do": "accept", "version": draft.pk})
    assert PlanRevisionProposal.objects.get().accepted_in == draft
    assert client.post(url("plan_proposal", proposal.pk), {"do": "refuse", "reason": "no more"}).status_code == 404


def test_a_refusal_gives_its_reason(proposal, client) -> None:
    client.post(url("plan_proposal", proposal.pk), {"do": "refuse", "reason": ""})
    assert PlanRevisionProposal.objects.get().state == "open"
    client.post(url("plan_proposal", proposal.pk), {"do": "refuse", "reason": "别处已有规定"})
    assert PlanRevisionProposal.objects.get().reason == "别处已有规定"
    assert "别处已有规定" in client.get(url("plan_proposal", proposal.pk)).content.decode()


def test_who_only_looks_on_decides_nothing(proposal, client_of, leader, inspector) -> None:
    for user in (leader, inspector):
        sent = {"do": "refuse", "reason": "别处已有规定"}
        assert client_of(user).post(url("plan_proposal", proposal.pk), sent).status_code == 404
        assert 'name="do"' not in client_of(user).get(url("plan_proposal", proposal.pk)).content.decode()
    assert PlanRevisionProposal.objects.get().state == "open"


def test_the_drill_it_comes_from_is_named_to_whoever_may_read_of_it(
    version, bureau, client, client_of, drill_officer, manager_a
) -> None:
    """The bureau held a drill under A's plan, without A."""
    drill = make_drill(bureau, plan_version=version, title="夜间突击", state="reported", level="county")
    finding = Finding.objects.create(drill=drill, text="没有备用通信", element="plan", created_at=NOW)
    proposal = plans.open_proposal(finding, by=drill_officer, now=NOW)
    address = url("plan_proposal", proposal.pk)
    assert "【演练】夜间突击" in client_of(drill_officer).get(address).content.decode()
    assert "夜间突击" not in client.get(address).content.decode()
    assert "没有备用通信" in client.get(address).content.decode()


def test_clauses_of_another_plan_cannot_be_named(version, organisation_a, client) -> None:
    other = make_version(make_plan(organisation_a, title="别的预案"))
    sent = {"text": "改路线", "clause": other.clauses.first().pk}
    assert client.post(url("plan_proposal_new", version.plan_id), sent).status_code == 200
    assert not PlanRevisionProposal.objects.exists()
    client.post(url("plan_proposal_new", version.plan_id), sent | {"clause": version.clauses.first().pk})
    assert PlanRevisionProposal.objects.get().clause == version.clauses.first()
