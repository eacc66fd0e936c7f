"""Published pages from memory: the same to every stranger, and never older than the last change."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from portal import edition, page_cache
from portal.models import ArticlePage, ContentChange, Masthead
from portal.page_cache import PublishedPages, for_everybody
from portal.services import readers
from tests.duties.factories import RegulationFactory
from tests.portal.factories import make_article, make_home, make_library

pytestmark = pytest.mark.django_db
HERE = "/library/gas/"


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.body = status, body.decode()
        self.headers = {name.lower(): value for name, value in headers}


@contextmanager
def the_connection_of_the_test() -> Iterator[None]:
    """Django's handler would close it at the end of each request, as its own test client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Reader:
    """Asks the application as gunicorn does, and counts the queries that the answer cost."""

    def __init__(self, application: Callable[..., Any] | None = None) -> None:
        self.site = PublishedPages(application or WSGIHandler())
        self.queries = 0

    def ask(self, address: str, method: str = "GET", **environ: str) -> Answer:
        path, _mark, query = address.partition("?")
        told: list[Any] = []
        asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"} | environ
        server = {
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }
        with CaptureQueriesContext(connection) as seen, the_connection_of_the_test():
            response = self.site(asked | server, lambda *words: told.append(words))
            body = b"".join(response)
        self.queries = len(seen)
        return Answer(told[0][0], told[0][1], body)


@pytest.fixture
def a_second_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """After a second a process asks again which edition stands."""
    now = [0.0]
    monkeypatch.setattr(edition, "asked", edition.Asked(lambda: now[0]))
    return lambda: now.__setitem__(0, now[0] + edition.ASKED_AGAIN_AFTER)


@pytest.fixture
def article() -> ArticlePage:
    return make_article(make_library(make_home()), "闻到燃气味先关阀门", "关阀门，开门窗。", slug="gas")


@pytest.fixture
def reader(article: ArticlePage, a_second_passes: Any) -> Reader:
    return Reader()


# ── What is kept ─────────────────────────────────────────────────────────────
def test_the_second_reader_gets_the_page_from_memory(reader: Reader) -> None:
    first = reader.ask(HERE)
    again = reader.ask(HERE)
    assert (first.status, again.status, reader.queries) == ("200 OK", "200 OK", 0)
    assert again.body == first.body
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_a_second_later_only_the_edition_is_asked_for(reader: Reader, a_second_passes: Any) -> None:
    reader.ask(HERE)
    a_second_passes()
    reader.ask(HERE)
    assert reader.queries == 1


def test_a_browser_that_has_the_page_is_told_so(reader: Reader) -> None:
    reader.ask(HERE)
    tag = reader.ask(HERE).headers["etag"]
    unchanged = reader.ask(HERE, HTTP_IF_NONE_MATCH=tag)
    assert (unchanged.status, unchanged.body) == ("304 Not Modified", "")


def test_a_number_of_a_request_is_not_given_twice(reader: Reader) -> None:
    assert "x-request-id" in reader.ask(HERE).headers
    assert "x-request-id" not in reader.ask(HERE).headers


def test_nginx_may_keep_a_page_for_a_second_and_nothing_else(reader: Reader) -> None:
    assert reader.ask(HERE).headers["x-accel-expires"] == "1"
    assert "x-accel-expires" not in reader.ask("/account/login/").headers


def test_large_print_and_compressed_pages_are_kept_apart(reader: Reader) -> None:
    plain = reader.ask(HERE)
    assert reader.ask(HERE + "?elder=1").body != plain.body
    assert reader.ask(HERE, HTTP_USER_AGENT="MicroMessenger/8").status == "200 OK"
    assert reader.ask(HERE, HTTP_HOST="localhost").status == "200 OK"
    assert len(reader.site.pages) == 4


# ── What is not ──────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("address", "environ"),
    [
        (HERE, {"HTTP_COOKIE": "sessionid=abc"}),
        (HERE, {"HTTP_COOKIE": "messages=abc"}),
        (HERE, {"HTTP_RANGE": "bytes=0-5"}),
        (HERE, {"REQUEST_METHOD": "POST"}),
        (HERE + "?q1=0&done=1", {}),
        (HERE + "?elder=" + "1" * 90, {}),
        ("/account/login/", {}),
        ("/search/?q=%E7%87%83%E6%B0%94", {}),
        ("/library/not-there/", {}),
    ],
)
def test_what_only_one_would_get_is_not_kept(reader: Reader, address: str, environ: dict[str, str]) -> None:
    reader.ask(address, **environ)
    assert reader.site.pages == {}


