"""The first afternoon, the worker's part, all of it on his phone: sign in, learn, sit the exam, hold the certificate."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.product.afternoon_plan import LESSON, PROGRAMME, Worker
from tests.product.console import Console
from tests.product.installation import Product
from tests.product.walking import A_JOB, PHONE, button, go, looked_at, page_of, send, told


@dataclass
class Certificate:
    number: str
    address: str  # what its QR code carries
    name: str


# ── The worker: signs in, learns ─────────────────────────────────────────────
def first_sign_in(page: Page, product: Product, worker: Worker) -> None:
    page.goto(f"{product.url}/people/first/")
    page.locator("[name=code]").fill(worker.code.lower())
    page.locator("[name=proof]").fill(worker.identity[-4:])
    looked_at(page, "first-sign-in")
    send(page, "登录")
    looked_at(page, "choose-password")
    page.get_by_role("link", name="以后再说").click()
    expect(page.get_by_role("heading", level=1, name="我的任务")).to_be_visible()
    for text in ("今天该做", LESSON, "还差 0.1 学时", "还有 14 天"):
        told(page, text)
    page.get_by_text("为什么要学").click()
    told(page, "没有经过岗前培训的，不得上岗。")
    looked_at(page, "tasks")


LATER = """
from datetime import timedelta
from django.db.models import F
from learning.models import Segment
by = timedelta(seconds={seconds})
Segment.objects.filter(ended_at=None, lesson__title="{lesson}").update(
    started_at=F("started_at") - by, last_beat_at=F("last_beat_at") - by)
"""


def later(page: Page, console: Console, seconds: int) -> None:
    """Both clocks: what the server noted lies further back, and the timers of the phone run."""
    console(LATER.format(seconds=seconds, lesson=LESSON))
    page.clock.fast_forward(seconds * 1000)


def learn(page: Page, console: Console) -> None:
    """Signs sent by the phone, credited by the server; without network none, and the page says so."""
    page.clock.install()
    go(page, "开始学习")
    state, bar = page.locator("[data-state]"), page.locator("[data-bar]")
    expect(state).to_have_text("正在计时")
    expect(button(page, "提交答案")).to_be_disabled()
    looked_at(page, "lesson")
    learn_until(page, console, 30)
    page.context.set_offline(True)
    no_network = page.get_by_text("没网可以看，不计学时。网络恢复后自动接着计。")
    expect(no_network).to_be_visible()
    expect(state).to_have_text("未计时")
    looked_at(page, "lesson-offline")
    before = bar.evaluate("bar => bar.value")
    page.clock.fast_forward(120_000)
    console(LATER.format(seconds=120, lesson=LESSON))
    page.context.set_offline(False)
    expect(no_network).to_be_hidden(timeout=20_000)
    expect(state).to_have_text("正在计时")
    assert bar.evaluate("bar => bar.value") - before < 20  # of the two minutes nothing
    learn_until(page, console, 180)
    expect(state).to_have_text("本节时间已满")
    page.locator("label.option", has_text="不充装，送检验单位").click()
    button(page, "提交答案").click()
    told(page, "答对了，本节时间已认定。")
    told(page, "超期未检的气瓶不得充装。")
    page.get_by_text("未计原因").click()
    expect(page.locator("[data-reasons]")).to_contain_text("网络中断")
    looked_at(page, "lesson-done")


def learn_until(page: Page, console: Console, least: int) -> None:
    bar = page.locator("[data-bar]")
    while (there := bar.evaluate("bar => bar.value")) < least:
        page.mouse.wheel(0, 200)  # who reads moves on; who does not is asked whether he is still there
        later(page, console, 18)
        page.wait_for_function("was => document.querySelector('[data-bar]').value > was", arg=there, timeout=20_000)


def with_its_own_clock(browser: Browser, page: Page) -> Page:
    """The same phone, signed in as before, its timers let alone."""
    again = page_of(browser, PHONE)
    again.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    page.context.close()
    return again


# ── The worker: sits the exam ────────────────────────────────────────────────
KEYS = """
from exams.models import QuestionVersion, Sitting
slots = Sitting.objects.get(pk={pk}).paper.slots
told = [QuestionVersion.objects.get(pk=slot["version"]).answer for slot in slots]
"""


def sit(page: Page, product: Product, console: Console) -> None:
    page.goto(f"{product.url}/learning/tasks/")
    told(page, "学时已够")
    looked_at(page, "tasks-exam")
    go(page, "去考试")
    told(page, "本机可以暂存答案")
    looked_at(page, "waiting")
    button(page, "开始考试").click()
    page.locator("#start-dialog").get_by_role("button", name="开始考试").click()
    page.wait_for_url("**/exams/sittings/*/")
    keys = console(KEYS.format(pk=int(page.url.strip("/").split("/")[-1])))
    saved = page.locator("[data-room-saved-text]")
    answer(page, keys)
    told(page, "本题答案已保存")
    looked_at(page, "sitting")
    page.context.set_offline(True)
    for _question in range(2):
        button(page, "下一题").click()
        answer(page, keys)
    expect(saved).to_have_text("仅在本机 2 题")
    looked_at(page, "sitting-offline")
    page.context.set_offline(False)
    expect(saved).to_have_text("已保存", timeout=20_000)
    page.reload()
    assert page.locator("[data-slot] input:checked").count() == 3
    button(page, "下一题").click()
    answer(page, keys)
    expect(saved).to_have_text("已保存")
    expect(page.locator("[data-room-time]")).to_have_text(re.compile(r"2\d:\d\d"))
    page.locator("[data-room-finish]").click()
    looked_at(page, "hand-in")
    page.locator("#hand-in-dialog").get_by_role("button", name="交卷").click()
    page.wait_for_url("**/result/")
    expect(page.locator(".score b")).to_have_text("100", timeout=A_JOB)
    looked_at(page, "result")


def answer(page: Page, keys: list[list[int]]) -> None:
    shown = page.locator("[data-slot]:not([hidden])")
    slot = int(shown.get_attribute("data-slot") or 0)
    for position in keys[slot]:
        shown.locator(f"input[value='{position}']").locator("xpath=..").click()


# ── The worker: holds the certificate ────────────────────────────────────────
def own_certificate(page: Page, product: Product, worker: Worker) -> Certificate:
    go(page, "下一步")
    told(page, "任务都完成了")
    looked_at(page, "tasks-done")
    go(page, "我的证书")
    told(page, PROGRAMME)
    looked_at(page, "certificates")
    go(page, "查看")
    picture = page.locator("figure.certificate img")
    expect(picture).to_be_visible(timeout=A_JOB)
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1240
    looked_at(page, "certificate")
    number = page.locator("dl.facts dd").first.inner_text()
    others = page.get_by_role("link", name="别人核验时").get_attribute("href") or ""
    return Certificate(number, f"{product.url}/verify/{others.rstrip('/').split('/')[-1]}/", worker.name)
