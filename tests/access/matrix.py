"""Who may open what: the URL configuration, asked address by address as each part of the cast.

`addresses` reads the configuration, `unruled` and `outdated` compare it with the rules, `ask` puts one question without
leaving a trace, and `faults` says in words where an answer is not what its rule says.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import translation
from django.utils.translation import get_language

from tests.cast import PARTS

EVERYBODY = frozenset(PARTS)
SIGNED_IN = EVERYBODY - {"stranger"}
NOBODY: frozenset[str] = frozenset()

IN, SIGN_IN, NOTHING, NOT_THIS_WAY, TURNED_AWAY = "in", "sign-in", "404", "405", "turned away"
FORBIDDEN = "403"


def only(*who: str) -> frozenset[str]:
    assert set(who) <= EVERYBODY, set(who) - EVERYBODY
    return frozenset(who)


# ── Rules ────────────────────────────────────────────────────────────────────
def nothing(scene: Any) -> Any:
    return ()


@dataclass(frozen=True)
class Rule:
    """Who gets in. `arguments` of the address and `data` of a POST come from the scenery. For everybody else the page
    does not exist, and a stranger is asked to sign in first; `refusal` is another answer, the same for all of them."""

    who: frozenset[str]
    arguments: Callable[[Any], Iterable[Any]] = nothing
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] | None = None  # what somebody inside would send, and what would change things
    refusal: str = ""

    def expected(self, part: str) -> set[str]:
        if part in self.who:
            return {IN}
        if self.refusal:
            return {self.refusal}
        # What is nobody's may be denied to a stranger with or without asking who he is.
        return ({SIGN_IN} if self.who else {SIGN_IN, NOTHING}) if part == "stranger" else {NOTHING}


Rules = Mapping[str, tuple[Rule, ...]]


# ── Addresses ────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Address:
    name: str  # "namespace:name"; the whole route where there is no name
    route: str

    @property
    def plain(self) -> bool:
        """Without arguments."""
        return not re.search(r"[<(*]", self.route)

    @property
    def example(self) -> str:
        """A path that leads here, with the first thing that fits for each argument."""
        path = re.sub(r"\(\?P<\w+>([^|)]*)[^)]*\)", lambda group: group[1].replace(r"\d+", "1"), self.route)
        return "/" + re.sub(r"[\^$\\]", "", re.sub(r"<[^>]*>", "1", path)).replace(".*", "nowhere")


def addresses(patterns: Iterable[Any] | None = None, names: str = "", route: str = "") -> Iterator[Address]:
    """Every address of the URL configuration, or of the patterns given."""
    for pattern in get_resolver(settings.ROOT_URLCONF).url_patterns if patterns is None else patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(
                pattern.url_patterns, f"{names}{pattern.namespace}:" if pattern.namespace else names, here
            )
        elif isinstance(pattern, URLPattern):
            yield Address(f"{names}{pattern.name}" if pattern.name else here, here)


def governing(name: str, foreign: Collection[str]) -> str | None:
    """The longest of the beginnings that fits, so that one address may be named among its like."""
    return max((start for start in foreign if name.startswith(start)), key=len, default=None)


def unruled(configured: Iterable[Address], rules: Collection[str], foreign: Collection[str]) -> list[str]:
    """Addresses that no rule speaks of."""
    names = {address.name for address in configured}
    return sorted(name for name in names if name not in rules and governing(name, foreign) is None)


def outdated(configured: Iterable[Address], rules: Collection[str], foreign: Collection[str]) -> list[str]:
    """Rules that speak of no address."""
    names = {address.name for address in configured}
    spoken_for = {governing(name, foreign) for name in names - set(rules)}
    return sorted((set(rules) - names) | (set(foreign) - spoken_for))


# ── Questions and answers ────────────────────────────────────────────────────
DOORS = {"account_login": SIGN_IN, "wagtailadmin_login": SIGN_IN, "wagtailadmin_home": TURNED_AWAY}


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    writes: frozenset[str]  # tables written to, sessions left out
    language: str
    links: frozenset[str]  # where its links and forms lead, within the site

    @property
    def word(self) -> str:
        if self.status in {404, 405}:
            return str(self.status)
        if 300 <= self.status < 400:
            path = urlsplit(self.location).path.removeprefix("/en")
            with translation.override(settings.LANGUAGE_CODE):
                doors = {reverse(name): word for name, word in DOORS.items()}
            return doors.get(path, IN)
        # 503 is what /readyz says while no worker runs: said to whoever may ask.
        return IN if self.status in {200, 503} else str(self.status)


WRITE = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)


def ask(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> Answer:
    """What the address answers; whatever it changed is undone, so that the order of questions does not matter."""
    cookies = client.cookies.copy()
    connection.queries_log.clear()  # it holds nine thousand, and what comes after a full one is not seen
    # A request leaves its language behind: the override takes it away again.
    with translation.override(get_language()), transaction.atomic(), CaptureQueriesContext(connection) as seen:
        response = getattr(client, method)(url, data)
        body = b"".join(response)  # a file is read to its end
        transaction.set_rollback(True)
    client.cookies = cookies
    written = {match[1] for query in seen.captured_queries if (match := WRITE.match(query["sql"]))}
    return Answer(
        response.status_code,
        response.headers.get("Location", ""),
        frozenset(written - {"django_session"}),
        response.headers.get("Content-Language", ""),
        links_in(body.decode()) if response.headers.get("Content-Type", "").startswith("text/html") else frozenset(),
    )


def links_in(html: str) -> frozenset[str]:
    found = re.findall(r'<(?:a|form)\b[^>]*\s(?:href|action)="(/[^"#]*)', html)
    return frozenset(unescape(link) for link in found)


LOGS = frozenset({"records_auditentry"})  # a look may be logged


def faults(
    part: str, client: Client, scene: Any, rules: Rules, language: str = settings.LANGUAGE_CODE
) -> Iterator[str]:
    """Where the product answers this part of the cast otherwise than the rules say; nothing when all is well."""
    for name, cases in rules.items():
        for rule in cases:
            with translation.override(language):
                url = reverse(name, args=list(rule.arguments(scene))) if "/" not in name else f"/{name}"
            for wrong in faults_at(part, client, url, rule, rule.data(scene) if rule.data else {}):
                yield f"{name} ({url}) as {part}: {wrong}"


def faults_at(part: str, client: Client, url: str, rule: Rule, data: dict[str, Any]) -> Iterator[str]:
    expected = rule.expected(part)
    looked = ask(client, "get", url)
    # An address that takes only POST may say so to anybody: that tells nothing of what is behind it.
    if rule.method != "post" or looked.word != NOT_THIS_WAY:
        yield from differs("GET", looked, expected)
    if looked.writes - LOGS:
        yield f"GET wrote to {sorted(looked.writes)}"
    if rule.method == "post" or rule.data or expected != {IN}:
        yield from faults_of_sending(expected, ask(client, "post", url, data), rule)


def faults_of_sending(expected: set[str], sent: Answer, rule: Rule) -> Iterator[str]:
    if expected == {IN}:
        yield from differs("POST", sent, {IN})
        if not sent.writes:
            yield "POST by somebody inside changed nothing, so the question proves nothing"
        return
    # A page that takes no POST may say so: that tells nothing of what it would show.
    if not (sent.word == NOT_THIS_WAY and rule.method == "get"):
        yield from differs("POST", sent, expected)
    if sent.writes:
        yield f"POST by somebody outside wrote to {sorted(sent.writes)}"


def differs(method: str, answer: Answer, expected: set[str]) -> Iterator[str]:
    if answer.word not in expected:
        wanted = " or ".join(sorted(expected))
        yield f"{method} answered {answer.word} ({answer.status} {answer.location}) instead of {wanted}"


def led_on_to(answer: Answer) -> frozenset[str]:
    path = urlsplit(answer.location).path
    return frozenset({path} if answer.word == IN and path.startswith("/") else ())


ALIKE = 4  # addresses that differ in nothing but a number or a query


def kind(url: str) -> str:
    """Which address of the configuration a link leads to."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return url


def dead_ends(client: Client, start: str) -> Iterator[str]:
    """Links and forms shown to this client that do not let him in, followed from the named page through our Chinese
    pages. Of each kind, and of each page that shows it, a few are opened."""
    with translation.override(settings.LANGUAGE_CODE):
        start = reverse(start)
    waiting, seen, alike = deque([(start, start)]), {start}, Counter[tuple[str, str]]()
    while waiting:
        shown_at, url = waiting.popleft()
        answer = ask(client, "get", url)
        if answer.word not in {IN, NOT_THIS_WAY}:
            yield f"{shown_at} shows {url}, which answers {answer.word} ({answer.location})"
        if url.startswith(("/admin/", "/en/")):  # Wagtail's own pages ask Wagtail's own permissions
            continue
        new = (answer.links | led_on_to(answer)) - seen
        seen |= new
        for link in sorted(new):
            both = kind(url), kind(link)
            alike[both] += 1
            if alike[both] <= ALIKE:
                waiting.append((url, link))
