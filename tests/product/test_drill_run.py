"""A drill as it is run: a director at the console, a controller, two evaluators, a player without network for ten minutes
and a safety officer on their phones, and the server killed in the middle. What the platform tells afterwards is compared
with what these people did by their own watches."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drills.valley import hold, note, score
from tests.product.console import Console
from tests.product.demo import sign_in
from tests.product.installation import Product
from tests.product.reckoning import Deed, drill_seconds, in_order, latency, total
from tests.product.walking import DESK, PHONE, looked_at, page_of
from tests.records.installation import database_of_its_own

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200), pytest.mark.xdist_group("product")]
SOON = 30_000  # milliseconds
TEN_MINUTES = 600  # seconds
WATCH = 3.0  # seconds by which two people's watches may differ: presses, polls and a busy machine

CARDS = """
from drills.models import Drill
from drills.tokens import part_token
drill = Drill.objects.get(title="山洪灾害避险转移演练", state="ready")
parts = {part.label: part for part in drill.participations.all()}
told = {"drill": drill.pk, "cards": {name: part_token(part) for name, part in parts.items()},
        "roles": {part.role: part.label for part in parts.values()},
        "items": {item.number: item.pk for item in drill.events.all()}}
"""
TOLD = """
from django.utils import timezone
from drills.models import Drill
from drills.queries.run_log import entries_of
from drills.run_rules import clock, in_order
drill = Drill.objects.get(pk={pk})
names = {{part.pk: part.label for part in drill.participations.all()}}
numbers = {{item.pk: item.number for item in drill.events.all()}}
log = [
    [entry.kind, names.get(entry.part, ""), numbers.get(entry.item, ""), entry.happened_at.timestamp(), entry.payload]
    for entry in in_order(entries_of(drill))
]
result = drill.results.order_by("-computed_at").first()
told = {{"log": log, "state": drill.state, "elapsed": clock(entries_of(drill), timezone.now()).elapsed.total_seconds(),
        "score": str(result.total) if result else "", "grade": result.grade if result else "",
        "here": drill.attendances.filter(withdrawn_at=None).count()}}
"""
FORMS = """
from drills.models import Drill, SheetItem
drill = Drill.objects.get(pk={pk})
told = {{
    "percents": {{form.version.template.key: form.percent for form in drill.forms.all()}},
    "sections": {{f"{{form.version.template.key}}/{{section.code}}": [form.version.template.key, section.weight]
                 for form in drill.forms.all() for section in form.version.sections.all()}},
    "items": [[row.sheet.evaluator.label, row.item.section.version.template.key, row.item.section.code, row.item.code,
               row.item_id] for row in SheetItem.objects.filter(sheet__drill=drill, in_field=True)],
}}
"""


@pytest.fixture(scope="module")
def shifted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with database_of_its_own("drillrun") as its_own:
        folder = tmp_path_factory.mktemp("drill")
        product = Product(folder, settings="tests.product.shifted", extra=its_own)
        product.manage("prepare")
        product.start()
        yield product
        product.stop()


class Run:
    """The people, their pages and what they note by their own watches."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product, self.browser = product, browser
        self.console = Console(product)
        found = self.console(CARDS)
        self.drill, self.cards, self.roles, self.items = (found[name] for name in ("drill", "cards", "roles", "items"))
        self.deeds: list[Deed] = []
        self.pages: list[Page] = []
        self.ahead = 0.0

    def name(self, role: str) -> str:
        return str(self.roles[role])

    def did(self, who: str, what: str, about: str = "") -> None:
        self.deeds.append(Deed(who, what, time.time() + self.ahead, about))

    def phone(self, name: str) -> Page:
        page = page_of(self.browser, PHONE)
        page.clock.install()
        page.goto(f"{self.product.url}/drills/field/{self.cards[name]}/")
        expect(page.locator("[data-offline-good]")).to_be_visible(timeout=SOON)
        self.pages.append(page)
        return page

    def desk(self, role: str) -> Page:
        page = page_of(self.browser, DESK)
        page.on("dialog", lambda dialog: dialog.accept())  # what cannot be taken back asks first
        sign_in(page, self.product, role)
        return page

    def forward(self, seconds: int) -> None:
        """All clocks at once: the server's and every phone's."""
        self.ahead += seconds
        (self.product.var_dir / "forward").write_text(str(self.ahead))
        for page in self.pages:
            page.clock.fast_forward(seconds * 1000)

    def at(self, path: str) -> str:
        return f"{self.product.url}/drills/{self.drill}/{path}"

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self.console(TOLD.format(pk=self.drill))
        return found


