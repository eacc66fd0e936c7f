from typing import Any

from celery import shared_task
from django.utils import timezone

from people.models import RosterImport, User
from people.services import rosters, slips


@shared_task(name="people.check_roster")
def check_roster(pk: int) -> None:
    rosters.check_roster(RosterImport.objects.get(pk=pk), now=timezone.now())


@shared_task(name="people.import_roster")
def import_roster(pk: int) -> None:
    roster = RosterImport.objects.select_related("created_by").get(pk=pk)
    rosters.import_roster(roster, by=roster.created_by, now=timezone.now())


@shared_task(name="people.print_slips")
def print_slips(by: int, selection: dict[str, Any]) -> None:
    slips.print_slips(slips.Selection(**selection), by=User.objects.get(pk=by), now=timezone.now())
