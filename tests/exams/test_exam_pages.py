"""The pages of those who hold exams: draft, publishing, candidates, tickets, results."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from exams import services, tickets
from exams.models import Candidate, Exam
from exams.queries.results import State
from exams.sitting_rules import Save
from exams.tasks import print_tickets
from people.services.identity import identity_fields
from records.models import AuditEntry, Job, PrivateFile
from tests.exams.factories import (
    DEVICE,
    make_bank,
    make_candidate,
    make_exam,
    make_published,
    make_sitting,
    right_answers,
)
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=")


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


def local_form(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def draft_data(bank, *, organisation="", parts=(("single", 3, 20), ("true_false", 2, 20)), **changed):
    now = timezone.now()
    data = {
        "title": "安全员考试",
        "organisation": organisation,
        "opens_at": local_form(now + timedelta(hours=1)),
        "closes_at": local_form(now + timedelta(days=1)),
        "duration_minutes": 30,
        "pass_percent": 80,
        "attempts": 2,
        "parts-TOTAL_FORMS": len(parts) + 2,
        "parts-INITIAL_FORMS": 0,
    }
    for place, (kind, count, points) in enumerate(parts):
        data |= {
            f"parts-{place}-{name}": value
            for name, value in zip(("kind", "count", "points"), (kind, count, points), strict=True)
        }
        data[f"parts-{place}-bank"] = bank.pk
    for place in range(len(parts), len(parts) + 2):
        data[f"parts-{place}-kind"] = "single"  # an empty row: its kind is always chosen
    return data | changed


@pytest.fixture
def bank():
    return make_bank()


@pytest.fixture
def exam(organisation_a, bank):
    return make_published(bank, organisation=organisation_a)


# ── The draft ────────────────────────────────────────────────────────────────
def test_a_draft_is_made_changed_checked_and_published(client_of, exam_officer, bank):
    client = client_of(exam_officer)
    page = client.post(url("exam_new"), draft_data(bank))
    exam = Exam.objects.get()
    assert page.url == url("exam_detail", exam.pk)
    assert (exam.state, exam.organisation, exam.created_by) == (Exam.State.DRAFT, None, exam_officer)
    assert list(exam.parts.values_list("position", "kind", "count", "points")) == [
        (1, "single", 3, 20),
        (2, "true_false", 2, 20),
    ]
    changed = draft_data(bank, parts=[("multiple", 2, 50)], title="安全员考试（二）")
    assert client.post(url("exam_edit", exam.pk), changed).url == url("exam_detail", exam.pk)
    assert list(exam.parts.values_list("position", "kind", "count", "points")) == [(1, "multiple", 2, 50)]
    check = client.get(url("exam_publish", exam.pk))
    assert check.context["faults"] == []
    assert check.context["total"] == {"questions": 2, "points": 100}
    assert client.post(url("exam_publish", exam.pk)).url == url("exam_detail", exam.pk)
    exam.refresh_from_db()
    assert (exam.state, exam.papers.count()) == (Exam.State.PUBLISHED, 5)
    assert client.get(url("exam_edit", exam.pk)).status_code == 404
    assert client.get(url("exam_publish", exam.pk)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        ({"title": ""}, None),
        ({"closes_at": "2020-01-01T00:00"}, None),
        ({"pass_percent": 101}, None),
        ({"parts-0-count": 0}, None),
        ({"parts-0-points": ""}, None),
        ({}, []),
        ({}, [("single", 1, 1), ("single", 2, 1)]),
        ({}, [("single", 501, 1)]),
        ({}, [("single", 300, 1), ("multiple", 300, 1)]),
    ],
)
def test_a_draft_that_does_not_fit_is_explained(client_of, exam_officer, bank, changed, parts):
    data = draft_data(bank, **({} if parts is None else {"parts": parts})) | changed
    page = client_of(exam_officer).post(url("exam_new"), data)
    assert page.status_code == 200
    assert not Exam.objects.exists()
    assert re.search(r'role="alert"|errorlist', page.content.decode())


def test_a_safety_officer_holds_exams_of_his_organisation_only(
    client_of, manager_a, bank, organisation_a, organisation_b
):
    client = client_of(manager_a)
    foreign = make_bank("乙的题库", organisation_b)
    assert client.post(url("exam_new"), draft_data(bank)).status_code == 200  # the bureau's own is not his
    assert client.post(url("exam_new"), draft_data(bank, organisation=organisation_b.pk)).status_code == 200
    assert client.post(url("exam_new"), draft_data(foreign, organisation=organisation_a.pk)).status_code == 200
    assert not Exam.objects.exists()
    assert client.post(url("exam_new"), draft_data(bank, organisation=organisation_a.pk)).status_code == 302
    assert Exam.objects.get().organisation == organisation_a
    assert str(organisation_b) not in client.get(url("exam_new")).content.decode()


def test_a_bank_of_one_organisation_does_not_serve_the_bureaus_exam(client_of, exam_officer, organisation_a):
    page = client_of(exam_officer).post(url("exam_new"), draft_data(make_bank("甲的题库", organisation_a)))
    assert page.context["parts"].non_form_errors()


def test_what_stands_in_the_way_of_publishing_is_told(client_of, exam_officer, bank):
    exam = make_exam(bank, parts=[("single", 9, 10)])
    client = client_of(exam_officer)
    page = client.get(url("exam_publish", exam.pk))
    assert [type(fault) for fault in page.context["faults"]] == [services.NotEnoughQuestions]
    assert client.post(url("exam_publish", exam.pk)).url == url("exam_publish", exam.pk)
    exam.refresh_from_db()
    assert exam.state == Exam.State.DRAFT


def test_withdrawing_asks_for_the_reason(client_of, manager_a, exam):
    client = client_of(manager_a)
    assert client.post(url("exam_withdraw", exam.pk), {"reason": ""}).status_code == 200
    assert client.post(url("exam_withdraw", exam.pk), {"reason": "题目有误"}).url == url("exam_detail", exam.pk)
    exam.refresh_from_db()
    assert exam.state == Exam.State.WITHDRAWN


# ── The list ─────────────────────────────────────────────────────────────────
def titles(page):
    return [exam.title for exam in page.context["page"]]


def test_the_list_shows_the_exams_in_scope_and_those_its_people_sit(
    client_of, cast, bank, organisation_a, organisation_b, learner
):
    make_published(bank, title="甲的考试", organisation=organisation_a)
    make_exam(bank, title="乙的草稿", organisation=organisation_b)
    county = make_published(bank, title="全县考试")
    address = url("exam_list")
    assert titles(client_of(cast["manager_a"]).get(address)) == ["甲的考试"]
    make_candidate(county, learner.memberships.get())
    assert set(titles(client_of(cast["manager_a"]).get(address))) == {"甲的考试", "全县考试"}
    assert set(titles(client_of(cast["officer_north"]).get(address))) == {"甲的考试", "全县考试"}
    assert titles(client_of(cast["manager_b"]).get(address)) == ["乙的草稿"]
    assert len(titles(client_of(cast["exam_officer"]).get(address))) == 3


def test_the_list_is_filtered_in_the_address(client_of, exam_officer, bank):
    now = timezone.now()
    make_exam(bank, title="草稿")
    make_published(bank, title="开考中")
    make_published(bank, title="未开始", opens_at=now + timedelta(hours=1))
    over = make_published(bank, title="已结束")
    Exam.objects.filter(pk=over.pk).update(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    client, address = client_of(exam_officer), url("exam_list")
    for state, title in (("draft", "草稿"), ("open", "开考中"), ("coming", "未开始"), ("closed", "已结束")):
        assert titles(client.get(address, {"state": state})) == [title]
    assert titles(client.get(address, {"q": "结束"})) == ["已结束"]
    assert len(titles(client.get(address, {"state": "nonsense"}))) == 4


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_lists_cost_the_same_for_one_row_and_three(client_of, exam_officer, manager_a, bank, organisation_a):
    exam = make_published(bank, organisation=organisation_a)
    make_candidate(exam, MembershipFactory(organisation=organisation_a))
    client = client_of(exam_officer)
    addresses = [url("exam_list"), url("exam_results", exam.pk)]
    before = [queries_of(client, address) for address in addresses]
    for _one in range(3):
        another = make_published(bank, organisation=organisation_a)
        make_candidate(another, MembershipFactory(organisation=organisation_a))
        make_candidate(exam, MembershipFactory(organisation=organisation_a))
    assert [queries_of(client, address) for address in addresses] == before
    assert max(before) <= 15  # one of them asks whether the work menu has "My drills"


# ── Candidates ───────────────────────────────────────────────────────────────
def test_people_are_counted_before_they_are_admitted(client_of, manager_a, exam, organisation_a, learner):
    MembershipFactory(organisation=organisation_a, department="机修", category="team_leader")
    MembershipFactory(organisation=organisation_a, department="机修", ends_on="2021-01-01")
    client, address = client_of(manager_a), url("exam_admit", exam.pk)
    page = client.post(address, {"organisation": organisation_a.pk, "department": "机修", "count": "1"})
    assert (page.context["found"], page.context["known"]) == (1, 0)
    assert not exam.candidates.exists()
    assert client.post(address, {"organisation": organisation_a.pk, "admit": "1"}).url == url("exam_detail", exam.pk)
    assert exam.candidates.count() == 3  # manager, learner, the mechanic
    page = client.post(address, {"organisation": organisation_a.pk, "category": ["worker"], "count": "1"})
    assert (page.context["found"], page.context["known"]) == (2, 2)


def test_nobody_admits_people_of_another_organisation(client_of, manager_a, exam, organisation_b, learner_b):
    address = url("exam_admit", exam.pk)
    page = client_of(manager_a).post(address, {"organisation": organisation_b.pk, "admit": "1"})
    assert page.context["form"].errors
    assert not exam.candidates.exists()


def test_tickets_are_printed_by_a_job_and_open_for_their_printer_alone(
    client_of, manager_a, exam_officer, exam, organisation_a, settings, tmp_path
):
    settings.PRIVATE_ROOT = tmp_path
    for _one in range(9):
        make_candidate(exam, MembershipFactory(organisation=organisation_a))
    client = client_of(manager_a)
    job = Job.objects.get(pk=client.post(url("exam_tickets", exam.pk), {"which": "new"}).url.strip("/").split("/")[-1])
    assert (job.task, job.args) == ("exams.print_tickets", [exam.pk, manager_a.pk, True])
    print_tickets(*job.args)
    file = PrivateFile.objects.get(kind=tickets.KIND)
    assert exam.candidates.filter(ticket_hash=None).count() == 0
    assert file in client.get(url("exam_tickets", exam.pk)).context["files"]
    address = reverse("records:file", args=[file.pk])
    assert client.get(address).status_code == 200
    assert client_of(exam_officer).get(address).status_code == 404


def test_the_printed_tickets_carry_names_and_codes_that_open(exam, learner, settings, tmp_path, manager_a):
    from pypdf import PdfReader

    settings.PRIVATE_ROOT = tmp_path
    learner.memberships.update(department="机修车间", employee_number="A017")
    candidate = make_candidate(exam, learner.memberships.get())
    (file,) = tickets.print_tickets(exam, only_new=True, by=manager_a, now=timezone.now())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.open().read())).pages)
    assert learner.full_name in text
    assert candidate.exam.title in text
    assert "机修车间 A017" in text


def test_a_single_ticket_is_shown_once(client_of, manager_a, exam, learner):
    candidate = make_candidate(exam, learner.memberships.get())
    client, address = client_of(manager_a), url("candidate_ticket", candidate.pk)
    assert client.get(address).status_code == 405
    page = client.post(address)
    token = re.search(r"/exams/ticket/([\w-]+)/", page.content.decode())[1]
    assert services.find_ticket(token) == candidate
    assert page.headers["Cache-Control"].count("no-store")


# ── Results ──────────────────────────────────────────────────────────────────
@pytest.fixture
def passed(exam, learner):
    """The learner has passed; the safety officer has not begun."""
    type(learner).objects.filter(pk=learner.pk).update(**identity_fields("11010519491231002X"))
    sitting = make_sitting(make_candidate(exam, learner.memberships.get()))
    now = timezone.now()
    saves = [Save(slot, tuple(given), 1, now) for slot, given in right_answers(sitting).items()]
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=now)
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)
    return sitting


def found(page):
    return [row.user.full_name for row in page.context["page"]]


def test_results_are_filtered_in_the_address_and_people_looked_up_by_post(client_of, manager_a, exam, passed):
    make_candidate(exam, manager_a.memberships.get())
    client, address = client_of(manager_a), url("exam_results", exam.pk)
    assert set(found(client.get(address))) == {"李强", "王芳"}
    assert found(client.get(address, {"state": "passed"})) == ["李强"]
    assert found(client.get(address, {"state": "not_begun"})) == ["王芳"]
    assert found(client.post(address, {"q": "李"})) == ["李强"]
    assert found(client.post(address, {"q": "002x"})) == ["李强"]
    assert found(client.post(f"{address}?state=not_begun", {"q": "李"})) == []


def test_the_export_holds_exactly_what_is_shown(client_of, manager_a, exam, passed):
    make_candidate(exam, manager_a.memberships.get())
    client = client_of(manager_a)
    response = client.post(f"{url('exam_results_export', exam.pk)}?state=passed", {"q": ""})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == exam.title
    assert rows[3][:8] == ["李强", "甲化工有限公司", "002X", str(State.PASSED.label), 100, 100, 1, 2]
    assert len(rows) == 4
    assert AuditEntry.objects.get(action="exams.results_exported").payload == {"rows": 1}


def test_a_candidate_shows_sittings_marks_and_journal(client_of, manager_a, leader, passed):
    page = client_of(leader).get(url("exam_candidate", passed.candidate_id))
    (one,) = page.context["sittings"]
    assert (one["count"], one["answered"], one["mark"].points) == (5, 5, 100)
    assert all(line["counts"] for line in one["events"])
    assert not page.context["may_manage"]
    assert client_of(manager_a).get(url("exam_candidate", passed.candidate_id)).context["may_manage"]


def test_further_attempts_and_minutes_need_a_reason(client_of, manager_a, passed):
    client, pk = client_of(manager_a), passed.candidate_id
    assert client.post(url("candidate_attempt", pk), {"reason": ""}).status_code == 200
    assert client.post(url("candidate_attempt", pk), {"reason": "手机故障"}).url == url("exam_candidate", pk)
    assert client.post(url("candidate_time", pk), {"minutes": "0", "reason": "手机故障"}).status_code == 200
    assert client.post(url("candidate_time", pk), {"minutes": "15", "reason": "手机故障"}).url == url(
        "exam_candidate", pk
    )
    candidate = Candidate.objects.get(pk=pk)
    assert (candidate.extra_attempts, candidate.extra_minutes) == (1, 15)


def test_late_answers_count_once_somebody_says_why(client_of, manager_a, organisation_a, bank, learner):
    now = timezone.now() - timedelta(hours=3)  # what comes late has come by the time somebody decides
    exam = make_published(bank, organisation=organisation_a, now=now)
    sitting = make_sitting(make_candidate(exam, learner.memberships.get()), now=now)
    right = right_answers(sitting)
    after = sitting.deadline + timedelta(hours=1)
    for slots, moment in (((0, 1), now), ((2, 3, 4), after)):
        saves = [Save(slot, tuple(right[slot]), 1, now) for slot in slots]
        services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=moment)
    services.submit_sitting(sitting, now=after)
    services.mark_sitting(sitting.pk, now=now)
    client, page = client_of(manager_a), url("exam_candidate", sitting.candidate_id)
    late = url("candidate_late", sitting.candidate_id, sitting.pk)
    assert late in client.get(page).content.decode()
    assert client.post(late, {"reason": ""}).status_code == 200
    assert client.post(late, {"reason": "考场断网"}).url == page
    assert [(mark.points, mark.by) for mark in sitting.marks.order_by("pk")] == [(40, None), (100, manager_a)]
    assert late not in client.get(page).content.decode()
    assert client.post(late, {"reason": "考场断网"}).status_code == 404


def test_nobody_grants_himself_anything(client_of, manager_a, exam):
    candidate = make_candidate(exam, manager_a.memberships.get())
    client = client_of(manager_a)
    for name in ("candidate_attempt", "candidate_time", "candidate_withdraw"):
        assert client.get(url(name, candidate.pk)).status_code == 404
    assert client.post(url("candidate_ticket", candidate.pk)).status_code == 404


def test_a_candidate_is_withdrawn_with_a_reason(client_of, manager_a, exam, learner):
    candidate = make_candidate(exam, learner.memberships.get())
    client = client_of(manager_a)
    assert client.post(url("candidate_withdraw", candidate.pk), {"reason": "已离职调出"}).status_code == 302
    candidate.refresh_from_db()
    assert candidate.withdrawn_at


# ── The pages ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages_without_inline_style_or_script(
    client_of, exam_officer, manager_a, bank, exam, passed, language
):
    draft = make_exam(bank)
    with translation.override(language):
        addresses = [
            url("exam_list"),
            url("exam_new"),
            url("exam_detail", exam.pk),
            url("exam_detail", draft.pk),
            url("exam_edit", draft.pk),
            url("exam_publish", draft.pk),
            url("exam_withdraw", exam.pk),
            url("exam_admit", exam.pk),
            url("exam_tickets", exam.pk),
            url("exam_results", exam.pk),
            url("exam_candidate", passed.candidate_id),
            url("candidate_attempt", passed.candidate_id),
            url("candidate_time", passed.candidate_id),
            url("candidate_withdraw", passed.candidate_id),
        ]
    client = client_of(exam_officer)
    for address in addresses:
        html = client.get(address).content.decode()
        assert not INLINE.search(html), address
        assert len(re.findall(r"<h1", html)) == 1, address
        assert len(re.findall(r'class="[^"]*btn-primary', html)) <= 1, address
