from celery import shared_task
from django.core.management import call_command

from portal import edition


@shared_task(name="portal.forget_old_changes")
def forget_old_changes() -> None:
    edition.forget_old_changes()


@shared_task(name="portal.publish_scheduled")
def publish_scheduled() -> None:
    """What was approved for an hour that has come goes live, what expires goes off. Harmless twice."""
    call_command("publish_scheduled")
