from celery import shared_task
from django.utils import timezone

from learning.models import Enrolment
from learning.services import completion, enrolment, time


@shared_task(name="learning.enrol_by_rules")
def enrol_by_rules() -> None:
    """Newcomers whom a rule of an open programme meets."""
    enrolment.enrol_by_rules(now=timezone.now())


@shared_task(name="learning.review_enrolment")
def review_enrolment(pk: int) -> None:
    """What a signal could not do at once."""
    completion.review_enrolment(Enrolment.objects.get(pk=pk), now=timezone.now())


@shared_task(name="learning.close_stale")
def close_stale() -> None:
    """Segments of devices that have fallen silent."""
    time.close_stale(timezone.now())
