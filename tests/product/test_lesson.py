"""A worker with a phone learns: minutes rise, stop without network, go on by themselves, and count after the question."""

import pytest
from playwright.sync_api import Page, expect

from tests.product.console import Console
from tests.product.demo import demo_accounts, sign_in
from tests.product.installation import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# A text of a minute for the demo learner, asked for by a programme of its own.
LESSON = """
from datetime import date
from django.utils import timezone
from exams.models import QuestionBank
from exams.services import write_question
from learning.models import Course, Enrolment, Lesson, Programme, ProgrammeCourse
from people.models import Membership, User
now = timezone.now()
bank = QuestionBank.objects.get_or_create(name="课程检查题", organisation=None)[0]
question = write_question(bank, f"browser-{now.timestamp():.0f}", {"kind": "single", "stem": "闻到燃气味先做什么？", "options": ["开灯", "关阀门"],
    "answer": [1], "explanation": "电火花能点着燃气。", "difficulty": 1, "hazard": ""})
course = Course.objects.create(title="燃气", created_at=now, published_at=now)
for position, title in ((1, "先关阀门"), (2, "再到外面")):
    Lesson.objects.create(course=course, position=position, title=title, kind="text", minutes=1,
        body="## 记住\\n\\n" + "先关阀门，再开窗。\\n\\n" * 60, check_question=question)
programme = Programme.objects.create(title="浏览器里的培训", required_hours=0, opens_on=date(2020, 1, 1),
    closes_on=date(2099, 1, 1), state="published", created_at=now)
ProgrammeCourse.objects.create(programme=programme, course=course, position=1)
member = Membership.objects.filter(user__phone__endswith="%s").select_related("user").first()
enrolment = Enrolment.objects.create(programme=programme, user=member.user, membership=member,
    organisation=member.organisation, assigned_at=now, due_on=date(2099, 1, 1))
print("lesson", enrolment.pk, course.lessons.first().pk)
"""


LATER = """
from datetime import timedelta
from django.db.models import F
from learning.models import CheckAnswer, Segment
by = timedelta(seconds={seconds})
Segment.objects.filter(ended_at=None).update(started_at=F("started_at") - by, last_beat_at=F("last_beat_at") - by)
CheckAnswer.objects.update(recorded_at=F("recorded_at") - by)
"""


@pytest.fixture
def lesson(page: Page, product: Product) -> str:
    """The address of the first of two lessons, with their learner signed in on this phone."""
    phone = demo_accounts(product)["learner"].phone
    told = product.manage("shell", "--no-imports", "-c", LESSON % phone).split()
    sign_in(page, product, "learner")
    page.clock.install()
    return f"{product.url}/learning/lessons/{told[-2]}/{told[-1]}/"


def advance(page: Page, console: Console, seconds: int) -> None:
    """Both clocks: what the server noted lies further back, and the timers of the page run."""
    console(LATER.format(seconds=seconds))
    page.clock.fast_forward(seconds * 1000)


def wait_for(page: Page, least: int) -> None:
    page.wait_for_function("least => document.querySelector('[data-bar]').value >= least", arg=least, timeout=20_000)


def test_minutes_rise_stop_without_network_go_on_and_count_after_the_question(
    page: Page, console: Console, lesson: str
) -> None:
    page.goto(lesson)
    state, line = page.locator("[data-state]"), page.locator("[data-line]")
    expect(state).to_have_text("正在计时")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_role("button", name="提交答案")).to_be_disabled()
    advance(page, console, 15)
    wait_for(page, 15)
    expect(line).to_contain_text("已学 15 秒")

    page.context.set_offline(True)
    expect(page.get_by_text("没网可以看，不计学时。网络恢复后自动接着计。")).to_be_visible()
    advance(page, console, 60)
    page.context.set_offline(False)
    expect(page.get_by_text("没网可以看，不计学时。网络恢复后自动接着计。")).to_be_hidden()
    expect(state).to_have_text("正在计时")
    expect(line).to_contain_text("已学 15 秒")
    page.get_by_text("未计原因").click()
    expect(page.locator("[data-reasons]")).to_contain_text("网络中断")

    advance(page, console, 16)
    wait_for(page, 30)
    page.get_by_label("开灯").check()
    page.get_by_role("button", name="提交答案").click()
    expect(page.get_by_text("秒后可以再答")).to_be_visible()
    advance(page, console, 31)
    page.get_by_label("关阀门").check()
    page.get_by_role("button", name="提交答案").click()
    expect(page.get_by_text("答对了，本节时间已认定。")).to_be_visible()
    expect(page.get_by_text("电火花能点着燃气。")).to_be_visible()
    expect(line).to_contain_text("已认定")
    page.get_by_role("link", name="下一节：再到外面").click()
    expect(page.get_by_role("heading", name="再到外面")).to_be_visible()


def test_a_second_window_takes_over_and_the_first_can_take_it_back(page: Page, console: Console, lesson: str) -> None:
    page.goto(lesson)
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    other = page.context.new_page()
    other.goto(lesson)
    expect(other.locator("[data-state]")).to_have_text("正在计时")
    page.bring_to_front()
    advance(page, console, 15)
    expect(page.get_by_text("时间计在那边")).to_be_visible()
    page.get_by_role("button", name="在这里继续").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")


def test_who_does_not_touch_a_text_is_asked_whether_he_is_still_there(
    page: Page, console: Console, lesson: str
) -> None:
    page.goto(lesson)
    expect(page.locator("[data-state]")).to_have_text("正在计时")
    page.clock.fast_forward(200_000)
    expect(page.get_by_role("heading", name="还在学习吗？")).to_be_visible()
    expect(page.locator("[data-state]")).to_have_text("未计时")
    page.get_by_role("button", name="还在，继续").click()
    expect(page.locator("[data-state]")).to_have_text("正在计时")
