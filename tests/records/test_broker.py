"""With a broker a real Celery worker carries the same rows; without one these tests have nothing to ask."""

import os
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from tests.records.installation import ROOT, Installation, wait_until

BROKER = os.environ.get("CELERY_BROKER_URL", "")
pytestmark = [pytest.mark.services, pytest.mark.skipif(not BROKER, reason="CELERY_BROKER_URL is not set")]
# Two workers of one name on one broker lock each other out, and other tests run at the same time.
CELERY = "celery -A config.celery worker --beat --concurrency 2 --loglevel WARNING -n {name}@%h --schedule {file}"
STATES = "SELECT state, attempts FROM records_job WHERE key = '' ORDER BY id"


@pytest.fixture
def carried(installation: Installation) -> Installation:
    """Its own queue: workers of other tests must not take these messages."""
    installation.extra = {
        "CELERY_BROKER_URL": BROKER,
        "PROBE_QUEUE": f"probe-{installation.var_dir.parent.name}-{os.getpid()}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
    }
    return installation


def start_worker(installation: Installation) -> subprocess.Popen:
    command = CELERY.format(name=uuid4().hex, file=installation.var_dir / "beat")
    return installation.start_program(*command.split())


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_job_asked_for_is_run_by_celery_and_the_clock_goes_on(carried: Installation, tmp_path: Path):
    start_worker(carried)
    note = f"services.enqueue(tasks.note, {str(tmp_path / 'log')!r})"
    carried.python(f"import config.celery; services.log('records.backup_made'); {note}")
    wait_until(lambda: carried.rows(STATES) == [("done", 1)])
    wait_until(lambda: carried.rows("SELECT count(*) FROM records_auditseal") == [(1,)], seconds=60)


def test_a_job_whose_worker_is_killed_is_rung_for_again(carried: Installation, tmp_path: Path):
    log = tmp_path / "log"
    worker = start_worker(carried)
    carried.python(f"import config.celery; services.enqueue(tasks.slow, {str(log)!r}, 3)")
    wait_until(lambda: lines(log) == ["begun"])
    os.killpg(worker.pid, signal.SIGKILL)
    start_worker(carried)
    wait_until(lambda: carried.rows(STATES) == [("done", 2)], seconds=240)
    assert lines(log) == ["begun", "begun", "ended"]


def test_a_job_asked_for_while_the_broker_is_away_is_run_later(carried: Installation, tmp_path: Path):
    there = carried.extra["CELERY_BROKER_URL"]
    carried.extra["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0" if there.startswith("redis") else "amqp://127.0.0.1:1"
    carried.python(f"import config.celery; services.enqueue(tasks.note, {str(tmp_path / 'log')!r})")
    carried.extra["CELERY_BROKER_URL"] = there
    start_worker(carried)
    wait_until(lambda: carried.rows(STATES) == [("done", 1)], seconds=240)
