"""What stays on the phone without network: the service worker's answer, and the outbox and the chain in a browser."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route

from drills import urls
from ui import offline

DRILLS = Path(urls.__file__).parents[1] / "static" / "drills"
STATIC = Path(offline.__file__).parent / "static" / "ui" / "offline"


def test_the_worker_governs_the_pages_of_drills_and_is_asked_for_again(client: Client) -> None:
    response = client.get(reverse("drills:service_worker"))
    assert (response.status_code, reverse("drills:service_worker")) == (200, "/drills/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"


def test_its_version_follows_the_static_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = []
    for hashed in ("field.aaaaaaaaaaaa.js", "field.bbbbbbbbbbbb.js"):
        monkeypatch.setattr(offline, "staticfiles_storage", SimpleNamespace(hashed_files={"field.js": hashed}))
        versions.append(offline.static_version())
        assert f'VERSION = "{versions[-1]}"' in client.get(reverse("drills:service_worker")).content.decode()
    assert versions[0] != versions[1]


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post(reverse("drills:service_worker")).status_code == 405


# ── In a browser ─────────────────────────────────────────────────────────────
def answer(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<title>phone</title>")


@pytest.fixture
def phone(page: Page) -> Page:
    page.route("http://localhost/**", answer)  # a secure page without a server
    visit(page)
    return page


def visit(page: Page) -> None:
    page.goto("http://localhost/")
    for script in (STATIC / "outbox.js", DRILLS / "chain.js"):
        page.add_script_tag(content=script.read_text())


def kept(phone: Page, box: str = "field") -> list[Any]:
    return phone.evaluate("async (box) => (await Outbox.open(box)).all()", box)


PUT = """async () => {
  const box = await Outbox.open("field");
  await Promise.all([box.put("z", 1), box.put("a", 2), box.put("m", 3), box.put("z", 4)]);
  return box.persistent;
}"""


def test_the_outbox_keeps_its_order_through_a_reload_and_each_key_once(phone: Page) -> None:
    assert phone.evaluate(PUT) is True
    visit(phone)
    assert kept(phone) == [{"key": "z", "value": 4}, {"key": "a", "value": 2}, {"key": "m", "value": 3}]


def test_what_is_removed_is_gone_and_other_boxes_are_untouched(phone: Page) -> None:
    phone.evaluate(PUT)
    phone.evaluate('async () => (await Outbox.open("simple")).put("a", 9)')
    count = 'async () => { const box = await Outbox.open("field"); await box.remove("a"); return box.count(); }'
    assert phone.evaluate(count) == 2
    assert kept(phone, "simple") == [{"key": "a", "value": 9}]


def test_a_photo_survives_in_the_outbox(phone: Page) -> None:
    phone.evaluate('async () => (await Outbox.open("field")).put("p", new Blob(["jpeg"]))')
    visit(phone)
    text = 'async () => (await (await Outbox.open("field")).all())[0].value.text()'
    assert phone.evaluate(text) == "jpeg"


def test_without_a_database_it_goes_on_in_memory_and_says_so(phone: Page) -> None:
    told = """async () => {
      let heard = 0;
      document.addEventListener("outbox-volatile", () => { heard += 1; });
      IDBFactory.prototype.open = () => { throw new Error("refused"); };
      const box = await Outbox.open("field");
      await box.put("a", 1);
      return [box.persistent, heard, await box.all()];
    }"""
    assert phone.evaluate(told) == [False, 1, [{"key": "a", "value": 1}]]


def test_a_full_disk_in_the_middle_loses_nothing(phone: Page) -> None:
    told = """async () => {
      const box = await Outbox.open("field");
      await box.put("a", 1);
      IDBObjectStore.prototype.add = () => { throw new Error("quota"); };
      await box.put("b", 2);
      return [box.persistent, await box.all()];
    }"""
    assert phone.evaluate(told) == [False, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]]


def test_the_hash_is_the_one_the_server_computes(phone: Page) -> None:
    payload = {"text": "【演练】水位\n上涨 é", "b": [1, None, True], "a": {"z": "0", "y": 'q"'}}
    event = {"uid": "u-1", "kind": "observation", "device_seq": 7, "device_time": "2026-11-24T08:00:00.000Z"}
    event |= {"item": None, "payload": payload}
    linked = phone.evaluate("(event) => DrillChain.link(event, 'ab')", event)
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    lines = ["ab", "u-1", "observation", "7", "2026-11-24T08:00:00.000Z", "", canonical]
    assert linked["hash"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert linked["prev_hash"] == "ab"


# ── The worker itself: a house of three pages that is then switched off ──────
FIELD = "/drills/field/token/"
FILE = "/static/drills/keeper.0123456789ab.js"


class House(BaseHTTPRequestHandler):
    worker = ""
    revoked = False

    def do_GET(self) -> None:
        script = f'<script src="{FILE}"></script>'
        pages = {
            "/drills/sw.js": ("text/javascript", self.worker),
            FILE: ("text/javascript", (STATIC / "keeper.js").read_text()),
            FIELD: ("text/html", f"<h1>field</h1>{script}"),
            "/drills/": ("text/html", f"<h1>list</h1>{script}"),
        }
        kind, text = pages.get(self.path, ("text/html", ""))
        self.send_response(404 if not text or (self.path == FIELD and House.revoked) else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Vary", "Cookie, Accept-Language")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def house(worker: str, port: int = 0) -> Iterator[ThreadingHTTPServer]:
    House.worker, House.revoked = worker, False
    server = ThreadingHTTPServer(("127.0.0.1", port), House)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def worker_of(client: Client) -> str:
    return client.get(reverse("drills:service_worker")).content.decode()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_kept_page_opens_without_network_and_no_other_does(client: Client, page: Page) -> None:
    with house(worker_of(client)) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        page.goto(f"{base}{FIELD}")
        answer = page.evaluate("() => Keeper.keep('/drills/')")
        assert answer == {"kept": True, "version": offline.static_version()}
        page.goto(f"{base}/drills/")
    page.goto(f"{base}{FIELD}")
    assert heading(page) == "field"
    assert page.evaluate("() => typeof Keeper.keep") == "function"
    with pytest.raises(PlaywrightError):
        page.goto(f"{base}/drills/")


def test_a_revoked_card_is_no_longer_kept(client: Client, page: Page) -> None:
    with house(worker_of(client)) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        page.goto(f"{base}{FIELD}")
        page.evaluate("() => Keeper.keep('/drills/')")
        House.revoked = True
        page.goto(f"{base}{FIELD}")
    with pytest.raises(PlaywrightError):
        page.goto(f"{base}{FIELD}")


def test_a_new_version_takes_the_kept_pages_over(client: Client, page: Page) -> None:
    worker = worker_of(client)
    with house(worker) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        page.goto(f"{base}{FIELD}")
        page.evaluate("() => Keeper.keep('/drills/')")
        House.worker = worker.replace(offline.static_version(), "next")
        page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }")
        page.wait_for_function("async () => (await caches.keys()).join() === 'drills-next'")
    page.goto(f"{base}{FIELD}")
    assert heading(page) == "field"
