"""Every kind of question through a sitting: how the page lays it out, what is stored, how the journal tells it."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from exams import services
from exams.models import Sitting
from exams.queries.journal import journal_of, words
from exams.queries.papers import Asked, paper_for
from exams.rules import check_question
from exams.sitting_rules import Forged, Save, check_given
from exams.views.paper import pieces
from exams.views.room import DEVICE as COOKIE
from tests.exams.factories import DEVICE, NOW, answered, make_candidate, make_sitting
from tests.exams.kinds import GIVEN, WORDINGS, make_exam_of_every_kind

SLOT: Any = {"version": 1, "points": 5, "order": [2, 0, 1, 3]}


@pytest.fixture
def sitting(learner: Any) -> Sitting:
    return make_sitting(make_candidate(make_exam_of_every_kind(), learner.memberships.get()))


def save_all(sitting: Sitting, now: Any) -> None:
    saves = [Save(place, tuple(given), 1, now) for place, given in enumerate(GIVEN.values())]
    services.save_answers(sitting.pk, saves, device=DEVICE, epoch=1, now=now)


# ── Words ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("single", [0], "B"),
        ("multiple", [0, 2], "AB"),
        ("ordering", [3, 0, 1, 2], "DBCA"),
        ("matching", [1, -1, 2], "1C 2– 3A"),
        ("fill", ["119 ", "", "米"], "119 / – / 米"),
        ("short", ["不伤害自己"], "不伤害自己"),
        ("essay", [], ""),
        ("multiple", [], ""),
    ],
)
def test_an_answer_is_told_as_the_candidate_saw_it(kind: str, given: list[Any], told: str) -> None:
    assert words({**SLOT, "kind": kind}, given) == told


def test_a_long_text_is_told_by_its_beginning_and_length() -> None:
    with translation.override("en"):
        assert words({**SLOT, "kind": "essay"}, ["安" * 200]) == "安" * 80 + "… (200 characters)"


@pytest.mark.parametrize(
    ("stem", "blanks", "told"),
    [
        ("火警____，急救____。", 2, [("火警", 1), ("，急救", 2), ("。", 0)]),
        ("火警电话是多少？", 1, [("火警电话是多少？", 1), ("", 0)]),
    ],
)
def test_blanks_stand_inside_the_stem(stem: str, blanks: int, told: list[tuple[str, int]]) -> None:
    asked = Asked(0, "fill", 5, stem, [], "", [], 0, 0, blanks=blanks)
    assert [(piece["text"], piece["blank"]) for piece in pieces(asked)] == told


@pytest.mark.parametrize("text", ["\x00", "半个\ud83d", "\udc00"])
def test_what_no_database_keeps_is_no_text(text: str) -> None:
    with pytest.raises(Forged):
        check_given([text], {**SLOT, "kind": "short"})


def test_the_questions_of_these_tests_can_be_asked() -> None:
    for kind, wording in WORDINGS.items():
        check_question(kind, wording.get("stem", "题干"), wording["options"], wording["answer"])


# ── A sitting ────────────────────────────────────────────────────────────────
def test_every_kind_is_saved_and_told_in_the_journal(sitting: Sitting) -> None:
    save_all(sitting, timezone.now())
    assert answered(sitting) == dict(enumerate(GIVEN.values()))
    lines = {line["question"]: line["given"] for line in journal_of(sitting)["events"]}
    assert len(lines) == 8
    assert (lines[4], lines[5], lines[6]) == ("119 / 120", GIVEN["short"][0], GIVEN["essay"][0])
    assert re.fullmatch(r"[ABC]{3}", lines[7])
    assert re.fullmatch(r"1[ABC] 2–", lines[8])


def test_the_page_never_tells_the_key_of_any_kind(sitting: Sitting) -> None:
    asked = {one.kind: one for one in paper_for(sitting)}
    assert asked["fill"].blanks == 2
    assert asked["matching"].left == ["红色", "黄色"]
    assert {option.text for option in asked["matching"].options} == {"禁止", "警告", "指令"}
    assert {option.position for option in asked["ordering"].options} == {0, 1, 2}


def test_the_page_lays_out_every_kind_with_what_was_saved(client_of: Any, learner: Any, sitting: Sitting) -> None:
    save_all(sitting, timezone.now())
    client: Client = client_of(learner)
    client.cookies[COOKIE] = DEVICE
    page = client.get(reverse("exams:sitting", args=[sitting.pk]))
    html = page.content.decode()
    assert [json.loads(slot["given_json"]) for slot in page.context["slots"]] == list(GIVEN.values())
    assert html.count("data-blank") == 2
    assert html.count("data-writing") == 2
    assert html.count("data-item=") == 3
    assert html.count("data-pair ") == 2
    for secret in ("119", "要点齐全", "密钥在此"):
        assert secret not in re.sub(r'data-given="[^"]*"', "", html)
    assert not re.search(r"<[^>]+ style=|<[^>]+ on\w+=", html)


def test_the_examiners_page_shows_the_answers_of_every_kind(
    client_of: Any, exam_officer: Any, sitting: Sitting
) -> None:
    save_all(sitting, NOW)
    page = client_of(exam_officer).get(reverse("exams:exam_candidate", args=[sitting.candidate_id]))
    assert "119 / 120" in page.content.decode()
    assert "并设专人监护。" in page.content.decode()
