"""What is approved for an hour goes live at it, and goes off when its time is over: by the clock of both set-ups."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.models import ArticlePage, LibraryPage
from records import registry, services
from records.models import Job
from records.worker import Worker
from tests.portal.reviews import make_draft, pass_on, send

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
NAME = "portal.publish_scheduled"


@pytest.fixture
def planned(library: LibraryPage, editor: Any, second_editor: Any, training_officer: Any, leader: Any) -> ArticlePage:
    """Approved at nine, for ten, until noon."""
    with time_machine.travel(NOW, tick=False):
        times = {"go_live_at": NOW + timedelta(hours=1), "expire_at": NOW + timedelta(hours=3)}
        page = make_draft(library, "停气检修", "关阀门。", by=editor, **times)
        send(page, by=editor)
        return pass_on(page, second_editor, training_officer, leader)


def is_read(client: Client, page: ArticlePage) -> bool:
    return client.get(page.url).status_code == 200


def test_the_clock_asks_every_minute() -> None:
    entry = next(one for one in registry.schedule if one.name == NAME)
    assert (entry.task.name, entry.every) == (NAME, timedelta(minutes=1))


def test_approved_it_waits_for_its_hour(planned: ArticlePage) -> None:
    assert (planned.live, planned.approved_schedule) == (False, True)


def test_embedded_the_worker_publishes_and_takes_off(planned: ArticlePage, client: Client, settings: Any) -> None:
    settings.EMBEDDED = True
    seen = []
    for minutes in (59, 61, 179, 181):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            Worker().run_once()
            seen.append(is_read(client, planned))
    assert seen == [False, True, True, False]
    assert ArticlePage.objects.get(pk=planned.pk).expired


def test_with_a_broker_beat_rings_and_a_worker_does_the_same(
    planned: ArticlePage,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from celery import current_app

    settings.EMBEDDED, rung = False, list[int]()
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **options: rung.extend(args))
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        with django_capture_on_commit_callbacks(execute=True):
            current_app.tasks["records.tick"].apply(throw=True)
        job = Job.objects.get(task=NAME)
        assert job.pk in rung
        current_app.tasks["records.run_job"].apply(args=[job.pk], throw=True)
        assert is_read(client, planned)
    assert services.claim(NOW + timedelta(minutes=62), pk=job.pk) is None


def test_an_approved_change_of_a_live_page_waits_while_the_old_text_stays(
    library: LibraryPage, editor: Any, second_editor: Any, drill_officer: Any, leader: Any, client: Client
) -> None:
    with time_machine.travel(NOW, tick=False):
        page = pass_on(*first_version(library, editor), second_editor, drill_officer, leader)
        page.title, page.go_live_at = "停气检修延期", NOW + timedelta(hours=1)
        send(page, by=editor)
        page = pass_on(page, second_editor, drill_officer, leader)
        assert "延期" not in client.get(page.url).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        Worker().run_once()
        assert "停气检修延期" in client.get(page.url).content.decode()


def first_version(library: LibraryPage, editor: Any) -> list[ArticlePage]:
    page = make_draft(library, "停气检修", "关阀门。", by=editor)
    send(page, by=editor)
    return [page]
