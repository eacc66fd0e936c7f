"""A worker sits an exam on his phone: on a network that comes and goes, in two tabs, on two devices, to the last second."""

import itertools
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.product.demo import sign_in
from tests.product.installation import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
numbers = itertools.count(1)

# Five questions whose right options say so, so that a person who only sees the page can pass.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from exams import services
from exams.models import Exam, PaperPart, QuestionBank
from people.models import Membership, User
now = timezone.now()
bank, new = QuestionBank.objects.get_or_create(name="答题演示题库", organisation=None)
for number in range(8 if new else 0):
    kind, options, answer = [
        ("single", ["错一", "对", "错二", "错三"], [1]), ("multiple", ["对一", "对二", "错一"], [0, 1]),
    ][number % 2]
    services.write_question(bank, f"q{{number}}", {{"kind": kind, "stem": f"演示题{{number}}", "options": options,
        "answer": answer, "explanation": "", "difficulty": 1, "hazard": ""}})
exam = Exam.objects.create(title="{title}", opens_at=now + timedelta(seconds={opens}), duration_minutes=30,
    closes_at=now + timedelta(days=1), created_at=now)
PaperPart.objects.create(exam=exam, position=1, bank=bank, kind="single", count=3, points=20)
PaperPart.objects.create(exam=exam, position=2, bank=bank, kind="multiple", count=2, points=20)
services.publish_exam(exam, by=None, now=now)
membership = Membership.objects.filter(user__full_name="李强", user__is_demo=True).first()
services.admit(exam, [membership], by=None, now=now)
candidate = exam.candidates.get()
if "{ticket}":
    token = services.issue_tickets([candidate], by=None, now=now)[candidate.pk]
    print("TOLD", token, membership.user.phone[-4:])
else:
    print("TOLD", candidate.pk)
