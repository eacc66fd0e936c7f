from datetime import date, datetime, timedelta
from typing import Any

import pytest

from exams import services as exams
from exams.models import Certificate, Exam
from exams.sitting_rules import Save
from learning.models import Enrolment, LessonProgress, Programme
from learning.services import completion
from learning.services.completion import review_enrolment
from learning.services.enrolment import assign_members
from learning.signals import lesson_finished
from learning.tasks import review_enrolment as review_task
from people.models import Membership
from records.models import AuditEntry, Job
from tests.exams.factories import DEVICE, make_published, make_sitting, right_answers
from tests.learning.factories import LessonFactory, programme_of

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


@pytest.fixture
def exam(organisation_a: Any) -> Exam:
    return make_published(organisation=organisation_a, now=NOW)


def assigned(learner: Any, organisation: Any, **fields: Any) -> Enrolment:
    """Two lessons of ten minutes, of which a fifth of a learning hour (9 minutes) is asked."""
    first = LessonFactory()
    told = {"required_hours": "0.2", "certificate_kind": "study", "closes_on": date(2026, 12, 31)} | fields
    programme = programme_of(first, LessonFactory(course=first.course), organisation=organisation, **told)
    assign_members(programme, Membership.objects.filter(user=learner), by=None, now=NOW)
    return Enrolment.objects.select_related("programme").get(programme=programme)


def learn(enrolment: Enrolment, *, lessons: int = 2, seconds: int = 300) -> None:
    for lesson in enrolment.programme.courses.get().lessons.all()[:lessons]:
        LessonProgress.objects.create(
            enrolment=enrolment, lesson=lesson, credited_seconds=seconds, check_passed_at=NOW, finished_at=NOW
        )


def sit(enrolment: Enrolment, *, right: bool, at: datetime = NOW) -> None:
    candidate = enrolment.programme.exam.candidates.select_related("exam", "user").get(user=enrolment.user_id)
    sitting = make_sitting(candidate, now=at)
    if right:
        saves = [Save(slot, tuple(given), 1, at) for slot, given in right_answers(sitting).items()]
        exams.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=at)
    exams.submit_sitting(sitting, now=at)
    exams.mark_sitting(sitting.pk, now=at)


def test_hours_and_lessons_complete_a_programme_without_an_exam(learner, organisation_a) -> None:
    one = assigned(learner, organisation_a)
    learn(one, lessons=1)
    assert not review_enrolment(one, now=NOW)
    one.progress.all().delete()
    learn(one)
    assert review_enrolment(one, now=NOW)
    one.refresh_from_db()
    assert (one.hours_reached_at, one.completed_at) == (NOW, NOW)
    assert one.certificate.source == f"learning.enrolment:{one.pk}"
    assert one.certificate.kind == "study"


def test_a_second_too_few_is_not_enough(learner, organisation_a) -> None:
    one = assigned(learner, organisation_a)
    learn(one, seconds=269)  # 538 of 540
    assert not review_enrolment(one, now=NOW)
    one.refresh_from_db()
    assert one.hours_reached_at is None


def test_the_exam_is_waited_for_and_completes_in_either_order(learner, organisation_a, exam) -> None:
    one = assigned(learner, organisation_a, exam=exam, certificate_kind="training", certificate_months=12)
    learn(one)
    assert not review_enrolment(one, now=NOW)
    one.refresh_from_db()
    assert (one.hours_reached_at, one.completed_at) == (NOW, None)
    sit(one, right=False)
    one.refresh_from_db()
    assert one.completed_at is None
    later = NOW + timedelta(hours=2)
    sit(one, right=True, at=later)
    one.refresh_from_db()
    assert one.completed_at == later
    content = one.certificate.content
    assert one.certificate.valid_until == date(2027, 11, 24)
    assert (content["score"], content["total_points"], content["pass_mark"]) == (100, 100, 80)


def test_who_passed_before_he_learnt_is_done_with_the_last_lesson(learner, organisation_a, exam) -> None:
    one = assigned(learner, organisation_a, exam=exam)
    sit(one, right=True)
    one.refresh_from_db()
    assert one.completed_at is None
    learn(one)
    lesson_finished.send(LessonProgress, enrolment=one, lesson=None, now=NOW)
    one.refresh_from_db()
    assert one.completed_at == NOW


def test_doubled_signals_complete_once_and_issue_once(learner, organisation_a) -> None:
    one = assigned(learner, organisation_a)
    stale = Enrolment.objects.select_related("programme").get(pk=one.pk)
    learn(one)
    for told in (one, stale, one, stale):
        lesson_finished.send(LessonProgress, enrolment=told, lesson=None, now=NOW)
    lesson_finished.send(LessonProgress, enrolment=stale, lesson=None, now=NOW + timedelta(days=1))
    assert Certificate.objects.count() == 1
    assert AuditEntry.objects.filter(action="learning.enrolment_completed").count() == 1
    one.refresh_from_db()
    assert one.completed_at == NOW


def test_withdrawn_is_not_completed(learner, organisation_a) -> None:
    one = assigned(learner, organisation_a)
    learn(one)
    Enrolment.objects.update(withdrawn_at=NOW)
    assert not review_enrolment(one, now=NOW)
    assert not Certificate.objects.exists()


def test_without_a_kind_there_is_no_certificate(learner, organisation_a) -> None:
    one = assigned(learner, organisation_a, certificate_kind="")
    learn(one)
    assert review_enrolment(one, now=NOW)
    one.refresh_from_db()
    assert one.certificate is None


def test_a_certificate_that_fails_takes_neither_minutes_nor_marks_with_it(
    learner, organisation_a, exam, monkeypatch
) -> None:
    one = assigned(learner, organisation_a, exam=exam)
    learn(one)
    with monkeypatch.context() as broken:
        broken.setattr(completion, "issue_certificate", lambda *_args, **_kwargs: 1 / 0)
        sit(one, right=True)
    assert exam.candidates.get().sittings.get().result.passed
    one.refresh_from_db()
    assert one.completed_at is None
    job = Job.objects.get(task="learning.review_enrolment")
    review_task(*job.args)
    one.refresh_from_db()
    assert one.certificate is not None


def test_the_certificate_names_who_trained_and_the_duty(learner, organisation_a) -> None:
    from duties.models import DutyRule

    rule = DutyRule.objects.create(
        key="T05", kind="training", subject="新上岗从业人员", subject_en="New worker", matter="岗前安全培训",
        matter_en="Training", trigger="hire", status="mandatory", level="national", verified=True, source="第十三条",
    )  # fmt: skip
    one = assigned(learner, organisation_a, duty=rule)
    Programme.objects.update(duty=rule)
    learn(one)
    review_enrolment(Enrolment.objects.get(pk=one.pk), now=NOW)
    certificate = Certificate.objects.get()
    assert certificate.issuer.organisation == organisation_a
    assert certificate.content["category"] == "新上岗从业人员"
