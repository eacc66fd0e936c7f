"""The first afternoon, the safety officer's part: people, course, exam, programme."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

import xlsxwriter
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.people.rosters import Maker
from tests.product.installation import Product
from tests.product.walking import A_JOB, figures, go, looked_at, send, told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEED = 20261124
POST = "充装见习工"
NAMES = ("贺新民", "邱晓燕", "段建国")
COURSE, LESSON = "充装岗位上岗前必读", "气瓶充装前先检查什么"
EXAM, PROGRAMME = "充装见习工上岗考试", "充装见习工岗前培训"
BANK = "新员工三级安全教育（厂级）"
QUESTIONS = (("single", 2), ("true_false", 2))


@dataclass
class Worker:
    name: str
    identity: str
    code: str = ""


# ── The manager: people ──────────────────────────────────────────────────────
def workbook(today: date) -> tuple[bytes, list[Worker]]:
    """Three rows that are good and one whose identity number has a wrong check character, under HR's own words."""
    maker = Maker(SEED)
    workers = [Worker(name, maker.identity()) for name in NAMES]
    wrong = maker.identity()
    wrong = wrong[:17] + ("1" if wrong[17] != "1" else "2")
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("新进人员")
        sheet.write(0, 0, "十一月新进人员名单")
        sheet.write_row(2, 0, ["工种", "员工姓名", "入厂时间", "证件号码", "所在班组", "人员类型"])
        day = f"{today.year}年{today.month}月{today.day}日"
        for place, (name, number) in enumerate([*((one.name, one.identity) for one in workers), ("邹海", wrong)]):
            sheet.write_row(3 + place, 0, [POST, name, day, number, "充装一班", "从业人员"])
        sheet.write_row(7, 0, ["合计", "4人"])
    return target.getvalue(), workers


def roster(page: Page, product: Product, today: date) -> Worker:
    """The good rows are imported, the bad one comes back with its reason; who is to begin first gets a code."""
    content, workers = workbook(today)
    page.goto(f"{product.url}/people/")
    go(page, "花名册导入")
    looked_at(page, "roster-list")
    go(page, "导入花名册")
    looked_at(page, "roster-upload")
    page.locator("[name=roster]").set_input_files({"name": "十一月新进.xlsx", "mimeType": XLSX, "buffer": content})
    send(page, "检查各行")
    told(page, "身份证号校验位不符")
    looked_at(page, "roster-check")
    assert figures(page) == {"新增": 3, "变更": 0, "不变": 0, "重复": 0, "错误": 1}
    with page.expect_download() as bad:
        page.get_by_role("link", name="下载问题行").click()
    rows = CalamineWorkbook.from_path(str(bad.value.path())).get_sheet_by_index(0).to_python()
    assert any("邹海" in row and any("校验位" in str(cell) for cell in row) for row in rows), rows
    send(page, "导入可用的行（3）")
    expect(page.get_by_role("heading", name="导入结果")).to_be_visible(timeout=A_JOB)
    told(page, "新增 3 人")
    looked_at(page, "roster-result")
    slips(page, product)
    return issue_code(page, product, workers[0])


def slips(page: Page, product: Product) -> None:
    go(page, "打印登录条")
    send(page, "生成登录条")
    ready = page.locator("#main a[href*='/records/files/']").first
    expect(ready).to_be_visible(timeout=A_JOB)
    looked_at(page, "slips")
    assert page.request.get(f"{product.url}{ready.get_attribute('href')}").body().startswith(b"%PDF")


def issue_code(page: Page, product: Product, worker: Worker) -> Worker:
    """He has lost his slip: two taps from his own page."""
    page.goto(f"{product.url}/people/organisations/")
    page.locator("#main table a").first.click()
    page.locator("[name=q]").last.fill(worker.name)
    send(page, "查找")
    with page.expect_navigation():  # two of one name are told apart by the end of their numbers
        page.locator("#main tbody tr", has_text=worker.identity[-4:]).get_by_role("link", name=worker.name).click()
    looked_at(page, "member")
    go(page, "发放登录码")
    looked_at(page, "issue-code")
    send(page, "发放登录码")
    worker.code = page.locator("p.form-code b").inner_text()
    looked_at(page, "code")
    return worker