def test_a_page_that_sets_a_cookie_is_not_kept(reader: Reader) -> None:
    def view(environ: Any, start_response: Any) -> HttpResponse:
        start_response("200 OK", [("Set-Cookie", "a=b")])
        return for_everybody(HttpResponse("mine"))

    one = Reader(view)
    assert (one.ask("/").body, one.site.pages) == ("mine", {})


def test_memory_is_bounded(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "PAGES_KEPT", 2)
    for number in range(4):
        reader.ask(f"/library/?page={number}")
    assert [key[3] for key in reader.site.pages] == ["page=2", "page=3"]


# ── Never stale ──────────────────────────────────────────────────────────────
def test_what_an_editor_publishes_shows_within_the_second(
    reader: Reader, article: ArticlePage, a_second_passes: Any
) -> None:
    reader.ask(HERE)
    article.title = "先关阀门再开窗"
    article.save_revision().publish()
    a_second_passes()
    assert "先关阀门再开窗" in reader.ask(HERE).body


def test_so_do_menu_footer_and_law(reader: Reader, article: ArticlePage, a_second_passes: Any) -> None:
    def edition_after(change: Callable[[], object]) -> edition.Edition:
        change()
        return edition.standing()

    library = article.get_parent()
    law = RegulationFactory()
    stood = [edition.standing()]
    stood.append(edition_after(lambda: library.specific.save_revision().publish()))
    stood.append(edition_after(lambda: Masthead.objects.create(site=Site.objects.get(), duty_phone="0999-110")))
    stood.append(edition_after(law.save))
    stood.append(edition_after(article.unpublish))
    stood.append(edition_after(article.delete))
    assert len(set(stood)) == len(stood)


def test_a_reader_who_is_counted_changes_nothing(reader: Reader, article: ArticlePage) -> None:
    stood = edition.standing()
    readers.count(article.pk, "reads", today=timezone.localdate())
    readers.send_correction(article, "错了", now=timezone.now())
    assert edition.standing() == stood


def test_what_is_rolled_back_makes_no_edition(article: ArticlePage) -> None:
    stood = edition.standing()
    with transaction.atomic():
        article.save_revision().publish()
        transaction.set_rollback(True)
    assert edition.standing() == stood


def test_a_change_that_is_committed_late_is_seen_too(article: ArticlePage) -> None:
    """The other transaction began first, so its number is the lower one: the last number alone would hide it."""
    ContentChange.objects.create(pk=1_000_000)
    stood = edition.standing()
    ContentChange.objects.create(pk=999_999)
    assert edition.standing() != stood


def test_a_page_made_while_something_changed_is_made_again(article: ArticlePage, a_second_passes: Any) -> None:
    """The edition is asked for before the page is made, never after."""
    said = iter(["before", "after"])

    def slow(environ: Any, start_response: Any) -> HttpResponse:
        word = next(said)
        ContentChange.objects.create()  # commits while the page is being made
        start_response("200 OK", [])
        return for_everybody(HttpResponse(word))

    one = Reader(slow)
    one.ask("/")
    a_second_passes()
    assert one.ask("/").body == "after"


def test_after_five_minutes_a_page_is_made_again_whatever_changed(reader: Reader, monkeypatch: Any) -> None:
    reader.ask(HERE)
    monkeypatch.setattr(page_cache, "OLDEST", 0.0)
    reader.ask(HERE)
    assert reader.queries > 1


def test_readers_are_served_while_the_database_is_away(reader: Reader, a_second_passes: Any, monkeypatch: Any) -> None:
    reader.ask(HERE)
    a_second_passes()

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(edition, "standing", away)
    monkeypatch.setattr(edition.connection, "close", lambda: None)
    assert reader.ask(HERE).status == "200 OK"


def test_changes_of_the_day_before_are_forgotten(article: ArticlePage) -> None:
    ContentChange.objects.update(at=timezone.now() - timedelta(days=2))
    fresh = ContentChange.objects.create()
    edition.forget_old_changes()
    assert list(ContentChange.objects.all()) == [fresh]
