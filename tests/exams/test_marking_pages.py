"""The pages of markers, of whoever corrects a key, and of candidates who may read their marked paper."""

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
from exams.models import Exam, HandAnswer, HandMark, KeyCorrection, Mark, QuestionBank, QuestionVersion
from exams.services.hand_marking import appoint_marker
from exams.views import corrections as views
from records.models import Job
from tests.exams.factories import (
    hand_in_texts,
    make_candidate,
    make_question,
    make_sitting,
    make_written_exam,
)
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<[^>]+ style=|<script(?![^>]* src=)[^>]*>(?!\s*</script>)|<[^>]+ on\w+=")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def exam(now):
    return make_written_exam(now=now, title="主观题考试")


@pytest.fixture
def marker(exam, exam_officer, now):
    """Appointed, without any role."""
    person = UserFactory(full_name="阅卷老师")
    appoint_marker(exam, person, by=exam_officer, now=now)
    return person


@pytest.fixture
def version(exam):
    return QuestionVersion.objects.get(kind="essay")


def url(name, *args):
    return reverse(f"exams:{name}", args=args)


def text_of(response):
    return response.content.decode()


def points(first, second, **more):
    return {"line_0": str(first), "line_1": str(second), "comment": "", **more}


def action_of(response):
    return re.search(r'action="([^"]+/marking/\d+/[0-9a-f]{32}/)"', text_of(response))[1]


# ── Marking ──────────────────────────────────────────────────────────────────
def test_a_marker_finds_his_way_from_home_to_the_next_answer(client_of, exam, marker, version, now):
    hand_in_texts(exam, "先断电，再报警。", now=now)
    client = client_of(marker)
    assert url("marking_list") in text_of(client.get(reverse("people:home")))
    assert url("exam_marking", exam.pk) in text_of(client.get(url("marking_list")))
    assert url("marking_question", exam.pk, version.pk) in text_of(client.get(url("exam_marking", exam.pk)))
    page = text_of(client.get(url("marking_question", exam.pk, version.pk)))
    assert "先断电，再报警。" in page
    assert not INLINE.search(page)


def test_no_page_of_a_marker_tells_whose_answer_it_is(client_of, exam, marker, version, now):
    member = MembershipFactory(user=UserFactory(full_name="欧阳不宜见"), organisation__name="不宜见机械厂")
    sitting = hand_in_texts(exam, "先断电。", now=now, membership=member)
    client = client_of(marker)
    pages = [
        client.get(url("marking_list")),
        client.get(url("exam_marking", exam.pk)),
        client.get(url("marking_question", exam.pk, version.pk)),
    ]
    pages.append(client.post(action_of(pages[-1]), points(9, 9)))
    for page in map(text_of, pages):
        assert "不宜见" not in page
        assert not re.search(rf"/(sittings|candidates)/({sitting.pk}|{sitting.candidate_id})/", page)


def test_a_save_is_receipted_and_leads_to_the_next_answer(client_of, exam, marker, version, now):
    for number in range(2):
        hand_in_texts(exam, f"第{number}份", now=now)
    client = client_of(marker)
    first = client.get(url("marking_question", exam.pk, version.pk))
    after = client.post(action_of(first), points(6, "2.5", comment="步骤清楚"), follow=True)
    assert "8.5" in text_of(after)
    assert action_of(after) != action_of(first)
    assert [(mark.points, mark.rubric, mark.comment, mark.by) for mark in HandMark.objects.all()] == [
        (HandMark.objects.get().points, ["6", "2.5"], "步骤清楚", marker)
    ]
    assert action_of(first) in text_of(after)  # back to my last
    done = client.post(action_of(after), points(0, 0), follow=True)
    assert (done.templates[0].name, Mark.objects.count()) == ("exams/marking_done.html", 2)


def test_points_beyond_the_rubric_come_back_with_the_fault_and_what_was_typed(client_of, exam, marker, version, now):
    hand_in_texts(exam, "先断电。", now=now)
    client = client_of(marker)
    page = client.post(action_of(client.get(url("marking_question", exam.pk, version.pk))), points("6.5", "x"))
    assert (page.status_code, HandMark.objects.count()) == (200, 0)
    assert 'value="6.5"' in text_of(page)
    assert len(page.context["form"].errors) == 2


def test_after_the_result_a_change_asks_for_a_reason(client_of, exam, marker, version, now):
    hand_in_texts(exam, "先断电。", now=now)
    client = client_of(marker)
    address = action_of(client.get(url("marking_question", exam.pk, version.pk)))
    client.post(address, points(0, 0))
    assert 'name="reason"' in text_of(client.get(address))
    assert list(client.post(address, points(6, 4)).context["form"].errors) == ["reason"]
    client.post(address, points(6, 4, reason="漏看了第二页"))
    assert list(Mark.objects.order_by("pk").values_list("points", "reason")) == [(10, ""), (20, "漏看了第二页")]


