import pytest
from django.urls import reverse
from django.utils import timezone

from exams.models import QuestionBank
from exams.queries.banks import question_rows
from exams.services.banks import add_question, change_question
from exams.services.reviews import review_version
from records.models import AuditEntry
from tests.exams.test_banks import WORDING

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(cast):
    bank = QuestionBank.objects.create(name="题库")
    return add_question(bank, WORDING, chapter="", picture=None, by=cast["exam_officer"], now=timezone.now())


def test_somebody_else_reviews_once_and_a_new_version_waits_again(cast, question):
    now, reader = timezone.now(), cast["training_officer"]
    assert review_version(question.current, by=reader, now=now)
    assert not review_version(question.current, by=reader, now=now)
    question.current.refresh_from_db()
    assert (question.current.reviewed_by, question.current.reviewed_at) == (reader, now)
    assert AuditEntry.objects.filter(action="exams.question_reviewed").count() == 1
    bank, old = question.bank, question.current
    assert list(question_rows(bank, review="reviewed")) == [question]
    change_question(question, {**WORDING, "stem": "改了"}, chapter="", picture=None, by=reader, now=now)
    assert list(question_rows(bank, review="reviewed")) == []
    assert list(question_rows(bank, review="unreviewed")) == [question]
    assert not review_version(old, by=cast["exam_officer"], now=now)


def test_nobody_reviews_what_he_wrote(cast, question):
    assert not review_version(question.current, by=cast["exam_officer"], now=timezone.now())


def test_the_page_shows_who_and_offers_the_button_to_others_only(cast, client_of, question):
    page, button = (
        reverse("exams:question_detail", args=[question.pk]),
        reverse("exams:version_review", args=[question.current_id]),
    )
    assert button not in client_of(cast["exam_officer"]).get(page).content.decode()
    assert client_of(cast["exam_officer"]).post(button).status_code == 404
    reader = client_of(cast["training_officer"])
    assert button in reader.get(page).content.decode()
    reader.post(button)
    shown = reader.get(page).content.decode()
    assert button not in shown
    assert cast["training_officer"].full_name in shown