"""
SOON_OVER = """
from datetime import timedelta
from django.utils import timezone
from exams.models import Sitting
Sitting.objects.filter(pk={pk}).update(deadline=timezone.now() + timedelta(seconds={seconds}))
"""
JOURNAL = """
from exams.models import Sitting
sitting = Sitting.objects.get(pk={pk})
print("TOLD", sitting.state, sitting.answers.count(), sitting.events.count(), sitting.epoch, sitting.times_left)
"""


def told(product: Product, script: str) -> list[str]:
    out = product.manage("shell", "--no-imports", "-c", script)
    found = re.search(r"^TOLD (.*)$", out, re.M)
    return found[1].split() if found else []


@pytest.fixture
def exam(product: Product) -> Callable[..., list[str]]:
    def make(*, opens: int = -60, ticket: str = "") -> list[str]:
        return told(product, MAKE.format(title=f"手机考试{next(numbers)}", opens=opens, ticket=ticket))

    return make


def begin(page: Page, product: Product, candidate: str) -> int:
    """Through the waiting room to the first question; the number of the sitting."""
    sign_in(page, product, "learner")
    page.goto(f"{product.url}/exams/my/{candidate}/")
    start(page)
    return int(page.url.strip("/").split("/")[-1])


def start(page: Page) -> None:
    page.get_by_role("button", name="开始考试").first.click()
    page.locator("#start-dialog").get_by_role("button", name="开始考试").click()
    page.wait_for_url("**/exams/sittings/*/")
    expect(page.locator("[data-room-time]")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))


def question(page: Page) -> object:
    return page.locator("[data-slot]:not([hidden])")


def choose(page: Page, text: str) -> None:
    question(page).locator("label.option").filter(has_text=re.compile(f"{text}$")).click()


def answer_rightly(page: Page) -> None:
    for option in question(page).locator("label.option").filter(has_text="对").all():
        option.click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一题").click()


def saved(page: Page) -> object:
    return page.locator("[data-room-saved-text]")


def hand_in(page: Page) -> None:
    page.locator(".room-card").click()
    page.locator("#sheet-dialog").get_by_role("button", name="交卷").click()
    page.locator("#hand-in-dialog").get_by_role("button", name="交卷").click()


def checked(page: Page) -> int:
    return page.locator("[data-slot] input:checked").count()


# ── The whole way ────────────────────────────────────────────────────────────
def test_an_exam_is_sat_while_the_network_comes_and_goes(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    sitting = begin(page, product, candidate)
    expect(saved(page)).to_have_text("已保存")
    answer_rightly(page)
    expect(question(page).get_by_text("本题答案已保存")).to_be_visible()
    context.set_offline(True)
    go_on(page)
    answer_rightly(page)
    expect(question(page).get_by_text("仅在本机")).to_be_visible()
    go_on(page)
    answer_rightly(page)
    expect(saved(page)).to_have_text("仅在本机 2 题")
    context.set_offline(False)
    expect(saved(page)).to_have_text("已保存", timeout=20_000)
    page.reload()
    expect(page.locator("[data-room-open]").first).to_have_text("2")
    assert checked(page) == 3
    expect(question(page)).to_contain_text("第 3 题")  # where one was
    for _rest in range(2):
        go_on(page)
        answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    page.get_by_role("button", name="交卷").and_(page.locator("[data-room-finish]")).click()
    page.locator("#hand-in-dialog").get_by_role("button", name="交卷").click()
    page.wait_for_url("**/result/")
    expect(page.locator(".score b")).to_have_text("100", timeout=120_000)
    assert told(product, JOURNAL.format(pk=sitting))[:2] == ["marked", "5"]


def test_nothing_is_lost_when_the_page_is_closed_without_a_network_and_the_session_has_ended(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    begin(page, product, candidate)
    address = page.url
    answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    context.clear_cookies(name="sessionid")  # the attempt goes on: its own token opens the endpoint
    go_on(page)
    answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    context.set_offline(True)
    go_on(page)
    answer_rightly(page)
    expect(saved(page)).to_have_text("仅在本机 1 题")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    context.set_offline(False)
    sign_in(page, product, "learner")
    page.goto(address)
    expect(page.locator("[data-room-open]").first).to_have_text("2")
    assert checked(page) == 3
    expect(saved(page)).to_have_text("已保存")


def test_without_a_database_in_the_browser_answers_are_kept_all_the_same(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    begin(page, product, candidate)
    context.set_offline(True)
    answer_rightly(page)
    expect(saved(page)).to_have_text("仅在本机 1 题")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/save/", lambda route: route.abort())
    context.set_offline(False)
    page.reload()
    assert checked(page) == 1
    expect(saved(page)).to_have_text("仅在本机 1 题")
    page.unroute("**/save/")
    expect(saved(page)).to_have_text("已保存", timeout=20_000)


def test_ten_minutes_without_a_network_change_nothing(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    page.clock.install()
    sitting = begin(page, product, candidate)
    context.set_offline(True)
    for _question in range(4):
        answer_rightly(page)
        go_on(page)
    page.clock.fast_forward("10:00")
    expect(page.locator("[data-room-time]")).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))
    expect(saved(page)).to_have_text("仅在本机 4 题")
    context.set_offline(False)
    page.clock.fast_forward("00:40")
    expect(saved(page)).to_have_text("已保存", timeout=20_000)
    # The server's clock has not moved: the countdown goes by it again.
    expect(page.locator("[data-room-time]")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"), timeout=20_000)
    assert told(product, JOURNAL.format(pk=sitting))[1] == "4"


# ── The end of time ──────────────────────────────────────────────────────────
def test_at_the_deadline_the_exam_is_collected_by_itself(
    page: Page, product: Product, exam: Callable[..., list[str]]
) -> None:
    (candidate,) = exam()
    sitting = begin(page, product, candidate)
    answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    product.manage("shell", "--no-imports", "-c", SOON_OVER.format(pk=sitting, seconds=12))
    page.reload()
    page.wait_for_url("**/result/", timeout=120_000)
    expect(page.locator(".score b")).to_have_text("20", timeout=120_000)


def test_without_a_network_the_wish_to_hand_in_is_kept_and_can_be_taken_back(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    begin(page, product, candidate)
    context.set_offline(True)
    answer_rightly(page)
    hand_in(page)
    expect(page.locator("[data-room-over-text]")).to_contain_text("1 题的答案仅在本机")
    page.get_by_role("button", name="先不交卷").click()
    expect(page.locator("[data-room-over]")).to_be_hidden()
    hand_in(page)
    expect(page.locator("[data-room-over-text]")).to_contain_text("恢复网络后自动上传并交卷")
    context.set_offline(False)
    page.wait_for_url("**/result/", timeout=120_000)


def test_who_fails_sits_the_make_up_exam(page: Page, product: Product, exam: Callable[..., list[str]]) -> None:
    (candidate,) = exam()
    first = begin(page, product, candidate)
    hand_in(page)
    page.wait_for_url("**/result/")
    page.get_by_role("link", name="去补考").click(timeout=120_000)
    start(page)
    assert f"/sittings/{first}/" not in page.url
    expect(page.locator("[data-room-open]").first).to_have_text("5")


# ── Two tabs, two devices ────────────────────────────────────────────────────
def test_the_older_tab_says_that_the_exam_goes_on_elsewhere(
    page: Page, product: Product, exam: Callable[..., list[str]], context: BrowserContext
) -> None:
    (candidate,) = exam()
    begin(page, product, candidate)
    second = context.new_page()
    second.goto(page.url)
    expect(page.locator("[data-room-over-text]")).to_contain_text("已在另一个页面打开")
    expect(page.locator("[data-slot] input").first).to_be_disabled()
    answer_rightly(second)
    expect(saved(second)).to_have_text("已保存")
    page.get_by_role("button", name="在本页继续").click()
    expect(second.locator("[data-room-over-text]")).to_contain_text("已在另一个页面打开")
    expect(page.locator("[data-room-open]").first).to_have_text("4")


def test_another_device_takes_over_and_the_first_one_is_told(
    page: Page,
    product: Product,
    exam: Callable[..., list[str]],
    browser: Browser,
    browser_context_args: dict[str, object],
) -> None:
    (candidate,) = exam()
    sitting = begin(page, product, candidate)
    answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    tablet = browser.new_context(**browser_context_args).new_page()  # type: ignore[arg-type]
    sign_in(tablet, product, "learner")
    tablet.context.clear_cookies(name="exam_device")
    tablet.goto(page.url)
    tablet.get_by_role("button", name="在本机继续答题").click()
    expect(tablet.locator("[data-room-open]").first).to_have_text("4")
    go_on(page)
    answer_rightly(page)
    expect(page.locator("[data-room-over-text]")).to_contain_text("已在另一台设备上继续")
    go_on(tablet)
    go_on(tablet)
    answer_rightly(tablet)
    expect(saved(tablet)).to_have_text("已保存")
    assert told(product, JOURNAL.format(pk=sitting))[3] == "2"
    tablet.context.close()


# ── Doors, keys, eyes ────────────────────────────────────────────────────────
def test_the_waiting_room_opens_by_itself(page: Page, product: Product, exam: Callable[..., list[str]]) -> None:
    (candidate,) = exam(opens=12)
    sign_in(page, product, "learner")
    page.goto(f"{product.url}/exams/my/{candidate}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("[data-waiting-storage]")).to_contain_text("本机可以暂存答案")
    expect(page.get_by_role("button", name="开始考试").first).to_be_visible(timeout=120_000)
    assert [
        url for url in asked if "/static/" not in url and not url.endswith("/clock/")
    ] == []  # ten thousand phones did not knock
    start(page)


def test_a_ticket_lets_its_holder_in_without_signing_in(
    page: Page, product: Product, exam: Callable[..., list[str]]
) -> None:
    token, tail = exam(ticket="yes")
    page.goto(f"{product.url}/exams/ticket/{token}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("李*")
    page.locator("[name=tail]").fill(tail)
    page.get_by_role("button", name="是我，进入考试").click()
    start(page)
    answer_rightly(page)
    expect(saved(page)).to_have_text("已保存")
    hand_in(page)
    page.wait_for_url("**/result/")
    expect(page.locator(".score b")).to_have_text("20", timeout=120_000)


def test_keys_choose_and_move(page: Page, product: Product, exam: Callable[..., list[str]]) -> None:
    (candidate,) = exam()
    begin(page, product, candidate)
    page.keyboard.press("b")
    expect(question(page).locator("input").nth(1)).to_be_checked()
    page.keyboard.press("3")
    expect(question(page).locator("input").nth(2)).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(question(page)).to_contain_text("第 2 题")
    expect(question(page).locator("input:checked")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(question(page)).to_contain_text("第 1 题")
    expect(question(page).locator("input").nth(2)).to_be_checked()


def test_leaving_the_page_is_counted_and_said_without_reproach(
    page: Page, product: Product, exam: Callable[..., list[str]]
) -> None:
    (candidate,) = exam()
    sitting = begin(page, product, candidate)
    for state in ("hidden", "visible"):
        page.evaluate(f"Object.defineProperty(document, 'visibilityState', {{value: '{state}', configurable: true}})")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-room-left]")).to_contain_text("离开本页 1 次")
    html = page.content()
    assert not re.search("作弊|异常", html)
    page.wait_for_timeout(500)
    assert told(product, JOURNAL.format(pk=sitting))[4] == "1"


@pytest.mark.parametrize(("width", "elder"), [(360, ""), (1280, ""), (360, "?elder=1")])
def test_the_room_has_no_barrier_and_never_scrolls_sideways(
    page: Page, product: Product, exam: Callable[..., list[str]], width: int, elder: str
) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    (candidate,) = exam()
    sign_in(page, product, "learner")
    page.goto(f"{product.url}/exams/my/{candidate}/{elder}")
    faults = [*barriers(page)]
    start(page)
    faults += barriers(page)
    if page.locator(".room-card").is_visible():
        page.locator(".room-card").click()
        faults += barriers(page)
        page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#hand-in-dialog').showModal()")
    faults += barriers(page)
    page.locator("#hand-in-dialog").get_by_role("button", name="交卷").click()
    page.wait_for_url("**/result/")
    expect(page.locator(".score b")).to_have_text("0", timeout=120_000)
    faults += barriers(page)
    assert faults == []


def barriers(page: Page) -> list[str]:
    found = [f"{page.url}: {one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url} scrolls sideways")
    return found
