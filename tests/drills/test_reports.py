import io
import re
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.urls import reverse
from pypdf import PdfReader

from drills.models import Drill, DrillReport
from drills.report_texts import SECTIONS
from drills.services import reports as services
from drills.services.findings import save_finding
from drills.services.report_files import render_report
from drills.services.reports import ChangedMeanwhile, NotADraft, ReportNotReady, fingerprint
from records.models import AuditEntry, Job, PrivateFile
from tests.drills.factories import join, make_drill, make_plan, make_version
from tests.drills.outcome import (
    LATER,
    fresh,
    make_action,
    make_finding,
    make_form,
    make_run,
    observe,
    play,
    release_score,
)

pytestmark = pytest.mark.django_db
FILED = LATER + timedelta(days=1)


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_run(organisation_a, level="enterprise")


@pytest.fixture
def told(drill: Drill) -> Drill:
    return play(drill)


def begin(drill: Drill, by: Any, kind: str = "evaluation") -> DrillReport:
    return services.begin_report(drill, kind, by=by, now=LATER)


def freeze(drill: Drill, by: Any, kind: str = "evaluation") -> DrillReport:
    return services.freeze_report(begin(drill, by, kind), by=by, now=FILED)


# ── Drafts ───────────────────────────────────────────────────────────────────
def test_a_second_click_finds_the_draft_there_is(drill, manager_a) -> None:
    assert begin(drill, manager_a) == begin(drill, manager_a)
    assert begin(drill, manager_a, "summary").version == 1
    assert drill.reports.count() == 2


@pytest.mark.parametrize("state", ["draft", "ready", "running", "paused", "closed", "archived", "cancelled"])
def test_no_report_before_the_end_or_after_the_closing(organisation_a, manager_a, state) -> None:
    with pytest.raises(NotADraft):
        begin(make_drill(organisation_a, state=state), manager_a)


def test_a_simple_record_prints_its_own_sheet(organisation_a, manager_a) -> None:
    with pytest.raises(NotADraft):
        begin(make_run(organisation_a, "reported", entry="simple"), manager_a)


def test_nobody_writes_over_what_he_has_not_read(drill, manager_a, officer_north) -> None:
    report = begin(drill, manager_a)
    base = fingerprint(report.texts)
    services.save_report(report, {"basics": "甲"}, base=base, by=manager_a, now=LATER)
    with pytest.raises(ChangedMeanwhile):
        services.save_report(report, {"basics": "乙"}, base=base, by=officer_north, now=LATER)
    saved = fresh(report)
    assert (saved.texts, saved.written_by) == ({"basics": "甲"}, manager_a)


def test_only_known_sections_are_kept(drill, manager_a) -> None:
    report = begin(drill, manager_a)
    services.save_report(report, {"basics": "甲", "seal": "红头"}, base=fingerprint({}), by=manager_a, now=LATER)
    assert fresh(report).texts == {"basics": "甲"}


# ── Final ────────────────────────────────────────────────────────────────────
def test_final_means_frozen_with_its_hash(told, manager_a) -> None:
    make_form(told)
    release_score(told)
    report = freeze(told, manager_a)
    assert (report.state, report.frozen_by, report.version) == ("frozen", manager_a, 1)
    assert report.data_hash == fingerprint(report.data) == fingerprint(fresh(report).data)
    observe(told, "后来补的", 59)
    assert fresh(report).data["texts"]["process"] == report.data["texts"]["process"]
    with pytest.raises(NotADraft):
        services.save_report(report, {"basics": "改"}, base=fingerprint(report.texts), by=manager_a, now=FILED)
    with pytest.raises(NotADraft):
        services.discard_report(report, by=manager_a, now=FILED)


def test_a_second_click_freezes_once(drill, manager_a) -> None:
    report = freeze(drill, manager_a)
    with pytest.raises(NotADraft):
        services.freeze_report(report, by=manager_a, now=FILED)
    assert AuditEntry.objects.filter(action="drills.report_finished").count() == 1
    assert Job.objects.filter(task="drills.render_report").count() == 1


def test_the_first_final_report_makes_the_drill_reported(drill, manager_a) -> None:
    freeze(drill, manager_a, "summary")
    assert fresh(drill).state == "reported"
    freeze(fresh(drill), manager_a, "evaluation")
    assert fresh(drill).state == "reported"


def test_actions_there_were_before_set_the_improvement_going(drill, learner, manager_a) -> None:
    make_action(make_finding(drill), learner)
    freeze(drill, manager_a)
    assert fresh(drill).state == "improving"


def test_before_the_score_is_released_nothing_is_final(drill, manager_a) -> None:
    make_form(drill)
    with pytest.raises(ReportNotReady):
        freeze(drill, manager_a)
    assert fresh(drill).state == "evaluating"
    release_score(drill)
    freeze(drill, manager_a)


