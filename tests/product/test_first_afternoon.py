"""The first afternoon: from HR's workbook to a certificate that a stranger confirms, and that is told once it is revoked
or was changed."""

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from exams import numbering
from tests.product import afternoon_plan as plan
from tests.product import afternoon_work as work
from tests.product.afternoon_plan import NAMES, Worker
from tests.product.afternoon_work import Certificate
from tests.product.console import Console
from tests.product.demo import sign_in
from tests.product.installation import Product
from tests.product.walking import DESK, PHONE, figures, go, looked_at, page_of, send, told

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NUMBER_OF_NOBODY = numbering.compose(
    numbering.PATTERN, region="999999", issuer="999", year=2026, category="01", serial=999_999
)


# ── The certificate ──────────────────────────────────────────────────────────
def verified(page: Page, product: Product, certificate: Certificate) -> None:
    """By the QR code, and by number and whole name; a wrong name is answered as an unknown number is."""
    page.goto(certificate.address)
    told(page, "记录一致，未撤销")
    looked_at(page, "verify-result")
    answers = []
    for number, name in ((certificate.number, NAMES[1]), (NUMBER_OF_NOBODY, certificate.name)):
        ask(page, product, number, name)
        told(page, "没有查到编号和姓名都相符的记录。")
        answers.append(page.locator("#main").inner_text())
        looked_at(page, "verify-unknown")
    assert answers[0] == answers[1]
    ask(page, product, certificate.number, certificate.name)
    page.wait_for_url(certificate.address)
    told(page, "记录一致，未撤销")


def ask(page: Page, product: Product, number: str, name: str) -> None:
    page.goto(f"{product.url}/verify/")
    page.locator("[name=number]").fill(number)
    page.locator("[name=name]").fill(name)
    looked_at(page, "verify")
    send(page, "核验")


def completed(page: Page, board: str, worker: Worker) -> None:
    page.goto(board)
    assert figures(page)["已完成"] == 1
    row = page.locator("#main tbody tr", has_text=worker.name)
    expect(row).to_contain_text("100")
    expect(row.locator(".tag")).to_have_text("已完成")
    expect(row.get_by_role("link", name="证书")).to_be_visible()
    looked_at(page, "board-done")


def revoke(page: Page, product: Product, certificate: Certificate) -> None:
    page.goto(f"{product.url}/exams/certificates/issued/")
    page.locator("[name=q]").fill(certificate.number)
    send(page, "查找")
    looked_at(page, "issued")
    go(page, certificate.name)
    go(page, "撤销证书")
    page.locator("[name=reason]").fill("复核发现入厂日期有误")
    looked_at(page, "revoke")
    send(page, "撤销证书")
    told(page, "证书已撤销")
    looked_at(page, "revoked")


UNDONE = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE exams_certificate SET revoked_at = NULL, revoke_reason = '' WHERE number = %s", ["{number}"])
    told = cursor.rowcount
"""


# ── The whole way ────────────────────────────────────────────────────────────
def test_the_first_afternoon(browser: Browser, product: Product, console: Console) -> None:
    today = date.fromisoformat(console("from django.utils import timezone; told = str(timezone.localdate())"))
    manager, phone, stranger = page_of(browser, DESK), page_of(browser, PHONE), page_of(browser, PHONE)
    sign_in(manager, product, "manager_a")
    worker = plan.roster(manager, product, today)
    plan.course(manager, product)
    plan.exam(manager, product, today)
    board = plan.programme(manager, product, today)

    work.first_sign_in(phone, product, worker)
    work.learn(phone, console)
    phone = work.with_its_own_clock(browser, phone)
    work.sit(phone, product, console)
    certificate = work.own_certificate(phone, product, worker)
    verified(stranger, product, certificate)
    completed(manager, board, worker)

    examiner = page_of(browser, DESK)
    sign_in(examiner, product, "exam_officer")
    revoke(examiner, product, certificate)
    stranger.goto(certificate.address)
    told(stranger, re.compile(r"记录一致.*撤销"))
    looked_at(stranger, "verify-revoked")
    phone.reload()
    told(phone, "复核发现入厂日期有误")

    assert console(UNDONE.format(number=certificate.number)) == 1  # by somebody with the database in his hands
    stranger.reload()
    told(stranger, "记录异常")
    looked_at(stranger, "verify-changed")
    for page in (manager, phone, stranger, examiner):
        page.context.close()
