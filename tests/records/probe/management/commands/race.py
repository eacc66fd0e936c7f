"""Many threads of one process doing the same thing at once; the test starts several such processes."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from records import services
from records.services.audit import seal_batch
from tests.records.probe import tasks

THREADS = 4
NOW = datetime.fromisoformat("2026-11-23T08:00:00+08:00")


def claim(_turn: int) -> list[int]:
    taken = []
    while job := services.claim(timezone.now()):
        taken.append(job.pk)
    return taken


def number(turn: int) -> list[int]:
    """Every third number is given back by a rollback."""
    with transaction.atomic():
        given = services.next_number("race")
        if turn % 3 == 0:
            transaction.set_rollback(True)
            return []
    return [given]


def hit(_turn: int) -> list[int]:
    return [services.hit("race", limit=10, window=timedelta(hours=1), now=NOW).count]


def enqueue(_turn: int) -> list[int]:
    return [services.enqueue(tasks.note, "nowhere", key="race").pk]


def seal(_turn: int) -> list[int]:
    return [seal_batch(timezone.now())]


RACES: dict[str, Callable[[int], list[int]]] = {
    "claim": claim,
    "number": number,
    "hit": hit,
    "enqueue": enqueue,
    "seal": seal,
}


def quietly(race: Callable[[int], list[int]], turn: int) -> list[int]:
    try:
        return race(turn)
    finally:
        connection.close()


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=RACES)
        parser.add_argument("turns", type=int)

    def handle(self, *args: Any, name: str, turns: int, **options: Any) -> None:
        self.stdout.write("ready")
        self.stdout.flush()
        sys.stdin.readline()  # all processes start at the same word
        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(lambda turn: quietly(RACES[name], turn), range(turns)))
        self.stdout.write(json.dumps([each for result in results for each in result]))
