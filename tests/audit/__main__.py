"""`make audit`: Lighthouse on eight public pages under production settings, and the first paint on a slow network.

The median of five must meet the goals. Lighthouse simulates its network; the first paint is measured on an applied one.
"""

import base64
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.product.installation import ROOT, Product

LIGHTHOUSE = ROOT / "setup" / "audit" / "node_modules" / ".bin" / "lighthouse"
PAGES = {
    "home": "/",
    "topic": "/hazards/gas/",
    "article": "/library/coal-stove-co/",
    "quiz": "/library/gas-safety/",
    "poster": "/library/poster-gas-leak/",
    "guide": "/library/guide-school/",
    "days": "/days/",
    "figures": "/campaign/figures/",
}
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
ROUNDS = 5
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400 * 1024 / 8, "uploadThroughput": 400 * 1024 / 8}
FIRST_PAINT = 2500  # milliseconds at 400 kbit/s and 400 ms
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def production(folder: Path) -> Product:
    random = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("DATA_KEY", "SEAL_KEY")}
    own = {"SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "false"}
    product = Product(folder, settings="config.settings.production", extra=own | random)
    product.extra["PUBLIC_URL"] = product.url
    return product


def scores(url: str, folder: Path) -> dict[str, float]:
    report = folder / "report.json"
    command = [LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    categories = json.loads(report.read_text())["categories"]
    return {name: round(categories[name]["score"] * 100) for name in GOALS}


def first_paint(url: str) -> float:
    """Milliseconds to the first contentful paint of a fresh browser on a slow phone network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split()[1:])
        page = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN").new_page()
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        page.goto(url, wait_until="load")
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        browser.close()
    return float(painted)


def main() -> int:
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        product = production(Path(folder))
        product.manage("prepare")
        product.start()
        try:
            for name, path in PAGES.items():
                rounds = [scores(product.url + path, Path(folder)) for _round in range(ROUNDS)]
                median = {goal: statistics.median(round_[goal] for round_ in rounds) for goal in GOALS}
                painted = statistics.median(first_paint(product.url + path) for _round in range(ROUNDS))
                told = " ".join(f"{goal}={score:.0f}" for goal, score in median.items())
                print(f"{name:8} {told} first-paint={painted:.0f}ms", flush=True)
                missed += [(name, goal) for goal, score in median.items() if score < GOALS[goal]]
                missed += [(name, "first paint")] if painted > FIRST_PAINT else []
        finally:
            product.stop()
    print("below the goal:", missed) if missed else print("all goals met")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
