"""Published pages from memory, before Django is asked: most readers are strangers, and to them a page is the same.

A page is kept with the edition that stood before it was made; as soon as another edition stands, it is made again."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpResponseBase

from portal import edition

PAGES_KEPT = 1_500  # of some 12 kB, compressed
LARGEST = 512 * 1024  # bytes
OLDEST = 300.0  # seconds: what depends on the day turns with it, a little late
QUERY_WORDS = {"elder", "kind", "entry", "hazard", "page"}  # a quiz's answers are nobody else's
LONGEST_QUERY = 80
# A page that nginx may keep for a second; it takes the header out.
IN_FRONT = ("X-Accel-Expires", "1")
EACH_ITS_OWN = {"x-request-id", "date"}

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Key = tuple[Any, ...]
Response = TypeVar("Response", bound=HttpResponseBase)


def for_everybody(response: Response) -> Response:
    """Say of an answer that every stranger would get the same."""
    response.is_for_everybody = True  # type: ignore[attr-defined]  # read below
    response.headers[IN_FRONT[0]] = IN_FRONT[1]
    return response


@dataclass(frozen=True)
class Kept:
    edition: edition.Edition
    made_at: float
    status: str
    headers: list[tuple[str, str]]
    etag: str
    body: bytes


class PublishedPages:
    """Around the WSGI application: `config.wsgi` puts it there."""

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self.application = application
        self.pages: OrderedDict[Key, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        standing = edition.asked.now()
        kept = self.pages.get(key)
        if kept and kept.edition == standing and time.monotonic() - kept.made_at < OLDEST:
            return answer(kept, environ, start_response)
        return self.make(key, standing, environ, start_response)

    def make(self, key: Key, standing: edition.Edition, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Ask Django, and keep what it says where the view allows it."""
        told: dict[str, Any] = {}

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told.update(status=status, headers=headers)
            return start(status, headers, exc_info)

        response = self.application(environ, listen)
        if environ["REQUEST_METHOD"] == "GET" and may_be_kept(response, told):
            body = b"".join(response)
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers = [one for one in told["headers"] if one[0].lower() not in EACH_ITS_OWN]
            self.keep(key, Kept(standing, time.monotonic(), told["status"], [*headers, ("ETag", etag)], etag, body))
        return response

    def keep(self, key: Key, page: Kept) -> None:
        with self.lock:
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > PAGES_KEPT:
                self.pages.popitem(last=False)


def key_of(environ: Environ) -> Key | None:
    """What the page depends on; None where somebody has a session, or asks what only he would ask."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("HTTP_RANGE"):
        return None
    cookies, query = environ.get("HTTP_COOKIE", ""), environ.get("QUERY_STRING", "")
    if cookies and (settings.SESSION_COOKIE_NAME in cookies or "messages=" in cookies):
        return None
    if query and (len(query) > LONGEST_QUERY or not {name for name, _value in parse_qsl(query)} <= QUERY_WORDS):
        return None
    return (
        environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme", "")),
        environ.get("HTTP_HOST", ""),
        environ.get("PATH_INFO", ""),
        query,
        "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "",
        "wechat" if "micromessenger" in environ.get("HTTP_USER_AGENT", "").lower() else "",
    )


def may_be_kept(response: Any, told: dict[str, Any]) -> bool:
    return (
        getattr(response, "is_for_everybody", False)
        and told["status"].startswith("200")
        and not response.streaming
        and len(response.content) <= LARGEST
        and not any(name.lower() == "set-cookie" for name, _value in told["headers"])
    )


def answer(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
        unchanged = HTTPStatus.NOT_MODIFIED
        start_response(f"{unchanged.value} {unchanged.phrase}", [("ETag", kept.etag)])
        return [b""]
    start_response(kept.status, kept.headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else kept.body]
