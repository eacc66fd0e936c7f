"""`kill -9` of each process in turn under a small load: what was answered is there, what was queued is done."""

import http.cookiejar
import os
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

import pytest

from tests.product.demo import demo_accounts
from tests.product.installation import Product

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
KINDS = ("web", "work", "serve")


@dataclass
class Client:
    """A safety officer who issues one sign-in code after the other and writes down each one shown."""

    product: Product
    shown: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.product.url + path, timeout=20) as response:
            return response.read().decode()

    def post(self, path: str, html: str, **fields: str) -> str:
        found = TOKEN.search(html)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1] if found else "", **fields}).encode()
        request = urllib.request.Request(self.product.url + path, data, {"Referer": self.product.url})
        with self.opener.open(request, timeout=20) as response:
            return response.read().decode()

    def sign_in(self, role: str) -> None:
        account = demo_accounts(self.product)[role]
        login = "/account/login/"
        self.post(login, self.get(login), login=account.phone, password=account.password)

    def issue(self, path: str) -> None:
        while not self.stopped.is_set():
            try:
                answer = self.post(path, self.get(path))
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
                continue
            self.shown += CODE.findall(answer)[:1]


def count_kills(request: pytest.FixtureRequest) -> int:
    return request.config.getoption("--count-kills")


@pytest.mark.timeout(600)
def test_nothing_accepted_and_nothing_queued_is_lost(product: Product, request: pytest.FixtureRequest) -> None:
    client = Client(product)
    client.sign_in("manager_a")
    organisation = re.search(r"/people/organisations/(\d+)/", client.get("/people/organisations/"))
    assert organisation
    member = re.search(r"/people/members/(\d+)/", client.get(f"/people/organisations/{organisation[1]}/"))
    assert member
    before = rows(product, "people.code_issued")
    load = threading.Thread(target=client.issue, args=[f"/people/members/{member[1]}/code/"])
    load.start()
    queued = [enqueue(product, number) for number in range(3)]
    for number in range(count_kills(request)):
        time.sleep(0.7)
        kill(product, KINDS[number % len(KINDS)])
    client.stopped.set()
    load.join()
    assert client.shown, "the load never got through"
    assert rows(product, "people.code_issued") - before >= len(client.shown)
    wait_until_done(product, queued)
    assert "broken" not in product.manage("verify_audit")


def kill(product: Product, kind: str) -> None:
    os.kill(product.pids()[kind], signal.SIGKILL)
    if kind == "serve":  # nobody is left to start it again: the operator does
        assert product.process
        product.process.wait(timeout=10)
        until = time.monotonic() + 15
        while time.monotonic() < until and product.answers():
            time.sleep(0.1)
        product.start()
    else:
        product.wait_until_up()


def enqueue(product: Product, number: int) -> int:
    key = f"kill-{number}-{time.time()}"
    code = f"from records import services, tasks; print(services.enqueue(tasks.purge, key='{key}').pk)"
    return int(product.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1])


def rows(product: Product, action: str) -> int:
    code = f"from records.models import AuditEntry; print(AuditEntry.objects.filter(action='{action}').count())"
    return int(product.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1])


def wait_until_done(product: Product, jobs: list[int]) -> None:
    code = f"from records.models import Job; print(Job.objects.filter(pk__in={jobs}, state='done').count())"
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if int(product.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1]) == len(jobs):
            return
        time.sleep(1)
    raise AssertionError("queued work was not done")
