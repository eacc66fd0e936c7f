"""The embedded worker: one process that claims job rows and runs them, and a clock beside it."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from records import rules, services

logger = logging.getLogger(__name__)

POLL = 0.5  # seconds between looks at an empty queue
TICK = 15.0  # seconds between looks at the clock


class Worker:
    """`stop` may be called from a signal handler: the job in hand is finished, none is begun."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        autodiscover_modules("tasks")

    def stop(self) -> None:
        self.stopping.set()

    def run(self) -> None:
        clock = threading.Thread(target=self.keep_time, daemon=True, name="clock")
        clock.start()
        while not self.stopping.is_set():
            if not attempt(self.work):
                self.stopping.wait(POLL)
        clock.join(timeout=5)

    def run_once(self) -> int:
        """Whatever is due now, then stop; how many jobs were run."""
        services.tick(timezone.now())
        count = 0
        while not self.stopping.is_set() and self.work():
            count += 1
        return count

    def work(self, *, scheduled: bool = False) -> bool:
        job = services.claim(timezone.now(), scheduled=scheduled)
        if job:
            services.execute(job)
        return bool(job)

    def keep_time(self) -> None:
        """A thread of its own, so that a job of ten minutes does not keep the log from being sealed each minute."""
        while not self.stopping.is_set():
            attempt(self.tick)
            self.stopping.wait(TICK)
        connection.close()

    def tick(self) -> bool:
        services.tick(timezone.now())
        while not self.stopping.is_set() and self.work(scheduled=True):
            pass
        return True


def attempt(step: Callable[[], bool]) -> bool:
    """A database that is locked or away is tried again at the next turn; nothing else may end the worker either."""
    close_old_connections()
    try:
        return step()
    except DatabaseError as error:
        logger.warning("the database did not answer, trying again: %s", rules.cause(error))
        connection.close()
    except Exception:
        logger.exception("the worker stumbled and goes on")
    return False