def test_before_the_evaluation_has_begun_it_stays_a_draft(organisation_a, manager_a) -> None:
    drill = make_run(organisation_a, "ended", level="enterprise")
    with pytest.raises(ReportNotReady):
        freeze(drill, manager_a)


def test_what_is_frozen_is_what_was_seen(drill, manager_a) -> None:
    report = begin(drill, manager_a)
    seen = services.seen(services.content(report, now=LATER))
    make_finding(drill)
    with pytest.raises(ChangedMeanwhile):
        services.freeze_report(report, seen_hash=seen, by=manager_a, now=FILED)
    seen = services.seen(services.content(report, now=LATER))
    services.freeze_report(report, seen_hash=seen, by=manager_a, now=FILED)


def test_for_the_county_a_second_person_approves(bureau, drill_officer, leader, manager_a) -> None:
    drill = make_run(bureau, level="county")
    report = begin(drill, drill_officer)
    with pytest.raises(ReportNotReady):
        services.freeze_report(report, by=drill_officer, now=FILED)
    services.freeze_report(report, by=leader, now=FILED)


def test_a_change_is_the_next_version_with_the_words_of_the_last(drill, manager_a) -> None:
    first = begin(drill, manager_a)
    services.save_report(first, {"lessons": "x", "basics": "甲"}, base=fingerprint({}), by=manager_a, now=LATER)
    first = services.freeze_report(first, by=manager_a, now=FILED)
    second = begin(fresh(drill), manager_a)
    assert (second.version, second.texts["basics"]) == (2, "甲")
    services.save_report(second, {"basics": "乙"}, base=fingerprint(second.texts), by=manager_a, now=FILED)
    second = services.freeze_report(second, by=manager_a, now=FILED)
    assert fresh(first).data["texts"]["basics"] == "甲"
    assert second.data["texts"]["basics"] == "乙"


def test_a_draft_is_discarded_unless_findings_were_changed_under_it(drill, manager_a) -> None:
    finding = make_finding(drill)
    freeze(drill, manager_a)
    services.discard_report(begin(fresh(drill), manager_a), by=manager_a, now=FILED)
    draft = begin(fresh(drill), manager_a)
    finding.text = "改了"
    save_finding(finding, by=manager_a, now=FILED)
    with pytest.raises(ReportNotReady):
        services.discard_report(draft, by=manager_a, now=FILED)
    assert [report.version for report in drill.reports.all()] == [2, 1]


# ── Files ────────────────────────────────────────────────────────────────────
@pytest.fixture
def final(organisation_a: Any, organisation_b: Any, manager_a: Any, learner: Any) -> DrillReport:
    version = make_version(make_plan(organisation_a), sha256="ab" * 32)
    drill = make_run(organisation_a, level="enterprise", plan_version=version, background="上游降雨\x01，水位上涨。")
    join(drill, organisation_b)
    make_form(drill)
    release_score(drill)
    make_action(make_finding(drill, "初报超时 <四分钟> & 占线"), learner)
    for minute in range(60):
        observe(drill, f"第{minute}分钟的观察" + "🚩" * (minute == 7), minute)
    return freeze(drill, manager_a)


def test_the_pdf_names_the_drill_on_every_page(final) -> None:
    assert render_report(final, now=FILED)
    report = fresh(final)
    pages = [page.extract_text() for page in PdfReader(report.pdf.open()).pages]
    assert len(pages) >= 4
    assert all("【演练】" in page for page in pages)
    whole = re.sub(r"\s", "", "".join(pages))
    for text in (
        "一、基本情况",
        "（一）准备情况",
        "初报超时<四分钟>&占线",
        "82.50",
        "ab" * 32,
        report.data_hash,
        "编制人",
    ):
        assert text in whole
    assert f"—{len(pages)}—" in re.sub(r"\s", "", pages[-1])


def test_the_word_file_names_the_fonts_and_levels_of_official_papers(final) -> None:
    render_report(final, now=FILED)
    book = docx.Document(fresh(final).docx.open())
    styles = {name: book.styles[name].element.rPr.rFonts for name in ("Normal", "Heading 1", "Heading 2")}
    east = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
    assert [fonts.get(east) for fonts in styles.values()] == ["仿宋_GB2312", "黑体", "楷体_GB2312"]
    levels = [(line.style.name, line.text) for line in book.paragraphs if line.style.name.startswith("Heading")]
    assert levels[:4] == [
        ("Heading 1", "一、基本情况"), ("Heading 1", "二、评估过程"), ("Heading 1", "三、情况分析"),
        ("Heading 2", "（一）准备情况"),
    ]  # fmt: skip
    assert book.sections[0].header.paragraphs[0].text.startswith("【演练】")
    assert "PAGE" in book.sections[0].footer._element.xml
    cells = {cell.text for table in book.tables for row in table.rows for cell in row.cells}
    assert "初报超时 <四分钟> & 占线" in cells
    assert "上游降雨，水位上涨。" in {line.text for line in book.paragraphs}  # without what XML cannot hold
    assert book.core_properties.author == ""


