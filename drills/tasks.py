from celery import shared_task
from django.utils import timezone

from drills.models import Drill, DrillReport
from drills.services import archive_files, report_files, role_cards, seals
from people.models import User


@shared_task(name="drills.seal_run_logs")
def seal_run_logs() -> None:
    seals.seal_logs(timezone.now())


@shared_task(name="drills.render_report")
def render_report(pk: int) -> None:
    report_files.render_report(DrillReport.objects.get(pk=pk), now=timezone.now())


@shared_task(name="drills.make_archive")
def make_archive(drill: int, by: int) -> None:
    archive_files.make_archive(Drill.objects.get(pk=drill), by=User.objects.get(pk=by), now=timezone.now())


@shared_task(name="drills.print_cards")
def print_cards(drill: int, by: int, parts: list[int], size: int) -> None:
    role_cards.print_cards(
        Drill.objects.get(pk=drill), parts, size=size, by=User.objects.get(pk=by), now=timezone.now()
    )
