"""Real worker processes, killed at the worst moment."""

import os
import signal
import time
from pathlib import Path

from tests.records.installation import Installation, wait_until

ASKED_FOR = "SELECT state, attempts FROM records_job WHERE key = '' ORDER BY id"


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_job_whose_worker_is_killed_is_run_again_after_its_lease(installation: Installation, tmp_path: Path):
    log = tmp_path / "log"
    installation.python(f"services.enqueue(tasks.slow, {str(log)!r}, 3)")
    worker = installation.start("work")
    wait_until(lambda: lines(log) == ["begun"])
    os.kill(worker.pid, signal.SIGKILL)
    installation.start("work")
    wait_until(lambda: lines(log) == ["begun", "begun", "ended"])
    wait_until(lambda: installation.rows(ASKED_FOR) == [("done", 2)])


def test_a_job_longer_than_its_lease_is_run_once_by_two_workers(installation: Installation, tmp_path: Path):
    log = tmp_path / "log"
    installation.python(f"services.enqueue(tasks.slow, {str(log)!r}, 5)")
    installation.start("work")
    installation.start("work")
    wait_until(lambda: lines(log) == ["begun", "ended"])
    time.sleep(1)
    assert lines(log) == ["begun", "ended"]


def test_a_worker_asked_to_stop_finishes_the_job_in_hand(installation: Installation, tmp_path: Path):
    log = tmp_path / "log"
    installation.python(f"[services.enqueue(tasks.slow, {str(log)!r}, 2) for _turn in range(2)]")
    worker = installation.start("work")
    wait_until(lambda: lines(log) == ["begun"])
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=15) == 0
    assert lines(log) == ["begun", "ended"]
    assert installation.rows(ASKED_FOR) == [("done", 1), ("queued", 0)]


def test_the_log_is_sealed_while_a_long_job_runs(installation: Installation, tmp_path: Path):
    installation.python(
        f"services.log('records.backup_made');services.enqueue(tasks.slow, {str(tmp_path / 'log')!r}, 60)"
    )
    installation.start("work")
    wait_until(lambda: lines(tmp_path / "log") == ["begun"])
    wait_until(lambda: installation.rows("SELECT count(*) FROM records_auditseal") == [(1,)])
    assert lines(tmp_path / "log") == ["begun"]


def test_once_runs_what_is_due_and_stops(installation: Installation, tmp_path: Path):
    installation.python(f"services.enqueue(tasks.note, {str(tmp_path / 'log')!r})")
    assert "jobs run" in installation.manage("work", "--once")
    assert lines(tmp_path / "log") == ["ran"]
