from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from exams import services, tickets
from exams.models import Certificate, Exam
from exams.services import certificate_files, question_imports
from people.models import User
from records.errors import Permanent
from records.services import report_progress
from ui.pdf import NoGlyph


@shared_task(name="exams.render_certificate")
def render_certificate(pk: int) -> None:
    try:
        certificate_files.render_certificate(Certificate.objects.get(pk=pk), now=timezone.now())
    except NoGlyph as error:  # trying again installs no font
        raise Permanent(str(error)) from error


@shared_task(name="exams.import_questions")
def import_questions(pk: int) -> None:
    question_imports.commit_import(pk, now=timezone.now())


@shared_task(name="exams.mark_sitting")
def mark_sitting(*pks: int) -> None:
    """One sitting, or the many that the deadline collected: what can't be marked does not keep the others waiting."""
    faults = []
    for done, pk in enumerate(pks, 1):
        try:
            services.mark_sitting(pk, now=timezone.now())
        except Exception as fault:  # whatever a receiver of the news raises
            faults.append(fault)
        report_progress(done, len(pks))
    if faults:
        raise faults[0]


@shared_task(name="exams.print_tickets")
def print_tickets(exam: int, by: int, only_new: bool) -> None:
    tickets.print_tickets(Exam.objects.get(pk=exam), only_new=only_new, by=User.objects.get(pk=by), now=timezone.now())


@shared_task(name="exams.collect_overdue")
def collect_overdue() -> None:
    services.collect_overdue(timezone.now())


SCHEDULE = ((collect_overdue, timedelta(minutes=1)),)
