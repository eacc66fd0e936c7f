"""The pages of those who watch over an exam: statistics, quarantine, board, patterns, comparison."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from exams import services
from exams.models import ExamStatistics, Incident, PatternReview, Question, Sitting
from exams.queries.board import Place
from exams.services import statistics
from exams.services.banks import quarantine_question
from exams.sitting_rules import Save
from records.models import AuditEntry, Job
from tests.exams.factories import (
    DEVICE,
    make_bank,
    make_candidate,
    make_exam,
    make_published,
    right_answers,
)
from tests.people.factories import MembershipFactory

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=")


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


@pytest.fixture
def exam(organisation_a):
    """Open for an hour already."""
    return make_published(make_bank(), organisation=organisation_a, now=timezone.now() - timedelta(hours=1))


@pytest.fixture
def candidate(exam, learner):
    return make_candidate(exam, learner.memberships.get())


def begin(candidate, *, ago=0):
    return services.start_sitting(candidate, device=DEVICE, now=timezone.now() - timedelta(seconds=ago))


def sit(candidate, *, right=True):
    now = timezone.now()
    sitting = services.start_sitting(candidate, device=f"phone-{candidate.pk:04}", now=now)
    answers = right_answers(sitting) if right else {0: [3]}
    saves = [Save(slot, tuple(given), 1, now) for slot, given in answers.items()]
    services.save_answers(sitting.pk, saves, device=sitting.device, epoch=1, now=now)
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)
    return sitting


@pytest.fixture
def counted(exam, organisation_a):
    """Four passed, two did not."""
    for right in (True, True, True, True, False, False):
        sit(make_candidate(exam, MembershipFactory(organisation=organisation_a)), right=right)
    return statistics.compute(exam, now=timezone.now())


def workbook(response):
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# ── Statistics ───────────────────────────────────────────────────────────────
def test_statistics_are_asked_for_and_then_shown(client_of, exam_officer, exam, candidate):
    client, address = client_of(exam_officer), url("exam_statistics", exam.pk)
    assert "page" not in client.get(address).context  # nobody has sat
    sit(candidate)
    assert client.post(url("exam_statistics_compute", exam.pk)).url == address
    assert Job.objects.filter(task="exams.compute_statistics").get().args == [exam.pk]
    statistics.compute(exam, now=timezone.now())
    page = client.get(address)
    assert not page.context["stale"]
    assert len(page.context["figures"]) == 8
    assert [line.looks for line in page.context["page"].object_list] == [["few"]] * 5


def test_marks_that_came_later_are_mentioned(client_of, exam_officer, exam, counted, candidate):
    sit(candidate)
    assert client_of(exam_officer).get(url("exam_statistics", exam.pk)).context["stale"]


def test_the_key_stands_in_the_statistics_only_for_whoever_looks_after_the_bank(
    client_of, exam_officer, manager_a, exam, counted
):
    lines = client_of(exam_officer).get(url("exam_statistics", exam.pk)).context["page"].object_list
    assert all(any(one.right for one in line.choices) for line in lines)
    lines = client_of(manager_a).get(url("exam_statistics", exam.pk)).context["page"].object_list
    assert not any(one.right for line in lines for one in line.choices)


def test_statistics_go_out_as_excel(client_of, exam_officer, exam, counted):
    sheets = workbook(client_of(exam_officer).post(url("exam_statistics_export", exam.pk)))
    whole, questions, _chosen = sheets.values()
    assert len(whole) == 2 + 1 + 8
    assert len(questions) == 2 + 1 + len(counted.figures["versions"])
    assert AuditEntry.objects.filter(action="exams.statistics_exported").count() == 1


def test_the_costs_of_the_statistics_page_do_not_grow_with_its_questions(client_of, exam_officer, organisation_a):
    counts = []
    for questions in (2, 8):
        exam = make_published(make_bank(f"题库{questions}", single=questions), parts=[("single", questions, 10)])
        sit(make_candidate(exam, MembershipFactory(organisation=organisation_a)))
        statistics.compute(exam, now=timezone.now())
        client = client_of(exam_officer)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("exam_statistics", exam.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ── Quarantine ───────────────────────────────────────────────────────────────
def test_a_question_is_put_out_of_use_from_the_statistics_and_let_in_again(client_of, exam_officer, exam):
    question = Question.objects.filter(current__kind="single").first()
    client, address = client_of(exam_officer), f"{url('question_quarantine', question.pk)}?exam={exam.pk}"
    assert client.post(address, {"reason": "答案有争议"}).url == url("exam_statistics", exam.pk)
    question.refresh_from_db()
    assert (question.quarantine_reason, question.quarantined_at is None) == ("答案有争议", False)
    assert client.post(url("question_quarantine", question.pk), {"reason": "核对无误"}).url == url(
        "question_detail", question.pk
    )
    question.refresh_from_db()
    assert (question.quarantine_reason, question.quarantined_at) == ("", None)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "exams.question_quarantined",
        "exams.question_released",
    ]


def test_what_is_out_of_use_is_asked_by_no_new_paper_and_found_by_the_filter(client_of, exam_officer):
    bank = make_bank(single=3)
    question = bank.questions.first()
    quarantine_question(question, reason="题干有误", by=exam_officer, now=timezone.now())
    exam = make_exam(bank, parts=[("single", 3, 10)])
    assert [(fault.needed, fault.there) for fault in services.publishing_faults(exam, timezone.now())] == [(3, 2)]
    client = client_of(exam_officer)
    page = client.get(f"{url('bank_detail', bank.pk)}?state=quarantined")
    assert list(page.context["page"].object_list) == [question]
    assert client.get(url("bank_detail", bank.pk)).context["page"].paginator.count == 2


# ── The board ────────────────────────────────────────────────────────────────
def places(page):
    return {place: count for place, _label, count in page.context["counts"] if count}


def test_the_board_tells_who_is_where(client_of, exam_officer, exam, candidate, organisation_a):
    people = [make_candidate(exam, MembershipFactory(organisation=organisation_a)) for _one in range(5)]
    begin(people[0], ago=59)
    begin(people[1], ago=61)
    paused, annulled = begin(people[2]), begin(people[3])
    services.pause(Sitting.objects.filter(pk=paused.pk), reason="停电", by=exam_officer, now=timezone.now())
    services.annul(annulled, reason="替考", uses_attempt=True, by=exam_officer, now=timezone.now())
    sit(people[4])
    client = client_of(exam_officer)
    page = client.get(url("exam_board", exam.pk))
    assert places(page) == dict.fromkeys(Place, 1)
    silent = client.get(f"{url('exam_board', exam.pk)}?place=silent")
    assert [one.pk for one, _line in silent.context["rows"]] == [people[1].pk]


def test_a_poll_brings_only_the_lines_that_changed(client_of, exam_officer, exam, candidate, organisation_a):
    other = make_candidate(exam, MembershipFactory(organisation=organisation_a))
    client = client_of(exam_officer)
    rows = client.get(url("exam_board", exam.pk)).context["rows"]
    known = ",".join(f"{one.pk}.{line['stamp']}" for one, line in rows)
    state = url("exam_board_state", exam.pk)
    assert client.get(state, {"known": known}).json()["rows"] == []
    begin(other)
    reply = client.get(state, {"known": known}).json()
    assert [(row["pk"], row["place"], row["answered"]) for row in reply["rows"]] == [(other.pk, "writing", 0)]
    assert (reply["counts"]["writing"], reply["counts"]["waiting"]) == (1, 1)
    assert client.get(state, {"known": "1.x,zz;--"}).json()["rows"] == []


def test_a_poll_costs_the_same_for_one_and_for_many(client_of, exam_officer, exam, candidate, organisation_a):
    client, counts = client_of(exam_officer), []
    for more in (1, 6):
        for _one in range(more):
            begin(make_candidate(exam, MembershipFactory(organisation=organisation_a)))
        rows = client.get(url("exam_board", exam.pk)).context["rows"]
        known = ",".join(f"{one.pk}.00000000" for one, _line in rows)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("exam_board_state", exam.pk), {"known": known})
        counts.append(len(queries))
    assert counts[0] == counts[1] < 10


def test_the_board_is_narrowed_down_to_an_organisation(client_of, exam_officer, organisation_a, organisation_b):
    exam = make_published(make_bank())
    for organisation in (organisation_a, organisation_a, organisation_b):
        make_candidate(exam, MembershipFactory(organisation=organisation))
    page = client_of(exam_officer).get(f"{url('exam_board', exam.pk)}?organisation={organisation_a.pk}")
    assert (len(page.context["rows"]), places(page)) == (2, {Place.WAITING: 2})


def test_one_and_all_are_paused_and_go_on(client_of, exam_officer, exam, candidate):
    sitting = begin(candidate)
    client, board = client_of(exam_officer), url("exam_board", exam.pk)
    assert client.post(url("candidate_pause", candidate.pk), {"reason": "手机没电"}).url == board
    assert Sitting.objects.get().paused_at
    assert client.post(url("candidate_resume", candidate.pk)).url == board
    assert client.get(url("exam_pause", exam.pk)).context["people"] == 1
    assert client.post(url("exam_pause", exam.pk), {"reason": "全场停电"}).url == board
    assert Sitting.objects.get().paused_at
    assert client.post(url("exam_resume", exam.pk)).url == board
    after = Sitting.objects.get()
    assert after.paused_at is None
    assert after.deadline > sitting.deadline


def test_nobody_pauses_himself(client_of, manager_a, exam):
    begin(make_candidate(exam, manager_a.memberships.get()))
    client = client_of(manager_a)
    client.post(url("exam_pause", exam.pk), {"reason": "全场停电"})
    assert Sitting.objects.get().paused_at is None


def test_the_candidates_page_hears_of_the_pause(client_of, exam_officer, learner, candidate):
    sitting = begin(candidate)
    phone = client_of(learner)
    phone.cookies["exam_device"] = DEVICE
    page = phone.get(url("sitting", sitting.pk))
    assert page.context["paused_ms"] == 0
    state = [url("sitting_state", sitting.pk)], {"headers": {"X-Attempt": page.context["token"]}}
    assert phone.get(*state[0], **state[1]).json()["paused_at"] is None
    services.pause(Sitting.objects.all(), reason="停电", by=exam_officer, now=timezone.now())
    assert phone.get(*state[0], **state[1]).json()["paused_at"] == Sitting.objects.get().paused_at.isoformat()


def test_the_candidate_reads_why_an_attempt_was_annulled(client_of, exam_officer, learner, candidate):
    sitting = sit(candidate)
    officer = client_of(exam_officer)
    address = url("candidate_annul", candidate.pk, sitting.pk)
    assert officer.post(address, {"reason": "替考被发现"}).url == url("exam_candidate", candidate.pk)
    assert not Sitting.objects.get().uses_attempt
    assert officer.get(address).status_code == 404
    page = client_of(learner).get(url("result", sitting.pk))
    assert (page.context["mark"], page.context["attempts_left"]) == (None, 2)
    assert "替考被发现" in page.content.decode()
    assert "data-unmarked" not in page.content.decode()
    assert "替考被发现" in officer.get(url("exam_candidate", candidate.pk)).content.decode()


def test_an_incident_is_written_down_about_one_person(client_of, exam_officer, exam, candidate, organisation_b):
    client = client_of(exam_officer)
    address = f"{url('exam_incident', exam.pk)}?candidate={candidate.pk}"
    assert client.post(address, {"text": "10:05 换手机"}).url == url("exam_board", exam.pk)
    assert Incident.objects.get().candidate == candidate
    assert "10:05 换手机" in client.get(url("exam_board", exam.pk)).content.decode()
    stranger = make_candidate(make_published(make_bank()), MembershipFactory(organisation=organisation_b))
    assert client.get(f"{url('exam_incident', exam.pk)}?candidate={stranger.pk}").status_code == 404
    assert client.get(f"{url('exam_incident', exam.pk)}?candidate=x").status_code == 404


# ── Odd patterns ─────────────────────────────────────────────────────────────
def test_a_person_judges_a_pattern_and_the_note_stays(client_of, exam_officer, exam, counted):
    Sitting.objects.filter(pk=Sitting.objects.first().pk).update(times_left=30)
    kept = statistics.compute(exam, now=timezone.now())
    client, address = client_of(exam_officer), url("exam_patterns", exam.pk)
    key = next(one["key"] for one in kept.patterns if one["kind"] == "left")
    assert client.post(address, {"pattern": key, "decision": "harmless", "note": "在医院接电话"}).status_code == 302
    assert PatternReview.objects.get().note == "在医院接电话"
    assert "在医院接电话" in client.get(address).content.decode()
    undecided = client.get(f"{address}?state=undecided&kind=left").context["page"].object_list
    assert list(undecided) == []
    forged = {"pattern": "left:999999", "decision": "harmless", "note": "无"}
    assert client.post(address, forged | {"note": "没有这一条"}).status_code == 404
    assert client.post(address, {"pattern": key, "decision": "guilty", "note": "违规"}).context["form"].errors


# ── Comparison ───────────────────────────────────────────────────────────────
def test_a_comparison_counts_the_people_in_scope(
    client_of, exam_officer, officer_north, organisation_a, organisation_b
):
    exam = make_published(make_bank())
    sit(make_candidate(exam, MembershipFactory(organisation=organisation_a)))
    sit(make_candidate(exam, MembershipFactory(organisation=organisation_b)), right=False)
    make_candidate(exam, MembershipFactory(organisation=organisation_b))
    page = client_of(exam_officer).get(url("exam_comparison", exam.pk))
    figures = [
        (one.name, one.candidates, one.sat, one.passed, str(one.pass_rate), str(one.mean))
        for one in page.context["groups"]
    ]
    assert figures == [
        ("乙煤业有限公司", 2, 1, 0, "0.0", "0.0"),
        ("甲化工有限公司", 1, 1, 1, "100.0", "100.0"),
    ]
    assert (page.context["whole"].candidates, str(page.context["whole"].pass_rate)) == (3, "50.0")
    own = client_of(officer_north).get(f"{url('exam_comparison', exam.pk)}?by=township")
    assert [one.name for one in own.context["groups"]] == ["北岭乡"]
    sectors = client_of(exam_officer).get(f"{url('exam_comparison', exam.pk)}?by=sector")
    assert len(sectors.context["groups"]) == 2
    sheets = workbook(client_of(exam_officer).post(url("exam_comparison_export", exam.pk)))
    assert [len(rows) for rows in sheets.values()] == [2 + 1 + 3] * 3


# ── All of them ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", ["", "/en"])
def test_no_page_holds_inline_code_or_untranslated_words(client_of, exam_officer, exam, counted, candidate, language):
    begin(candidate)
    client = client_of(exam_officer)
    names = ("exam_statistics", "exam_patterns", "exam_comparison", "exam_board", "exam_pause", "exam_incident")
    addresses = [url(name, exam.pk) for name in names]
    addresses += [url("candidate_pause", candidate.pk), url("question_quarantine", Question.objects.first().pk)]
    for address in addresses:
        page = client.get(f"{language}{address}")
        assert page.status_code == 200, address
        assert INLINE.findall(page.content.decode()) == [], address


def test_an_exam_without_candidates_has_empty_pages(client_of, exam_officer, exam):
    client = client_of(exam_officer)
    for name in ("exam_statistics", "exam_patterns", "exam_comparison", "exam_board"):
        assert 'class="empty"' in client.get(url(name, exam.pk)).content.decode(), name
    assert ExamStatistics.objects.count() == 0
