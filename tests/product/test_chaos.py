"""Two hundred sittings on a network that drops, doubles and reorders, while web server and worker are killed: no
acknowledged answer is lost, none is counted after deadline and grace, each sitting is marked once and rightly."""

import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.chaos import check
from tests.chaos.clients import Candidate, Network, threads_for
from tests.product.installation import ROOT, Product
from tests.records.installation import database_of_its_own

SEED = 20261124
GRACE = 4  # seconds
SHORTEST = 25  # seconds of answering
THREADS = 24


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """An installation of its own on the suite's kind of database: nobody else meets these people."""
    with database_of_its_own("chaos") as its_own:
        product = Product(tmp_path, extra={"CELERY_BROKER_URL": ""} | its_own)
        product.manage("migrate", "-v0")
        product.start()
        yield product
        product.stop()


def room(product: Product, people: int) -> tuple[float, list[Candidate]]:
    """The deadline and the candidates."""
    script = (ROOT / "tests" / "chaos" / "scenery.py").read_text()
    product.extra["SCENERY"] = json.dumps([people, GRACE, SHORTEST])
    told = json.loads(product.manage("shell", "--no-imports", "-c", script).strip().splitlines()[-1])
    return told["deadline"], [
        Candidate(**each, dice=random.Random(SEED + number), hands_in=number % 3 == 0)
        for number, each in enumerate(told["sittings"])
    ]


def kill(product: Product, kind: str) -> None:
    os.kill(product.pids()[kind], signal.SIGKILL)
    product.wait_until_up()


def database(product: Product) -> str | Path:
    return product.extra.get("DATABASE_URL") or product.var_dir / "db.sqlite3"


def unmarked(product: Product) -> int:
    query, where = "SELECT COUNT(*) FROM exams_sitting WHERE state <> 'marked'", database(product)
    opened = psycopg.connect(where) if isinstance(where, str) else sqlite3.connect(where, timeout=20)
    with closing(opened) as connection:
        return int(connection.execute(query).fetchone()[0])


@pytest.mark.timeout(900)
def test_no_acknowledged_answer_is_lost(product: Product, request: pytest.FixtureRequest) -> None:
    end, candidates = room(product, request.config.getoption("--count-sittings"))
    network, half = Network(product.port), (time.time() + end) / 2
    threads = list(threads_for(network, candidates, THREADS, until=end + GRACE + 3, hand_in_at=half, seed=SEED))
    for thread in threads:
        thread.start()
    for kind in ("web", "work", "web", "work"):
        time.sleep(max(2.0, (end - time.time()) / 5))
        kill(product, kind)
    for thread in threads:
        thread.join()
    kill(product, "work")
    until = time.monotonic() + 180
    while unmarked(product) and time.monotonic() < until:
        time.sleep(1)
    judge(product, candidates, network)


def judge(product: Product, candidates: list[Candidate], network: Network) -> None:
    rows = check.read(database(product))
    receipts = [told for candidate in candidates for told in candidate.receipts]
    verdicts = Counter(told["verdict"] for told in receipts)
    found = check.faults(rows, receipts, {candidate.pk for candidate in candidates if candidate.handed_in})
    kinds = dict(network.counts), dict(verdicts), Counter(row["ending"] for row in rows["sitting"])
    print(*kinds, {name: len(cases) for name, cases in found.items()}, sep="\n")
    assert {name: cases[:3] for name, cases in found.items() if cases} == {}
    assert len(rows["sitting"]) == len(rows["mark"]) == len(candidates)
    # The test means something only where all of it happened.
    assert set(verdicts) == {"accepted", "superseded", "late"}
    assert {"reply lost", "request lost", "doubled", "failed"} <= set(network.counts)
    assert {row["ending"] for row in rows["sitting"]} == {"candidate", "time"}
    assert len({row["points"] for row in rows["mark"]}) > 3