def test_a_second_marker_sees_nothing_of_the_first(client_of, exam_officer, training_officer, now):
    exam = make_written_exam(now=now, markers=2)
    hand_in_texts(exam, "先断电。", now=now)
    version = QuestionVersion.objects.get(kind="essay")
    first, second = client_of(exam_officer), client_of(training_officer)
    address = action_of(first.get(url("marking_question", exam.pk, version.pk)))
    first.post(address, points("5.75", 1, comment="字迹不清"))
    page = second.get(address)
    assert (page.context["mine"], page.context["form"].initial) == (None, {})
    assert not {"5.75", "字迹不清", exam_officer.full_name} & set(re.findall(r"[\w.]+", text_of(page)))


def test_what_others_settled_meanwhile_leads_on(client_of, exam, exam_officer, training_officer, version, now):
    hand_in_texts(exam, "先断电。", now=now)
    first, second = client_of(exam_officer), client_of(training_officer)
    address = action_of(second.get(url("marking_question", exam.pk, version.pk)))
    first.post(address, points(6, 4))
    assert second.post(address, points(0, 0)).url == url("marking_question", exam.pk, version.pk)
    assert (HandMark.objects.count(), second.get(address).status_code) == (1, 302)


def test_the_own_answer_does_not_exist_for_a_marker(client_of, exam, exam_officer, version, now):
    hand_in_texts(exam, "先断电。", now=now, membership=exam_officer.memberships.get())
    code = HandAnswer.objects.get().code
    assert client_of(exam_officer).get(url("marking_answer", exam.pk, version.pk, code)).status_code == 404


def test_the_questions_take_the_same_statements_however_many_answers_wait(client_of, exam, marker, now):
    client = client_of(marker)

    def statements():
        with CaptureQueriesContext(connection) as seen:
            client.get(url("exam_marking", exam.pk))
        return len(seen)

    hand_in_texts(exam, "一", now=now)
    statements()
    one = statements()
    for text in "二三四":
        hand_in_texts(exam, text, now=now)
    assert statements() == one


def test_empty_pages_say_what_will_be_there(client_of, exam, marker):
    client = client_of(marker)
    for page in (client.get(url("marking_list")), client.get(url("exam_marking", exam.pk))):
        assert 'class="empty"' in text_of(page)


# ── Markers ──────────────────────────────────────────────────────────────────
def test_a_marker_is_appointed_by_phone_and_dismissed(client_of, exam, exam_officer):
    person = MembershipFactory(user=UserFactory(full_name="外聘专家", phone="+8613800001234")).user
    client = client_of(exam_officer)
    assert "外聘专家" in text_of(client.post(url("exam_markers", exam.pk), {"person": "13800001234"}, follow=True))
    made = exam.appointments.get(user=person, ended_at=None)
    assert "外聘专家" not in text_of(client.post(url("marker_end", exam.pk, made.pk), follow=True))


def test_a_safety_officer_appoints_only_whom_he_sees(client_of, organisation_a, manager_a, learner_b, now):
    exam = make_written_exam(now=now, organisation=organisation_a)
    page = client_of(manager_a).post(url("exam_markers", exam.pk), {"person": learner_b.username})
    assert list(page.context["form"].errors) == ["person"]


def test_a_candidate_is_not_appointed(client_of, exam, exam_officer, learner, now):
    make_candidate(exam, learner.memberships.get(), now=now)
    page = client_of(exam_officer).post(url("exam_markers", exam.pk), {"person": learner.username})
    assert list(page.context["form"].errors) == ["person"]


# ── Corrected keys ───────────────────────────────────────────────────────────
@pytest.fixture
def wrong(exam):
    """The question to tick was asked with a wrong key, and is corrected in the bank."""
    asked = QuestionVersion.objects.get(kind="single")
    make_question(QuestionBank.objects.get(), "single", 1, answer=[3])
    return asked


def test_a_key_is_corrected_from_the_exam_after_a_look_at_who_changes(client_of, exam, exam_officer, wrong, now):
    sitting = hand_in_texts(exam, "", now=now)
    client = client_of(exam_officer)
    assert url("exam_keys", exam.pk) in text_of(client.get(url("exam_detail", exam.pk)))
    assert url("exam_key", exam.pk, wrong.pk) in text_of(client.get(url("exam_keys", exam.pk)))
    look = client.get(url("exam_key", exam.pk, wrong.pk))
    assert sitting.candidate.user.full_name in text_of(look)
    assert (look.context["page"].paginator.count, Mark.objects.count()) == (1, 1)
    after = client.post(url("exam_key", exam.pk, wrong.pk), {"reason": "教材第5页"}, follow=True)
    assert "教材第5页" in text_of(after)
    assert [(mark.points, mark.by) for mark in sitting.marks.order_by("pk")] == [(10, None), (0, exam_officer)]
    again = client.post(url("exam_key", exam.pk, wrong.pk), {"reason": "教材第5页"}, follow=True)
    assert (again.status_code, KeyCorrection.objects.count()) == (200, 1)


