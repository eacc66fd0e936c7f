"""A client that lies gets nothing it should not, and never a server error; an honest one is told how it stands."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from exams import services
from exams.attempts import attempt_token, picture_token
from exams.models import AnswerEvent, QuestionVersion, Sitting
from exams.queries.papers import paper_for
from records import registry
from records.services import store_private
from tests.exams.factories import (
    DEVICE,
    NOW,
    OTHER,
    answered,
    make_bank,
    make_candidate,
    make_published,
    make_sitting,
    right_answers,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sitting(clock: Any) -> Sitting:
    return make_sitting(now=NOW)


class Page:
    """The page of one device; it holds no session."""

    def __init__(self, sitting: Sitting, *, device: str = DEVICE, epoch: int = 1, token: str | None = None) -> None:
        self.sitting, self.epoch = sitting, epoch
        self.token = attempt_token(sitting, device) if token is None else token
        self.client = Client(enforce_csrf_checks=True)

    def send(self, name: str, body: Any) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        url = reverse(f"exams:sitting_{name}", args=[self.sitting.pk])
        return self.client.post(url, text, content_type="application/json", headers={"X-Attempt": self.token})

    def save(self, *saves: dict[str, Any], name: str = "save", **body: Any) -> Any:
        return self.send(name, {"epoch": self.epoch, "saves": list(saves), **body})

    def state(self) -> Any:
        url = reverse("exams:sitting_state", args=[self.sitting.pk])
        return self.client.get(url, headers={"X-Attempt": self.token})


def one(slot: int = 0, given: Any = (1,), revision: int = 1, **changed: Any) -> dict[str, Any]:
    return {"slot": slot, "given": list(given), "revision": revision, "happened_at": NOW.isoformat(), **changed}


def verdicts(response: Any) -> list[str]:
    return [receipt["verdict"] for receipt in response.json()["receipts"]]


# ── An honest page ───────────────────────────────────────────────────────────
def test_a_reply_tells_the_time_the_deadline_and_what_became_of_each_save(sitting: Sitting) -> None:
    response = Page(sitting).save(one(0), one(1, (2,)))
    told = response.json()
    assert response.status_code == 200
    assert (datetime.fromisoformat(told["server_time"]), datetime.fromisoformat(told["deadline"])) == (
        NOW,
        sitting.deadline,
    )
    assert (told["code"], told["epoch"], told["state"], told["submitted_at"]) == ("ok", 1, "open", None)
    assert told["receipts"] == [
        {"slot": 0, "revision": 1, "verdict": "accepted", "current": 1},
        {"slot": 1, "revision": 1, "verdict": "accepted", "current": 1},
    ]
    assert "no-store" in response["Cache-Control"]


def test_a_save_takes_at_most_eight_statements_however_many_answers_it_carries(sitting: Sitting) -> None:
    page = Page(sitting)
    page.save(one(0))
    for saves in ([one(0, revision=2)], [one(slot, revision=3) for slot in range(5)]):
        with CaptureQueriesContext(connection) as seen:
            page.save(*saves)
        assert len(seen) <= 8, [query["sql"] for query in seen.captured_queries]


def test_after_a_reload_the_page_is_told_what_counts(sitting: Sitting) -> None:
    page = Page(sitting)
    page.save(one(0), one(0, (2,), 2))
    told = page.state().json()
    assert told["answers"] == [{"slot": 0, "given": [2], "revision": 2, "epoch": 1}]
    assert (told["this_device"], told["state"]) == (True, "open")


def test_the_hand_in_carries_the_rest_and_is_done_once(sitting: Sitting) -> None:
    page = Page(sitting)
    first = page.save(one(0), name="hand_in")
    again = page.save(one(0), one(1), name="hand_in")
    assert (first.status_code, first.json()["state"], verdicts(first)) == (200, "submitted", ["accepted"])
    assert (again.status_code, again.json()["code"], verdicts(again)) == (
        409,
        "already_submitted",
        ["accepted", "late"],
    )
    assert answered(sitting) == {0: [1]}


def test_a_beacon_carries_its_token_in_the_body(sitting: Sitting) -> None:
    page = Page(sitting, token="")
    token = attempt_token(sitting, DEVICE)
    assert page.send("left", {"token": token}).status_code == 200
    sitting.refresh_from_db()
    assert sitting.times_left == 1
    assert page.save(one(), token=token).status_code == 200


# ── Late, replayed, reordered ────────────────────────────────────────────────
def test_after_the_grace_answers_are_late_and_what_was_accepted_stays_so(sitting: Sitting, clock: Any) -> None:
    page = Page(sitting)
    clock.move_to(sitting.deadline + 60 * SECOND)
    assert verdicts(page.save(one(0))) == ["accepted"]
    clock.shift(SECOND)
    assert verdicts(page.save(one(0), one(0, (2,), 2), one(1))) == ["accepted", "late", "late"]
    assert answered(sitting) == {0: [1]}


def test_a_hand_in_after_the_grace_brings_nothing_with_it(sitting: Sitting, clock: Any) -> None:
    clock.move_to(sitting.deadline + 61 * SECOND)
    response = Page(sitting).save(*[one(slot, given) for slot, given in right_answers(sitting).items()], name="hand_in")
    assert set(verdicts(response)) == {"late"}
    sitting.refresh_from_db()
    assert (sitting.ending, services.mark_sitting(sitting.pk, now=NOW).points) == ("time", 0)


def test_replays_and_reordered_batches_change_nothing(sitting: Sitting) -> None:
    page = Page(sitting)
    assert verdicts(page.save(one(0, (3,), 3))) == ["accepted"]
    for _turn in range(3):
        assert verdicts(page.save(one(0, (0,), 1), one(0, (1,), 2), one(0, (3,), 3))) == [
            "superseded",
            "superseded",
            "accepted",
        ]
    assert (answered(sitting), AnswerEvent.objects.count()) == ({0: [3]}, 3)


def test_answers_after_the_hand_in_are_never_marked(sitting: Sitting) -> None:
    page = Page(sitting)
    page.save(name="hand_in")
    right = [one(slot, given) for slot, given in right_answers(sitting).items()]
    assert set(verdicts(page.save(*right))) == {"late"}
    assert services.mark_sitting(sitting.pk, now=NOW).points == 0
    assert verdicts(page.save(one(0, (0,), 9))) == ["late"]
    assert Sitting.objects.get().state == "marked"


# ── Somebody else's ──────────────────────────────────────────────────────────
def test_a_token_opens_one_sitting_only(sitting: Sitting) -> None:
    other = make_sitting(make_candidate(sitting.candidate.exam, now=NOW), now=NOW)
    page = Page(other, token=attempt_token(sitting, DEVICE))
    answers = [page.save(one()), page.save(one(), name="hand_in"), page.send("left", {}), page.state()]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "unknown")] * 4
    assert AnswerEvent.objects.count() == 0


@pytest.mark.parametrize(
    "forge", [lambda t: "", lambda t: t[:-1], lambda t: t + "x", lambda t: "W1sxXV0:abc", str.upper]
)
def test_a_forged_token_opens_nothing(sitting: Sitting, forge: Callable[[str], str]) -> None:
    page = Page(sitting, token=forge(attempt_token(sitting, DEVICE)))
    assert [page.save(one()).status_code, page.state().status_code] == [404, 404]


def test_a_session_without_the_token_opens_nothing_either(sitting: Sitting, client_of: Any, exam_officer: Any) -> None:
    for user in (sitting.candidate.user, exam_officer):
        client = client_of(user)
        assert client.get(reverse("exams:sitting_state", args=[sitting.pk])).status_code == 404
        url = reverse("exams:sitting_save", args=[sitting.pk])
        assert client.post(url, json.dumps({"saves": [one()]}), content_type="application/json").status_code == 404


def test_the_token_of_a_picture_is_no_attempt_and_the_other_way_round(sitting: Sitting) -> None:
    assert Page(sitting, token=picture_token(sitting.pk, 0)).state().status_code == 404
    url = reverse("exams:sitting_picture", args=[sitting.pk, 0])
    assert Client().get(url, {"t": attempt_token(sitting, DEVICE)}).status_code == 404


def test_a_token_for_a_sitting_that_is_not_there_is_told_no_more(sitting: Sitting) -> None:
    sitting.pk = 10**9
    assert Page(sitting).save(one()).status_code == 404


# ── Two tabs, two devices ────────────────────────────────────────────────────
def test_a_replaced_device_is_told_so_and_keeps_what_nobody_touched(sitting: Sitting) -> None:
    old = Page(sitting)
    services.take_over(sitting, device=OTHER, now=NOW)
    new = Page(sitting, device=OTHER, epoch=2)
    assert verdicts(new.save(one(0, (2,)))) == ["accepted"]
    response = old.save(one(0, (1,)), one(1, (1,)))
    assert (response.status_code, response.json()["epoch"]) == (200, 2)
    assert verdicts(response) == ["other_device", "accepted"]
    assert (old.state().json()["this_device"], new.state().json()["this_device"]) == (False, True)
    assert answered(sitting) == {0: [2], 1: [1]}


def test_a_replaced_device_neither_hands_in_nor_poses_as_the_new_one(sitting: Sitting) -> None:
    old = Page(sitting)
    services.take_over(sitting, device=OTHER, now=NOW)
    answers = [old.save(name="hand_in"), old.save(one(), epoch=2)]
    assert [(answer.status_code, answer.json()["code"], answer.json()["epoch"]) for answer in answers] == [
        (409, "other_device", 2)
    ] * 2
    assert (Sitting.objects.get().state, AnswerEvent.objects.count()) == ("open", 0)


def test_a_hand_in_refused_to_a_replaced_device_still_leaves_no_half_things(sitting: Sitting) -> None:
    old = Page(sitting)
    services.take_over(sitting, device=OTHER, now=NOW)
    assert old.save(one(3, (0,)), name="hand_in").status_code == 409
    assert verdicts(old.save(one(3, (0,)))) == ["accepted"]  # sent again as a save it is kept


def test_two_tabs_with_one_numbering_are_told_apart(sitting: Sitting) -> None:
    first, second = Page(sitting), Page(sitting)
    assert verdicts(first.save(one(0, (1,), 1))) == ["accepted"]
    assert second.save(one(0, (2,), 1)).json()["receipts"] == [
        {"slot": 0, "revision": 1, "verdict": "superseded", "current": 1}
    ]
    assert answered(sitting) == {0: [1]}


# ── What no page of ours sends ───────────────────────────────────────────────
BAD_SAVES: list[Any] = [
    one(slot=5),
    one(slot=-1),
    one(slot="0"),
    one(slot=0.5),
    one(slot=True),
    one(slot=10**30),
    one(given=[4]),
    one(given=[0, 1]),
    one(given=["1"]),
    one(given=[[1]]),
    one(given=[None]),
    one(given=list(range(5000))),
    one(revision=0),
    one(revision=-1),
    one(revision=2**40),
    one(happened_at="yesterday"),
    one(happened_at="2026-11-24T09:00:00"),
    one(happened_at="2026-99-99T09:00:00+08:00"),
    one(happened_at="0001-01-01T00:00:00+08:00"),
    one(happened_at=5),
    {**one(), "given": None},
    {"slot": 0},
    [],
    "save",
    None,
]


@pytest.mark.parametrize("bad", BAD_SAVES, ids=range(len(BAD_SAVES)))
def test_one_bad_save_refuses_its_batch_and_nothing_is_stored(sitting: Sitting, bad: Any) -> None:
    response = Page(sitting).send("save", {"epoch": 1, "saves": [one(0), bad]})
    assert (response.status_code, response.json()["code"]) == (400, "forged")
    assert (AnswerEvent.objects.count(), answered(sitting)) == (0, {})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"epoch": 1, "saves": {}}',
        '{"epoch": "1", "saves": []}',
        '{"epoch": 0}',
        '{"epoch": 2}',
        '{"epoch": NaN}',
        "[" * 30_000,
        "1" * 10_000,
        b"\xff\xfe\x00",
    ],
    ids=str,
)
def test_a_body_that_is_no_batch_is_refused(sitting: Sitting, body: Any) -> None:
    for name in ("save", "hand_in"):
        assert Page(sitting).send(name, body).status_code == 400
    sitting.refresh_from_db()
    assert sitting.state == "open"


def test_a_giant_body_is_refused_unread(sitting: Sitting) -> None:
    response = Page(sitting).send("save", json.dumps({"epoch": 1, "saves": [], "pad": "x" * 70_000}))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_an_endless_batch_is_refused(sitting: Sitting) -> None:
    tiny = {"slot": 0, "given": [], "happened_at": "2026-11-24T09:00:00Z"}
    response = Page(sitting).save(*[{**tiny, "revision": number} for number in range(1, 400)])
    assert (response.status_code, AnswerEvent.objects.count()) == (400, 0)


def test_the_refusal_repeats_nothing_of_what_was_sent(sitting: Sitting) -> None:
    response = Page(sitting).save(one(slot="<script>机密"))
    assert "机密" not in response.content.decode()
    assert "script" not in response.content.decode()


# ── What the page may not learn ──────────────────────────────────────────────
def test_no_reply_tells_right_from_wrong(sitting: Sitting) -> None:
    page, right = Page(sitting), right_answers(sitting)
    wrong = {slot: [] for slot in right}
    told = []
    for revision, given in enumerate((right, wrong), 1):
        response = page.save(*[one(slot, positions, revision) for slot, positions in given.items()])
        told.append([{**receipt, "revision": 0, "current": 0} for receipt in response.json()["receipts"]])
    assert told[0] == told[1]
    services.submit_sitting(sitting, now=NOW)
    services.mark_sitting(sitting.pk, now=NOW)
    for text in (page.state().content.decode(), page.save().content.decode()):
        assert not {"points", "passed", "right", "correct", "key", "explanation"} & set(json.loads(text))
        assert "密钥" not in text


# ── Pictures ─────────────────────────────────────────────────────────────────
@pytest.fixture
def illustrated(clock: Any, settings: Any, tmp_path: Path) -> Any:
    """A sitting whose only question has a picture."""
    settings.PRIVATE_ROOT = tmp_path
    kind = "exams.question_picture"
    rules = registry.private_files._rules
    if kind not in rules:
        registry.private_files.add(kind, lambda user, file: False)
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    file = store_private(kind, "sign.png", ContentFile(out.getvalue()), by=None)
    bank = make_bank(single=1)
    QuestionVersion.objects.update(picture=file)
    return make_sitting(make_candidate(make_published(bank, now=NOW, parts=[("single", 1, 10)]), now=NOW), now=NOW)


def test_the_picture_opens_by_the_address_on_the_page_while_the_sitting_lasts(illustrated: Sitting) -> None:
    (asked,) = paper_for(illustrated)
    response = Client().get(asked.picture)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert [
        Client().get(asked.picture.partition("?")[0]).status_code,
        Client().get(asked.picture + "x").status_code,
    ] == [
        404,
        404,
    ]
    services.submit_sitting(illustrated, now=NOW)
    assert Client().get(asked.picture).status_code == 404
