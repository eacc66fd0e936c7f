"""The product in this process, for pages in a real browser: one request at a time, because the tests' database in
memory has one connection, and the test asks it under the same lock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread

T = TypeVar("T")


class House:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.url = ""
        self.thread: Any = None

    def ask(self, question: Callable[[], T]) -> T:
        """What the database says, or what a service does, between two requests."""
        with self.lock:
            return question()

    def handler(self) -> type[StaticFilesHandler]:
        lock = self.lock

        class OneAtATime(StaticFilesHandler):
            def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
                with lock:
                    answer = super().__call__(environ, start_response)
                    body = b"".join(answer)
                    answer.close()
                return [body]

        return OneAtATime


@contextmanager
def open_house() -> Iterator[House]:
    """On localhost, which browsers hold to be secure."""
    house, shared, connection = House(), {}, connections["default"]  # itself, not the proxy for each thread's own
    if connection.vendor == "sqlite":
        connection.inc_thread_sharing()
        shared = {"default": connection}
    thread = house.thread = LiveServerThread("localhost", house.handler(), connections_override=shared)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    try:
        if thread.error:
            raise thread.error
        house.url = f"http://localhost:{thread.port}"
        yield house
    finally:
        thread.terminate()  # the sharing stays: a browser's idle connections close later than this