@pytest.fixture(scope="module")
def run(shifted: Product, browser: Browser) -> Iterator[Run]:
    run = Run(shifted, browser)
    yield run
    run.console.close()


def press(page: Page, action: str) -> None:
    """A form of the console that ends so: its button once, and the console has heard of it."""
    page.locator(f"form[action$='{action}'] [type=submit]").first.click()


def turn_to(page: Page, face: str) -> None:
    page.locator(f"[data-tab={face}]").click()


def arrived(page: Page) -> None:
    page.wait_for_timeout(300)
    expect(page.locator("[data-net-unsent]")).to_have_text("全部已上传", timeout=SOON)


def kill_everything(product: Product) -> None:
    """As a power cut does: web, worker and what watches them."""
    for pid in [*product.pids().values(), *([product.process.pid] if product.process else [])]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    until = time.monotonic() + 20
    while product.answers() and time.monotonic() < until:
        time.sleep(0.1)
    product.start()


def scores_of(run: Run, page: Page, who: str, values: list[tuple[str, str]]) -> None:
    """The first items of this evaluator's list, one value each."""
    turn_to(page, "scores")
    codes = page.locator("[data-scores] > li [data-code]").all_inner_texts()
    for code, (value, reason) in zip(codes, values, strict=False):
        row = score(page, code)
        row.locator(f"button[value='{value}']").click()
        if reason:
            row.locator("textarea").fill(reason)
            row.locator("[data-keep]").click()
        run.did(who, "score", f"{code}={value}")
    arrived(page)


# ── The way ──────────────────────────────────────────────────────────────────
def test_a_drill_from_startex_to_its_score(run: Run) -> None:
    director, bureau = run.desk("officer_north"), run.desk("drill_officer")
    director.goto(run.at("run/"))
    looked_at(director, "console-ready")
    controller, player = run.phone(run.name("controller")), run.phone("村值班员")
    evaluator, lead = run.phone(run.name("evaluator")), run.phone(run.name("lead_evaluator"))
    safety = run.phone(run.name("safety"))

    press(director, "/run/start/")
    run.did(run.name("director"), "startex")
    expect(director.locator("[data-clock][data-running]")).to_be_visible(timeout=SOON)
    player.locator("[data-arrive]").click()
    run.did("村值班员", "checkin")
    arrived(player)
    release(run, controller, "03")
    receive(run, player, "03")
    release(run, controller, "04")
    expect(player.locator("[data-messages] > li")).to_have_count(2, timeout=SOON)
    scores_of(run, evaluator, run.name("evaluator"), [("5", ""), ("1", "有一户没有敲门"), ("not_observed", "")])

    valley(run, player, lead, director)
    stop(run, safety, director, [controller, player, evaluator, lead])

    director.goto(run.at("run/end/"))
    for box in director.locator("#main form [type=checkbox]").all():
        box.check()
    run.did(run.name("director"), "endex")
    with director.expect_navigation():
        director.locator("#main form [type=submit]").click()
    assert "/end/" not in director.url
    compare_the_log(run)
    judge(run, bureau)


def release(run: Run, page: Page, number: str) -> None:
    turn_to(page, "control")
    row = page.locator("[data-due] > li").filter(has=page.locator("[data-number]", has_text=number)).first
    expect(row).to_be_visible(timeout=SOON)
    row.locator("summary").click()
    row.locator("[data-release]").click()
    run.did(run.name("controller"), "inject_released", number)
    arrived(page)


def receive(run: Run, page: Page, number: str) -> None:
    """The newest message is confirmed."""
    button = page.locator("[data-messages] > li").first.locator("[data-ack]")
    button.wait_for(timeout=SOON)
    button.click()
    run.did("村值班员", "ack", number)


