import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a fresh front-end build."""
    var = tmp_path_factory.mktemp("var")
    environment = os.environ | {"VAR_DIR": str(var)}
    built = subprocess.run(
        ["node", "bundle.mjs"], cwd=ROOT / "setup", env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, f"run `npm ci --ignore-scripts` in setup/ first: {built.stderr}"
    return var / "assets" / "ui"


@pytest.fixture
def open_page(browser: Any, bundle: Path) -> Iterator[Callable[..., Any]]:
    """Open markup as a page of http://house.test/ with our bundles, and nothing else, behind it."""
    contexts = []

    def opened(
        body: str, *, lang: str = "zh-Hans", query: str = "", width: int = 360, before: str = "", context: Any = None
    ):
        context = context or browser.new_context(viewport={"width": width, "height": 740})
        contexts.append(context)
        page = context.new_page()
        html = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><script src="/prefs.js"></script>'
            f'<link rel="stylesheet" href="/work.css"></head><body>{body}<script src="/work.js"></script></body></html>'
        )

        def answer(route: Any) -> None:
            name = route.request.url.split("house.test/")[1].split("?")[0]
            if name in ("prefs.js", "work.js", "work.css"):
                route.fulfill(path=bundle / name)
            elif name:
                route.fulfill(status=404, body="")
            else:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")

        page.route("**/*", answer)
        if before:
            page.add_init_script(before)
        page.goto(f"http://house.test/{query}")
        return page

    yield opened
    for context in contexts:
        context.close()