def test_many_sittings_are_marked_again_by_a_job(client_of, exam, exam_officer, wrong, now, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    hand_in_texts(exam, "", now=now)
    answer = client_of(exam_officer).post(url("exam_key", exam.pk, wrong.pk), {"reason": "教材第5页"})
    assert answer.url == reverse("records:job_detail", args=[Job.objects.get(task="exams.remark").pk])
    assert Mark.objects.count() == 1


def test_a_key_is_shown_to_nobody_who_does_not_edit_its_bank(client_of, organisation_a, manager_a, now):
    exam = make_written_exam(now=now, organisation=organisation_a)
    asked = QuestionVersion.objects.get(kind="single")
    make_question(QuestionBank.objects.get(), "single", 1, answer=[3])
    client = client_of(manager_a)
    assert client.get(url("exam_keys", exam.pk)).context["suspects"] == []
    assert client.get(url("exam_key", exam.pk, asked.pk)).status_code == 404


# ── The candidate ────────────────────────────────────────────────────────────
def closed(exam, now):
    Exam.objects.filter(pk=exam.pk).update(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))


def test_a_candidate_waits_for_the_markers_without_any_points(client_of, exam, learner, now):
    sitting = hand_in_texts(exam, "先断电。", now=now, membership=learner.memberships.get())
    page = text_of(client_of(learner).get(url("result", sitting.pk)))
    assert 'class="score"' not in page
    assert "data-unmarked" not in page  # nobody polls for days


def test_answers_are_shown_only_where_the_exam_says_so_and_only_after_it(client_of, learner, exam_officer, now):
    exam = make_written_exam(now=now, shows_answers="after_closing")
    sitting = hand_in_texts(exam, "", now=now, membership=learner.memberships.get())
    other = make_sitting(make_candidate(exam, now=now), now=now)
    client, address = client_of(learner), url("sitting_answers", sitting.pk)

    def shown():
        linked = address in text_of(client.get(url("result", sitting.pk)))
        assert linked == (client.get(address).status_code == 200)
        return linked

    assert shown() is False
    closed(exam, now)
    assert shown() is False  # somebody still sits it
    services.submit_sitting(other, now=now)
    assert shown() is True
    Exam.objects.filter(pk=exam.pk).update(shows_answers="never")
    assert shown() is False


def test_the_marked_paper_tells_answers_keys_explanations_and_comments(client_of, learner, exam_officer, now):
    exam = make_written_exam(now=now, shows_answers="after_closing")
    sitting = hand_in_texts(exam, "先断电。", now=now, membership=learner.memberships.get())
    client, address = client_of(learner), url("sitting_answers", sitting.pk)
    closed(exam, now)
    assert client.get(address).status_code == 404  # not marked yet
    version = QuestionVersion.objects.get(kind="essay")
    mark = url("marking_answer", exam.pk, version.pk, HandAnswer.objects.get().code)
    client_of(exam_officer).post(mark, points(6, 0, comment="漏了报警"))
    page = text_of(client.get(address))
    for words in ("先断电。", "再报警", "解析：密钥在此。", "漏了报警"):
        assert words in page
    assert exam_officer.full_name not in page
    assert [(one.points, one.most, one.whole) for one in client.get(address).context["paper"]] == [
        (6, 10, False),
        (10, 10, True),
    ]


def test_the_ledger_of_the_markers_is_told_to_whoever_manages_the_exam(client_of, exam, exam_officer, leader, now):
    sitting = hand_in_texts(exam, "先断电。", now=now)
    version = QuestionVersion.objects.get(kind="essay")
    mark = url("marking_answer", exam.pk, version.pk, HandAnswer.objects.get().code)
    client_of(exam_officer).post(mark, points(6, 0, comment="漏了报警"))
    page = url("exam_candidate", sitting.candidate_id)
    assert "漏了报警" in text_of(client_of(exam_officer).get(page))
    assert "漏了报警" not in text_of(client_of(leader).get(page))


# ── Excel ────────────────────────────────────────────────────────────────────
def rows_of(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_managers_export_the_points_of_each_question(client_of, exam, exam_officer, leader, now):
    hand_in_texts(exam, "先断电。", now=now)
    version = QuestionVersion.objects.get(kind="essay")
    mark = url("marking_answer", exam.pk, version.pk, HandAnswer.objects.get().code)
    client_of(exam_officer).post(mark, points("2.5", 0))
    make_candidate(exam, now=now)
    theirs = rows_of(client_of(exam_officer).post(url("exam_results_export", exam.pk)))
    sat = next(row for row in theirs if 12.5 in row)
    assert sat[-2:] == [2.5, 10]
    assert len(sat) == 11
    assert len(rows_of(client_of(leader).post(url("exam_results_export", exam.pk)))[-1]) == 8
