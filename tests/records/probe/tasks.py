import time
from pathlib import Path

from celery import shared_task

from records.errors import Permanent
from records.services import report_progress


@shared_task(name="probe.note")
def note(path: str, text: str = "ran") -> None:
    with Path(path).open("a") as file:
        file.write(f"{text}\n")


@shared_task(name="probe.slow")
def slow(path: str, seconds: float) -> None:
    note(path, "begun")
    time.sleep(seconds)
    note(path, "ended")


@shared_task(name="probe.steps")
def steps(total: int) -> None:
    for done in range(1, total + 1):
        report_progress(done, total, f"step {done}")


@shared_task(name="probe.break_down")
def break_down(message: str) -> None:
    raise ValueError(message)


@shared_task(name="probe.refuse")
def refuse(message: str) -> None:
    raise Permanent(message)


@shared_task(name="probe.once_only", max_attempts=1)
def once_only() -> None:
    raise ValueError("no second try")
