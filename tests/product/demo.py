"""Signing in as one of the demo accounts, the way a person does."""

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.product.installation import Product

A_NEW_CODE_COMES = 35  # seconds; an authenticator shows another one every 30

used_codes: set[str] = set()  # each works once
sessions: dict[tuple[str, str], list[Any]] = {}  # (installation, role) → the cookies of whoever signed in first


@dataclass(frozen=True)
class DemoAccount:
    role: str
    phone: str
    password: str
    needs_code: bool


def demo_accounts(product: Product) -> dict[str, DemoAccount]:
    """What var/demo.txt tells: role, what, name, phone, password, authenticator key."""
    lines = (product.var_dir / "demo.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") == 5][1:]
    return {row[0]: DemoAccount(row[0], row[3], row[4], needs_code=row[5] != "–") for row in rows}


def unused_code(product: Product, role: str) -> str:
    """The six digits shown now, or the next ones where these have been used already."""
    until = time.monotonic() + A_NEW_CODE_COMES
    while time.monotonic() < until:
        code = product.manage("demo_code", role).strip().split()[-1]
        if code not in used_codes:
            used_codes.add(code)
            return code
        time.sleep(1)
    raise AssertionError(f"the authenticator of {role} stands still")


def keep_session(page: Page, product: Product, role: str) -> None:
    """Whoever signs in as the same role later enters with these cookies, without another code."""
    sessions[product.url, role] = page.context.cookies()


def sign_in(page: Page, product: Product, role: str) -> None:
    """Once through the doors, afterwards with the session of the first time."""
    page.context.add_cookies(sessions.get((product.url, role), []))
    page.goto(f"{product.url}/people/")
    if "/account/login/" not in page.url:
        return
    account = demo_accounts(product)[role]
    page.locator("[name=login]").fill(account.phone)
    page.locator("[name=password]").fill(account.password)
    page.locator("form:has([name=password]) [type=submit]").click()
    if account.needs_code:
        page.locator("[name=code]").fill(unused_code(product, role))
        page.locator("form:has([name=code]) [type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/" not in url)  # a learner lands on his tasks, an office at home
    keep_session(page, product, role)
