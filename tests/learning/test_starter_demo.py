"""The demo programme lives by the services alone: what they count agrees with what is shown."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Collection

from duties.starter import load_rulebook
from exams.models import Certificate, Exam, Mark
from exams.starter import load_questions
from learning.models import Enrolment, Programme
from learning.services.time import recount
from learning.starter import demo, load_courses, load_demo
from people import starter as people
from people.models import User
from records.models import AuditEntry
from records.starter import Outcome
from ui.clock import local_day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    for load in (load_rulebook, people.load_divisions, people.load_sectors, people.load_demo, load_questions):
        load()
    load_courses()


def test_the_company_has_a_programme_with_an_exam_of_a_hundred_points() -> None:
    assert set(load_demo()) == {Outcome.CREATED}
    programme = Programme.objects.get(title=demo.PROGRAMMES[0].title)
    exam = programme.exam
    assert exam
    assert (programme.state, exam.state) == (Programme.State.PUBLISHED, Exam.State.PUBLISHED)
    assert {paper.total_points for paper in exam.papers.all()} == {100}
    assert programme.enrolments.count() == 13
    assert not User.objects.filter(enrolments__isnull=False).exclude(is_demo=True).exists()


def test_one_is_done_one_may_sit_again_some_have_not_begun_and_some_are_late() -> None:
    load_demo()
    assert sorted(Mark.objects.values_list("points", "passed")) == [(76, False), (94, True)]
    new, revision = (
        Enrolment.objects.filter(programme__title=planned.title).order_by("pk") for planned in demo.PROGRAMMES
    )
    done = new.exclude(completed_at=None).select_related("certificate").get()
    assert done.certificate == Certificate.objects.get()
    assert done.certificate.full_name == "丁晓东"
    assert new.filter(segments=None).count() == 7
    late = revision.filter(completed_at=None, due_on__lt=local_day(timezone.now()))
    assert sorted(late.values_list("user__full_name", flat=True)) == ["杜志刚", "白玉梅", "许大勇"]


def test_what_they_earned_can_be_counted_again_from_their_segments() -> None:
    load_demo()
    for enrolment in Enrolment.objects.all():
        counted = recount(enrolment)
        assert counted.credited == dict(enrolment.progress.values_list("lesson", "credited_seconds"))
        assert counted.broken == []


def test_loading_again_changes_nothing() -> None:
    load_demo()
    lines = AuditEntry.objects.count()
    assert set(load_demo()) == {Outcome.UNCHANGED}
    assert AuditEntry.objects.count() == lines
