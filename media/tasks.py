from celery import shared_task
from django.utils import timezone

from media import services


@shared_task(name="media.complete_video")
def complete_video(pk: int) -> None:
    services.complete_video(pk)


@shared_task(name="media.draw_pages")
def draw_pages(pk: int) -> None:
    services.draw_pages(pk)


@shared_task(name="media.make_rendition")
def make_rendition(pk: int, height: int) -> None:
    services.make_rendition(pk, height)


@shared_task(name="media.purge_uploads")
def purge_uploads() -> None:
    services.purge_uploads(timezone.now())
