import os
import shutil
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

# Django takes Playwright's event loop for its own and would refuse every query of later tests in the same process.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytest_plugins = ["tests.cast"]


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Tests on the running product share one installation, so one worker runs them all."""
    for item in items:
        if "product" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("product"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--count-kills", type=int, default=6, help="how many processes the kill test kills")
    parser.addoption("--count-sittings", type=int, default=200, help="how many sit the exam of the chaos test")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is missing: make test installs it"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    return {"executable_path": chromium, "args": [*flags, "--disable-component-update", "--disable-sync"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 360, "height": 740}}


@pytest.fixture(autouse=True)
def chinese_first() -> None:
    """A request leaves its language behind in the thread: each test starts with the house's own."""
    translation.activate(settings.LANGUAGE_CODE)
