"""The suite's SQLite lives in memory, on one connection that all threads of the live server share: there they take
turns."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

turn = threading.Lock()


class OneAtATime:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with turn:
            return self.get_response(request)
