"""The pages of an evaluation: blind to each other until the lock, one way through, every point open to its evidence."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from drills.models import Drill, EvaluationSheet, ItemScore, Participation, Reconciliation, RunEvent, ScoreResult
from drills.services import results, sheets
from records.spreadsheets import read_workbook
from tests.drills import score_check
from tests.drills.evaluated import LATER, Scene, evaluated, give, items_of, make_form, observe, say, use
from tests.drills.factories import make_drill, make_part

pytestmark = pytest.mark.django_db
Role = Participation.Role
FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture
def scene(organisation_a: Any, manager_a: Any, learner: Any, learner_b: Any) -> Scene:
    return evaluated(organisation_a, manager_a, learner, learner_b)


@pytest.fixture
def clients(scene: Scene, client_of: Callable[[Any], Client], manager_a: Any, learner: Any, learner_b: Any) -> Any:
    return {"lead": client_of(manager_a), "first": client_of(learner), "second": client_of(learner_b)}


def values_given(scene: Scene) -> None:
    """Section 1 (weight 10): 1.1 is 5 and 3, 1.2 is 3. Section 2 (weight 30): 2.1 is 5, 2.2 is 1. Score: 62.50."""
    seen = observe(scene.lead, "记录本是空的")
    say(scene.first, scene.items["1.1"], "5")
    say(scene.second, scene.items["1.1"], "3", "第二组慢了")
    say(scene.first, scene.items["1.2"], "3")
    say(scene.second, scene.items["1.2"], "not_observed")
    say(scene.second, scene.items["2.1"], "5")
    say(scene.lead, scene.items["2.2"], "1", "没有记录", evidence=[seen.uid])


def lock(scene: Scene, by: Any) -> None:
    for sheet in scene.sheets.values():
        sheets.hand_in(sheet, by=by, now=LATER + timedelta(hours=1))
    sheets.lock_sheets(scene.drill, by=by, now=LATER + timedelta(hours=1))


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


# ── The way through, by its pages ────────────────────────────────────────────
def test_an_evaluation_from_the_forms_to_the_score(organisation_a, manager_a, learner, client_of) -> None:
    drill, version = make_drill(organisation_a, state="approved"), make_form((10, 2), (30, 1))
    make_part(drill, Role.LEAD_EVALUATOR, manager_a)
    make_part(drill, Role.EVALUATOR, learner)
    leader, evaluator = client_of(manager_a), client_of(learner)
    assert url("evaluation_forms", drill.pk) in text_of(leader.get(url("evaluation", drill.pk)))
    leader.post(url("evaluation_forms", drill.pk), {f"share-{version.pk}": "100"})
    assert url("evaluation_divide", drill.pk) in text_of(leader.get(url("evaluation", drill.pk)))
    assert "1.1、1.2、2.1" in text_of(leader.get(url("evaluation_divide", drill.pk)))
    assert not EvaluationSheet.objects.filter(evaluator__user=learner).exists()
    leader.post(url("evaluation_divide", drill.pk))
    items = items_of(version)
    for code, value in (("1.1", "5"), ("1.2", "3"), ("2.1", "5")):
        evaluator.post(url("sheet_score", drill.pk), {"item": items[code].pk, "value": value})
    page = text_of(evaluator.get(url("sheet", drill.pk)))
    assert url("sheet_hand_in", drill.pk) in page
    assert "演练结束以后提交" in page  # before the end there is nothing to press
    Drill.objects.filter(pk=drill.pk).update(state="ended")
    evaluator.post(url("sheet_hand_in", drill.pk))
    assert url("sheets_lock", drill.pk) in text_of(leader.get(url("evaluation", drill.pk)))
    leader.post(url("sheets_lock", drill.pk))
    assert "未发布" in text_of(leader.get(url("score", drill.pk)))
    leader.post(url("score_release", drill.pk))
    # (10 × 80 + 30 × 100) / 40
    assert ScoreResult.objects.get().total == Decimal("95.00")
    page = text_of(leader.get(url("score", drill.pk)))
    assert ("95.00" in page, "已发布" in page) == (True, True)
    drill.refresh_from_db()
    assert drill.state == "evaluating"


def test_wrong_shares_and_too_many_items_are_told_in_place(organisation_a, manager_a, client_of) -> None:
    drill, version = make_drill(organisation_a), make_form((1, 17))
    part, client = make_part(drill, Role.EVALUATOR), client_of(manager_a)
    answer = client.post(url("evaluation_forms", drill.pk), {f"share-{version.pk}": "90"})
    assert "90%" in text_of(answer)
    use(drill, version)
    items = [item.pk for item in items_of(version).values()]
    answer = client.post(url("evaluation_assign", drill.pk, part.pk), {"items": items})
    assert "15" in text_of(answer)
    assert text_of(answer).count(" checked") == 17  # nothing has to be ticked again
    assert not EvaluationSheet.objects.exists()
    client.post(url("evaluation_assign", drill.pk, part.pk), {"items": items[:15]})
    assert EvaluationSheet.objects.get().items.count() == 15


def test_the_leader_hands_in_for_whoever_has_no_account_and_gives_back(scene, clients) -> None:
    sheet, client = scene.sheets["first"], clients["lead"]
    assert client.post(url("sheet_hand_in_for", scene.drill.pk, sheet.pk), {"reason": ""}).context["form"].errors
    client.post(url("sheet_hand_in_for", scene.drill.pk, sheet.pk), {"reason": "手机掉进水里"})
    sheet.refresh_from_db()
    assert sheet.state == "submitted"
    client.post(url("sheet_give_back", scene.drill.pk, sheet.pk), {"reason": "还要补一条"})
    sheet.refresh_from_db()
    assert sheet.state == "draft"


def test_what_stands_on_paper_is_typed_in_and_the_log_says_by_whom(scene, clients, manager_a) -> None:
    item, pk = scene.items["1.1"], scene.drill.pk
    sheet = give(make_part(scene.drill, Role.EVALUATOR, name="赵国强"), item)
    assert url("sheet_paper", pk, sheet.pk) in text_of(clients["lead"].get(url("evaluation", pk)))
    assert "赵国强" in text_of(clients["lead"].get(url("sheet_paper", pk, sheet.pk)))
    told = {"item": item.pk, "value": "1", "reason": "比预案慢"}
    answer = clients["lead"].post(url("sheet_paper_score", pk, sheet.pk), told)
    assert answer["Location"] == f"{url('sheet_paper', pk, sheet.pk)}#item-{item.pk}"
    event = RunEvent.objects.get()
    assert (event.participation, event.actor) == (sheet.evaluator, manager_a)
    assert ItemScore.objects.get().value == "1"


def test_a_sheet_of_somebody_with_an_account_is_typed_in_by_nobody_else(scene, clients) -> None:
    pk, sheet = scene.drill.pk, scene.sheets["first"]
    assert clients["lead"].get(url("sheet_paper", pk, sheet.pk)).status_code == 404
    told = {"item": scene.items["1.1"].pk, "value": "5"}
    assert clients["lead"].post(url("sheet_paper_score", pk, sheet.pk), told).status_code == 404
    assert clients["second"].get(url("sheet_paper", pk, sheet.pk)).status_code == 404
    assert not RunEvent.objects.exists()


def test_after_the_report_only_the_released_score_is_shown(scene, clients, manager_a) -> None:
    values_given(scene)
    lock(scene, manager_a)
    results.release_score(scene.drill, by=manager_a, now=LATER)
    words = {"rationale": "对照录像后改判", "by": manager_a, "now": LATER}
    results.reconcile(scene.drill, scene.items["1.1"], "5", **words)
    Drill.objects.filter(pk=scene.drill.pk).update(state="reported")
    for client in clients.values():
        page = text_of(client.get(url("score", scene.drill.pk)))
        assert ("62.50" in page, "重新发布" in page) == (True, False)


# ── Blind ────────────────────────────────────────────────────────────────────
def test_nobody_sees_anybody_elses_values_before_the_lock(scene, clients, client_of, officer_north) -> None:
    say(scene.second, scene.items["1.1"], "1", "第二组太慢了")
    say(scene.second, scene.items["2.1"], "0", "无人戴面具")
    observe(scene.second, "只有我看见的事")
    addresses = ("evaluation", "sheet", "score", "reconcile")
    for client in (clients["lead"], clients["first"], client_of(officer_north)):
        for name in addresses:
            answer = client.get(url(name, scene.drill.pk), follow=True)
            page = answer.content.decode()
            assert "第二组太慢了" not in page
            assert "无人戴面具" not in page
            assert "只有我看见的事" not in page
    assert clients["first"].get(url("reconcile", scene.drill.pk)).status_code == 404
    assert clients["lead"].post(url("score_export", scene.drill.pk)).status_code == 404
    assert "第二组太慢了" in text_of(clients["second"].get(url("sheet", scene.drill.pk)))


def test_a_handed_in_sheet_is_as_hidden_as_an_open_one(scene, clients, learner_b) -> None:
    say(scene.second, scene.items["1.1"], "1", "第二组太慢了")
    sheets.hand_in(scene.sheets["second"], by=learner_b, now=LATER)
    for name in ("lead", "first"):
        assert "第二组太慢了" not in text_of(clients[name].get(url("evaluation", scene.drill.pk)))
        assert clients[name].get(url("reconcile", scene.drill.pk)).status_code == 404


def test_after_the_lock_every_evaluator_sees_all_values(scene, clients, manager_a) -> None:
    values_given(scene)
    lock(scene, manager_a)
    for client in clients.values():
        page = text_of(client.get(url("score", scene.drill.pk)))
        assert "第二组慢了" in page
        assert "记录本是空的" in page
        assert "第二组慢了" in text_of(client.get(url("reconcile", scene.drill.pk)))


def test_whoever_does_not_evaluate_sees_the_score_when_it_is_released(scene, client_of, leader, manager_a) -> None:
    values_given(scene)
    lock(scene, manager_a)
    client = client_of(leader)
    assert "62.50" not in text_of(client.get(url("score", scene.drill.pk)))
    assert client.get(url("reconcile", scene.drill.pk)).status_code == 404
    results.release_score(scene.drill, by=manager_a, now=LATER)
    assert "62.50" in text_of(client.get(url("score", scene.drill.pk)))


@pytest.mark.parametrize("name", ["evaluation", "sheet", "reconcile", "score"])
def test_for_players_and_strangers_there_is_no_evaluation(scene, client_of, manager_b, name, organisation_b) -> None:
    address = url(name, scene.drill.pk)
    assert client_of(manager_b).get(address).status_code == 404
    make_part(scene.drill, Role.PLAYER, manager_b)
    assert client_of(manager_b).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302


def test_an_evaluator_of_one_drill_is_a_stranger_to_another(scene, clients, organisation_a, manager_b) -> None:
    other = make_drill(organisation_a, state="ended")
    version = make_form((1, 1))
    use(other, version)
    sheet = give(make_part(other, Role.EVALUATOR, manager_b), items_of(version)["1.1"])
    for name in ("evaluation", "sheet", "score"):
        assert clients["first"].get(url(name, other.pk)).status_code == 404
    told = {"item": items_of(version)["1.1"].pk, "value": "5"}
    assert clients["first"].post(url("sheet_score", other.pk), told).status_code == 404
    mixed = url("sheet_hand_in_for", scene.drill.pk, sheet.pk)
    assert clients["lead"].post(mixed, {"reason": "别人的记录"}).status_code == 404
    assert not ItemScore.objects.exists()


def test_an_evaluator_does_not_lead(scene, clients) -> None:
    client, pk = clients["first"], scene.drill.pk
    for name, args in (
        ("evaluation_forms", [pk]), ("evaluation_divide", [pk]), ("evaluation_assign", [pk, scene.first.pk]),
        ("sheets_lock", [pk]), ("score_release", [pk]), ("evaluation_begin", [pk]),
        ("sheet_hand_in_for", [pk, scene.sheets["second"].pk]), ("sheet_give_back", [pk, scene.sheets["second"].pk]),
    ):  # fmt: skip
        assert client.post(url(name, *args), {"reason": "因为我想"}).status_code == 404
    assert set(scene.drill.sheets.values_list("state", flat=True)) == {"draft"}


# ── The sheet ────────────────────────────────────────────────────────────────
def test_nothing_is_preset_and_all_six_buttons_are_alike(scene, clients) -> None:
    page = text_of(clients["first"].get(url("sheet", scene.drill.pk)))
    assert not re.search(r'type="radio"[^>]*checked', page)
    assert page.count('<label class="score-value">') == 2 * 6
    assert page.count("【演练】") >= 1


def test_the_script_is_answered_in_json(scene, clients) -> None:
    address, item = url("sheet_score", scene.drill.pk), scene.items["1.1"]
    answer = clients["first"].post(address, {"item": item.pk, "value": "5"}, **FETCH)
    assert (answer.status_code, answer.json()["code"], answer.json()["given"]) == (200, "ok", 1)
    answer = clients["first"].post(address, {"item": item.pk, "value": "0", "reason": " "}, **FETCH)
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert "原因" in answer.json()["text"]
    for forged in ({}, {"item": "x", "value": "5"}, {"item": item.pk, "value": "4"}, {"item": "²", "value": "5"}):
        assert clients["first"].post(address, forged, **FETCH).status_code == 409
    assert ItemScore.objects.get().value == "5"


def test_without_a_script_the_form_comes_back_to_its_item(scene, clients) -> None:
    item = scene.items["1.2"]
    answer = clients["first"].post(url("sheet_score", scene.drill.pk), {"item": item.pk, "value": "3"})
    assert answer["Location"] == f"{url('sheet', scene.drill.pk)}#item-{item.pk}"


def test_observations_of_the_item_are_ticked_and_others_on_the_items_page(scene, clients) -> None:
    item, pk = scene.items["1.1"], scene.drill.pk
    named = observe(scene.first, "没有戴手套", evaluation_item=item.pk)
    other = observe(scene.first, "十点零三分到场")
    foreign = observe(scene.second, "只有我看见的事")
    page = text_of(clients["first"].get(url("sheet", pk)))
    assert "没有戴手套" in page
    assert "十点零三分到场" not in page
    page = text_of(clients["first"].get(url("sheet_item", pk, item.pk)))
    assert "十点零三分到场" in page
    assert "只有我看见的事" not in page
    told = {"item": item.pk, "value": "1", "reason": "没有戴手套", "evidence": [named.uid, other.uid, foreign.uid]}
    clients["first"].post(url("sheet_score", pk), told)
    assert set(ItemScore.objects.get().evidence.all()) == {named, other}
    assert clients["first"].get(url("sheet_item", pk, scene.items["2.2"].pk)).status_code == 404


def test_handed_in_it_is_read_only(scene, clients) -> None:
    clients["first"].post(url("sheet_hand_in", scene.drill.pk))
    page = text_of(clients["first"].get(url("sheet", scene.drill.pk)))
    assert 'type="radio"' not in page
    answer = clients["first"].post(
        url("sheet_score", scene.drill.pk), {"item": scene.items["1.1"].pk, "value": "5"}, **FETCH
    )
    assert answer.status_code == 409
    assert not RunEvent.objects.exists()


# ── Talking over ─────────────────────────────────────────────────────────────
def test_differences_are_settled_on_their_page(scene, clients, manager_a) -> None:
    values_given(scene)
    say(scene.second, scene.items["1.1"], "1", "第二组慢了", now=LATER + timedelta(minutes=1))
    lock(scene, manager_a)
    item, address = scene.items["1.1"], url("reconcile", scene.drill.pk)
    page = text_of(clients["lead"].get(address))
    assert page.count("须会商") >= 2
    assert "一致率" in page
    answer = clients["lead"].post(address, {"item": item.pk, "value": "3", "rationale": ""})
    assert answer.context["form"].errors
    assert clients["first"].post(address, {"item": item.pk, "value": "3", "rationale": "我说了算"}).status_code == 404
    assert not Reconciliation.objects.exists()
    clients["lead"].post(address, {"item": item.pk, "value": "3", "rationale": "对照录像后一致认为一般"})
    page = text_of(clients["first"].get(address))
    assert "对照录像后一致认为一般" in page
    assert 'name="rationale"' not in page
    assert clients["lead"].post(address, {"item": 10**9, "value": "3", "rationale": "没有这一项"}).status_code == 404


# ── The score ────────────────────────────────────────────────────────────────
def test_a_veto_is_told_and_the_grade_capped(scene, clients, manager_a) -> None:
    say(scene.second, scene.items["2.1"], "0", "无人戴面具")
    say(scene.lead, scene.items["2.2"], "5")
    lock(scene, manager_a)
    results.release_score(scene.drill, by=manager_a, now=LATER)
    page = text_of(clients["lead"].get(url("score", scene.drill.pk)))
    assert "否决项 2.1 得 0 分" in page
    assert "<b>差</b>" in page


def test_nothing_observed_shows_no_score(scene, clients, manager_a) -> None:
    lock(scene, manager_a)
    results.release_score(scene.drill, by=manager_a, now=LATER)
    assert "没有可计分的评估项" in text_of(clients["lead"].get(url("score", scene.drill.pk)))


def test_the_released_score_stays_as_it_was_for_readers(scene, client_of, leader, manager_a) -> None:
    values_given(scene)
    lock(scene, manager_a)
    results.release_score(scene.drill, by=manager_a, now=LATER)
    words = {"rationale": "对照录像后改判", "by": manager_a, "now": LATER}
    results.reconcile(scene.drill, scene.items["1.1"], "5", **words)
    assert "62.50" in text_of(client_of(leader).get(url("score", scene.drill.pk)))
    page = text_of(client_of(manager_a).get(url("score", scene.drill.pk)))
    assert "重新发布" in page


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_pages_ask_no_more_for_many_than_for_few(scene, clients, manager_a) -> None:
    def asked(*places: tuple[str, str]) -> list[int]:
        return [queries_of(clients[who], url(name, scene.drill.pk)) for who, name in places]

    def fill(version: Any) -> None:
        give(scene.first, *items_of(version).values())
        give(scene.second, *items_of(version).values())
        for number, item in enumerate(items_of(version).values()):
            seen = [observe(scene.first, f"观察{number}", evaluation_item=item.pk).uid] if number < 3 else []
            say(scene.first, item, "5", evidence=seen)
            say(scene.second, item, "3")

    small, big = make_form((1, 2)), make_form((1, 40), (2, 33))
    use(scene.drill, small)
    fill(small)
    open_ones, locked_ones = [("lead", "evaluation"), ("first", "sheet")], [("lead", "score"), ("lead", "reconcile")]
    asked(*open_ones)  # what is asked once for good
    few = asked(*open_ones)
    use(scene.drill, big)
    fill(big)
    assert asked(*open_ones) == few
    scene.drill.forms.filter(version=big).delete()
    lock(scene, manager_a)
    asked(*locked_ones)
    few = asked(*locked_ones)
    use(scene.drill, big)
    assert asked(*locked_ones) == few


# ── Counted again by somebody else ───────────────────────────────────────────
def test_an_independent_script_counts_the_exported_rows_to_the_same_score(scene, clients, manager_a, tmp_path) -> None:
    values_given(scene)
    say(scene.second, scene.items["1.1"], "1", "第二组慢了", now=LATER + timedelta(minutes=1))
    papers = make_form((3, 2), kind="preparation")
    scene.drill.forms.update(percent=80)
    use(scene.drill, papers, 20)
    give(scene.lead, *items_of(papers).values(), in_field=False)
    say(scene.lead, items_of(papers)["1.1"], "3")
    say(scene.lead, items_of(papers)["1.2"], "na")
    lock(scene, manager_a)
    words = {"rationale": "对照录像后一致认为较差", "by": manager_a, "now": LATER}
    results.reconcile(scene.drill, scene.items["1.1"], "1", **words)
    kept = results.release_score(scene.drill, by=manager_a, now=timezone.now())
    content = clients["lead"].post(url("score_export", scene.drill.pk)).content
    (sheet,) = read_workbook(content, "values.xlsx")
    rows = tmp_path / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sheet.rows)
    command = [sys.executable, "-I", str(Path(score_check.__file__)), str(rows)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    # Live: section 1 (10): 1.1 settled as 1 → 20, 1.2 → 60: 40; section 2 (30): 60. (10 × 40 + 30 × 60) / 40 = 55.
    # Preparation: 60. Score: (80 × 55 + 20 × 60) / 100 = 56: 差.
    assert (kept.total, kept.grade) == (Decimal("56.00"), "差")
    assert found == {"total": "56.00", "grade": "差", "vetoes": []}