def valley(run: Run, player: Page, lead: Page, director: Page) -> None:
    """Ten minutes without network; meanwhile the server dies and comes back with the clock right."""
    arrived(player)
    player.context.set_offline(True)
    run.forward(TEN_MINUTES // 2)
    note(lead, "锣声在三组听不清")
    run.did(run.name("lead_evaluator"), "observation", "锣声在三组听不清")
    arrived(lead)
    kill_everything(run.product)
    run.forward(TEN_MINUTES // 2)
    receive(run, player, "04")
    expect(player.locator("[data-net-unsent]")).to_have_text("未上传 1 条")
    player.reload()
    expect(player.locator("[data-net-unsent]")).to_have_text("未上传 1 条")
    scores_of(run, lead, run.name("lead_evaluator"), [("3", ""), ("5", ""), ("5", "")])
    player.context.set_offline(False)
    player.clock.run_for(31_000)
    arrived(player)
    director.reload()
    shown = director.locator("[data-clock]").inner_text()
    seconds = sum(int(part) * weight for part, weight in zip(shown.split(":"), (3600, 60, 1), strict=True))
    since = time.time() + run.ahead - run.deeds[0].at
    assert abs(seconds - since) <= WATCH + 2


def stop(run: Run, safety: Page, director: Page, others: list[Page]) -> None:
    hold(safety, 1600)
    run.did(run.name("safety"), "stop")
    expect(safety.locator("[data-red]")).to_be_visible()
    for page in others:
        page.clock.run_for(6_000)
        expect(page.locator("[data-red]")).to_be_visible(timeout=SOON)
        page.locator("[data-red-ack]").click()
        arrived(page)
    expect(director.locator("#run-stop.console-red")).to_be_visible(timeout=SOON)
    looked_at(director, "console-stop")
    expect(director.locator("#run-stop .is-done")).not_to_have_count(0, timeout=SOON)
    director.locator("#lift").click()
    run.did(run.name("director"), "resume")
    expect(director.locator("[data-clock][data-running]")).to_be_visible(timeout=SOON)


def compare_the_log(run: Run) -> None:
    found = run.told()
    kinds = {deed.what for deed in run.deeds}
    wanted = in_order(run.deeds)
    told = [
        (kind, who, about_of(kind, number, payload))
        for kind, who, number, _at, payload in found["log"]
        if kind in kinds
    ]
    people = {name for _what, name, _about in wanted}
    assert [row[0] for row in told] == [row[0] for row in wanted]
    assert [row for row in told if row[1] in people and row[0] != "score"] == [
        row for row in wanted if row[0] != "score"
    ]
    times = [at for kind, _who, _number, at, _payload in found["log"] if kind in kinds]
    own = [deed.at for deed in sorted(run.deeds, key=lambda deed: deed.at)]
    assert max(abs(one - other) for one, other in zip(times, own, strict=True)) <= WATCH
    assert abs(found["elapsed"] - drill_seconds(run.deeds)) <= 2 * WATCH
    released, acked = (
        next(at for kind, who, number, at, _p in found["log"] if kind == wanted_kind and number == "04")
        for wanted_kind in ("inject_released", "ack")
    )
    assert abs((acked - released) - latency(run.deeds, "04", "村值班员")) <= WATCH
    assert acked - released > TEN_MINUTES
    assert found["here"] == 1


def about_of(kind: str, number: str, payload: dict[str, Any]) -> str:
    return str(payload.get("text", "")) if kind == "observation" else number


def judge(run: Run, desk: Page) -> None:
    """The lead evaluator hands in for both, locks and releases; the score is what the values given come to."""
    forms = run.console(FORMS.format(pk=run.drill))
    desk.goto(run.at("evaluation/"))
    while (button := desk.locator("a[href*='/hand-in/'], form[action*='/hand-in/'] [type=submit]").first).count():
        button.click()
        hand_in(desk)
        desk.goto(run.at("evaluation/"))
    for action in ("/evaluation/lock/", "/score/release/"):
        desk.goto(run.at("evaluation/" if "lock" in action else "score/"))
        with desk.expect_navigation():
            desk.locator(f"form[action$='{action}'] [type=submit]").first.click()
    looked_at(desk, "score")
    given: dict[str, list[str]] = {}
    places = {(who, code): f"{form}/{section}/{code}" for who, form, section, code, _pk in forms["items"]}
    for deed in run.deeds:
        if deed.what == "score":
            code, _equals, value = deed.about.partition("=")
            given.setdefault(places[deed.who, code], []).append(value)
    sections = {key: (form, weight) for key, (form, weight) in forms["sections"].items()}
    found = run.told()
    assert Decimal(found["score"]) == total(given, sections, forms["percents"])
    assert found["state"] == "evaluating"
    assert json.dumps(found["grade"], ensure_ascii=False) in ('"优"', '"良"', '"中"', '"差"')


def hand_in(page: Page) -> None:
    reason = page.locator("#main [name=reason]")
    if reason.count():
        reason.fill("评估人员用手机记录，由组长代交")
    if re.search(r"/hand-in/", page.url):
        with page.expect_navigation():
            page.locator("#main form [type=submit]").last.click()