# ── The manager: course, exam, programme ─────────────────────────────────────
def course(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/learning/courses/")
    looked_at(page, "course-list")
    go(page, "新建课程")
    page.locator("[name=title]").fill(COURSE)
    send(page, "保存")
    go(page, "加一节文字课")
    page.locator("[name=title]").fill(LESSON)
    page.locator("[name=body]").fill(
        "## 先看瓶体\n\n查检验期，看有没有变形、漏气。\n\n" + "不合格的气瓶一律不充装。\n\n" * 40
    )
    page.locator("[name=minutes]").fill("3")
    page.locator("[name=stem]").fill("气瓶过了检验期，怎么办？")
    page.locator("[name=lines]").fill("先充一半试试\n*不充装，送检验单位")
    page.locator("[name=explanation]").fill("超期未检的气瓶不得充装。")
    looked_at(page, "lesson-form")
    send(page, "保存这节课")
    send(page, "发布课程")
    told(page, "课程已发布")
    looked_at(page, "course")


def exam(page: Page, product: Product, today: date) -> None:
    page.goto(f"{product.url}/exams/held/")
    looked_at(page, "exam-list")
    go(page, "新建考试")
    page.locator("[name=title]").fill(EXAM)
    page.locator("[name=opens_at]").fill(f"{today - timedelta(days=1)}T08:00")
    page.locator("[name=closes_at]").fill(f"{today + timedelta(days=20)}T18:00")
    page.locator("[name=duration_minutes]").fill("30")
    for place, (kind, count) in enumerate(QUESTIONS):
        page.locator(f"[name=parts-{place}-bank]").select_option(label=BANK)
        page.locator(f"[name=parts-{place}-kind]").select_option(kind)
        page.locator(f"[name=parts-{place}-count]").fill(str(count))
        page.locator(f"[name=parts-{place}-points]").fill("25")
    expect(page.locator("[data-parts-points]")).to_have_text("100")
    looked_at(page, "exam-form")
    send(page, "保存草稿")
    looked_at(page, "exam-draft")
    go(page, "检查并发布")
    told(page, "开考时间已过，发布后立即开考。")
    looked_at(page, "exam-publish")
    send(page, "发布")
    told(page, "考试已发布")
    looked_at(page, "exam")


def programme(page: Page, product: Product, today: date) -> str:
    """The address of the manager's page."""
    page.goto(f"{product.url}/learning/programmes/")
    looked_at(page, "programme-list")
    go(page, "新建培训计划")
    page.locator("[name=title]").fill(PROGRAMME)
    page.locator("[name=course_1]").select_option(label=COURSE)
    page.locator("[name=required_hours]").fill("0.1")
    page.locator("[name=minutes_per_hour]").fill("30")
    page.locator("[name=opens_on]").fill(str(today))
    page.locator("[name=closes_on]").fill(str(today + timedelta(days=14)))
    page.locator("[name=exam]").select_option(label=EXAM)
    page.locator("[name=certificate_kind]").select_option(label="培训合格证")
    page.locator("[name=why]").fill("没有经过岗前培训的，不得上岗。")
    looked_at(page, "programme-form")
    send(page, "保存草稿")
    told(page, "请核对，发布后不能再改。")
    looked_at(page, "programme-publish")
    send(page, "发布")
    told(page, "按条件分配")
    page.locator("[name=posts]").fill(POST)
    page.locator("[name=hired_since]").fill(str(today))
    looked_at(page, "assign")
    send(page, "预览人员")
    assert figures(page)["本次分配"] == len(NAMES)
    for name in NAMES:
        told(page, name)
    looked_at(page, "preview")
    send(page, "分配 3 人")
    told(page, "3 人")
    assert figures(page)["未开始"] == len(NAMES)
    looked_at(page, "board")
    return page.url
