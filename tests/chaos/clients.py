"""Candidates on a bad network: requests and replies are dropped, doubled and overtaken, servers die under them. Each
keeps a journal as the page does, sends again what was not acknowledged, and writes down every receipt."""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

TIMEOUT = 25  # seconds: longer than a writer waits for SQLite
Save = dict[str, Any]


@dataclass
class Candidate:
    pk: int
    device: str
    token: str
    kinds: list[str]
    dice: random.Random
    hands_in: bool
    revisions: dict[int, int] = field(default_factory=dict)
    journal: list[Save] = field(default_factory=list)  # not acknowledged yet
    receipts: list[dict[str, Any]] = field(default_factory=list)
    handed_in: bool = False  # and told so

    def answer(self) -> Save:
        slot = self.dice.randrange(len(self.kinds))
        self.revisions[slot] = revision = self.revisions.get(slot, 0) + 1
        count = self.dice.choice([0, 2, 2, 2]) if self.kinds[slot] == "multiple" else self.dice.choice([0, 1, 1, 1])
        given = sorted(self.dice.sample(range(4), count))
        now = datetime.now(timezone.utc).isoformat()  # noqa: UP017  as told by the device
        save = {"slot": slot, "given": given, "revision": revision, "happened_at": now}
        self.journal.append(save)
        return save

    def acknowledge(self, sent: list[Save], receipts: list[dict[str, Any]]) -> None:
        for save, receipt in zip(sent, receipts, strict=True):
            assert (save["slot"], save["revision"]) == (receipt["slot"], receipt["revision"])
            told = {**save, **receipt, "sitting": self.pk, "device": self.device}
            self.receipts.append(told)
            with suppress(ValueError):
                self.journal.remove(save)


@dataclass
class Network:
    port: int
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def post(self, candidate: Candidate, name: str, saves: list[Save], *, lose_reply: bool = False) -> Any:
        """Status and reply, or None where the network or the server failed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        body = json.dumps({"epoch": 1, "saves": saves})
        headers = {"Content-Type": "application/json", "X-Attempt": candidate.token}
        try:
            connection.request("POST", f"/exams/sittings/{candidate.pk}/{name}/", body, headers)
            if lose_reply:
                self.note("reply lost")
                return None
            response = connection.getresponse()
            text = response.read()
            self.note(f"{name} {response.status}")
            return (response.status, json.loads(text)) if response.status in {200, 409} else None
        except (OSError, http.client.HTTPException, ValueError):
            self.note("failed")
            return None
        finally:
            connection.close()

    def save(self, candidate: Candidate, saves: list[Save], *, lose_reply: bool = False) -> None:
        answer = self.post(candidate, "save", saves, lose_reply=lose_reply)
        if answer and answer[0] == 200:
            candidate.acknowledge(saves, answer[1]["receipts"])

    def twice(self, candidate: Candidate, saves: list[Save]) -> None:
        """At the same moment; only one of the replies comes through."""
        self.note("doubled")
        other = threading.Thread(target=self.post, args=[candidate, "save", saves])
        other.start()
        self.save(candidate, saves)
        other.join()

    def hand_in(self, candidate: Candidate) -> None:
        saves = list(candidate.journal)
        answer = self.post(candidate, "hand-in", saves)
        if answer and "receipts" in answer[1]:
            candidate.acknowledge(saves, answer[1]["receipts"])
            candidate.handed_in = True


def step(network: Network, candidate: Candidate) -> None:
    """Something is answered and something is sent; what goes wrong is thrown by the dice."""
    fresh = [candidate.answer() for _answer in range(candidate.dice.randint(1, 3))]
    older = [save for save in candidate.journal if save not in fresh]
    fault = candidate.dice.random()
    if fault < 0.15:
        network.note("request lost")
    elif fault < 0.30:
        network.save(candidate, fresh, lose_reply=True)
    elif fault < 0.45:
        network.twice(candidate, fresh + older)
    elif fault < 0.60:  # the newest first, what waited after it
        network.save(candidate, fresh[::-1])
        if older:
            network.save(candidate, candidate.dice.sample(older, len(older)))
    else:
        network.save(candidate, older + fresh)


def sit(network: Network, candidates: list[Candidate], *, until: float, hand_in_at: float, dice: random.Random) -> None:
    """What one thread does for its candidates; times by time.time()."""
    while time.time() < until:
        candidate = dice.choice(candidates)
        if candidate.handed_in and dice.random() < 0.9:  # the tenth goes on, as a script would
            time.sleep(0.02)
            continue
        if candidate.hands_in and time.time() > hand_in_at and dice.random() < 0.5:
            network.hand_in(candidate)
        else:
            step(network, candidate)
        time.sleep(dice.random() * 0.1)


def threads_for(
    network: Network, candidates: list[Candidate], count: int, *, until: float, hand_in_at: float, seed: int
) -> Iterator[threading.Thread]:
    for number in range(count):
        share = candidates[number::count]
        times = {"until": until, "hand_in_at": hand_in_at, "dice": random.Random(seed * 1000 + number)}
        yield threading.Thread(target=sit, args=[network, share], kwargs=times)