def test_the_files_are_made_once(final) -> None:
    assert render_report(final, now=FILED)
    assert not render_report(fresh(final), now=FILED)
    assert not render_report(final, now=FILED)  # a worker that read the row before
    assert PrivateFile.objects.filter(kind="drills.report").count() >= 2
    assert AuditEntry.objects.filter(action="drills.report_rendered").count() == 1


def test_a_draft_is_never_printed_as_final(drill, manager_a) -> None:
    report = begin(drill, manager_a)
    assert not render_report(report, now=LATER)
    pages = PdfReader(io.BytesIO(services.preview_pdf(report, now=LATER))).pages
    assert all("草稿" in page.extract_text() for page in pages)


# ── Pages ────────────────────────────────────────────────────────────────────
def test_written_looked_through_and_approved_in_the_browser(told, manager_a, client_of) -> None:
    client = client_of(manager_a)
    client.post(url("report_new", told.pk, "evaluation"))
    report = told.reports.get()
    page = client.get(url("report_edit", report.pk)).content.decode()
    base = re.search(r'name="base" value="(\w+)"', page)[1]  # type: ignore[index]
    assert "下达2条" in page  # what is proposed
    words = {section.key: f"{section.key}的说明" for section in SECTIONS["evaluation"]}
    client.post(url("report_edit", report.pk), {**words, "base": base})
    page = client.get(url("report", report.pk)).content.decode()
    assert "conclusion的说明" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]  # type: ignore[index]
    client.post(url("report_freeze", report.pk), {"seen": seen})
    assert fresh(told).state == "reported"
    assert fresh(report).data["texts"]["conclusion"] == "conclusion的说明"
    assert client.get(url("report_edit", report.pk)).status_code == 302
    assert "data-job-state" in client.get(url("report", report.pk)).content.decode()


def test_whoever_was_overtaken_keeps_his_words_and_may_save_again(drill, manager_a, client_of) -> None:
    report, client = begin(drill, manager_a), client_of(manager_a)
    services.save_report(report, {"basics": "别人的"}, base=fingerprint({}), by=manager_a, now=LATER)
    answer = client.post(url("report_edit", report.pk), {"basics": "我的", "base": fingerprint({})})
    page = answer.content.decode()
    assert "我的" in page
    assert fresh(report).texts["basics"] == "别人的"
    base = re.search(r'name="base" value="(\w+)"', page)[1]  # type: ignore[index]
    client.post(url("report_edit", report.pk), {"basics": "我的", "base": base})
    assert fresh(report).texts["basics"] == "我的"


def test_an_emptied_section_stays_empty(drill, manager_a, client_of) -> None:
    report, client = begin(drill, manager_a), client_of(manager_a)
    client.post(url("report_edit", report.pk), {"base": fingerprint({})})
    assert set(fresh(report).texts.values()) == {""}
    assert "无记录。" in client.get(url("report", report.pk)).content.decode()


def test_a_draft_is_for_those_who_write_or_approve_it(
    drill, organisation_b, manager_b, supervisor, client_of, manager_a
) -> None:
    report = begin(drill, manager_a)
    join(drill, organisation_b)
    assert client_of(supervisor).get(url("report", report.pk)).status_code == 404  # reads the outcome, not drafts
    services.freeze_report(report, by=manager_a, now=FILED)
    assert client_of(supervisor).get(url("report", report.pk)).status_code == 200
    assert client_of(manager_b).get(url("report", report.pk)).status_code == 200  # his unit took part


def test_strangers_find_no_report(drill, manager_a, manager_b, learner, officer_south, client_of) -> None:
    report = begin(drill, manager_a)
    for person in (manager_b, learner, officer_south):
        client = client_of(person)
        assert client.post(url("report_new", drill.pk, "summary")).status_code == 404
        for name in ("report", "report_edit", "report_preview"):
            assert client.get(url(name, report.pk)).status_code == 404
        for name in ("report_freeze", "report_discard"):
            assert client.post(url(name, report.pk)).status_code == 404
    assert fresh(report).state == "draft"


def test_files_of_a_report_are_read_by_whoever_reads_the_outcome(
    final, manager_a, manager_b, learner_b, client_of
) -> None:
    render_report(final, now=FILED)
    address = reverse("records:file", args=[fresh(final).pdf_id])
    assert client_of(manager_a).get(address).status_code == 200
    assert client_of(manager_b).get(address).status_code == 200  # his unit took part
    assert client_of(learner_b).get(address).status_code == 404
