"""The shipped evaluation forms: all their items, in words of our own, never changed under a drill that uses them."""

import copy
import re
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from drills.models import DrillForm, EvaluationItem, EvaluationTemplate, TemplateVersion
from drills.services import templates as services
from drills.services.templates import VersionInUse
from drills.starter import evaluation_forms as starter
from drills.starter.evaluation_forms import load_forms, read_forms
from records.models import AuditEntry
from records.starter import Outcome
from tests.drills.factories import make_drill

NOW = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
FORMS = read_forms()
ITEMS = {key: [item for section in row["sections"] for item in section["items"]] for key, row in FORMS.items()}
WRONG_WORDS = ("演习", "注入", "评委", "玩家", "承认", "控制器", "发现项", "迟报", "瞒报", "谎报")


# ── What is shipped ──────────────────────────────────────────────────────────
def test_each_form_has_all_its_items() -> None:
    counts = {key: len(items) for key, items in ITEMS.items()}
    assert counts == {"live": 73, "preparation": 28, "school-evacuation": 21, "tabletop": 30}
    sections = {key: [len(section["items"]) for section in row["sections"]] for key, row in FORMS.items()}
    assert sections["live"] == [8, 6, 4, 11, 8, 4, 4, 4, 4, 4, 4, 4, 8]
    assert sections["preparation"] == [10, 9, 9]
    assert sections["tabletop"] == [10, 20]
    assert len(sections["school-evacuation"]) == 6


def test_the_weights_are_ours_and_say_so() -> None:
    live = [section["weight"] for section in FORMS["live"]["sections"]]
    assert live == [10, 8, 7, 15, 15, 6, 7, 5, 9, 5, 6, 4, 3]
    for row in FORMS.values():
        assert sum(section["weight"] for section in row["sections"]) == 100
        assert row["weights_note"].endswith("为本平台建议值，可调整")


def test_the_vetoes_of_a_live_drill_are_reporting_rescuers_and_their_gear() -> None:
    vetoes = {key: [item["code"] for item in items if item["veto"]] for key, items in ITEMS.items()}
    assert vetoes["live"] == ["1.7", "5.8", "9.2"]
    assert vetoes["preparation"] == vetoes["tabletop"] == []


def test_only_what_somebody_has_read_is_marked_as_read() -> None:
    read = {key: {item["code"] for item in items if item["verified"]} for key, items in ITEMS.items()}
    first, second = {f"1.{n}" for n in range(1, 11)}, {f"2.{n}" for n in range(1, 10)}
    assert read["preparation"] == first | second
    seen = {f"1.{n}" for n in range(1, 9)} | {f"2.{n}" for n in range(1, 6)} | {"4.6", "4.7", "4.8"}
    assert read["live"] == seen
    assert read["tabletop"] == set()
    assert all(item["verified"] for item in ITEMS["school-evacuation"])  # no source but ourselves


@pytest.mark.parametrize("key", FORMS)
def test_every_item_is_a_whole_sentence_of_its_own(key: str) -> None:
    texts = [item["text"] for item in ITEMS[key]]
    assert [text for text in texts if not text.endswith("。") or not 10 <= len(text) <= 60] == []
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    assert [text for text in texts if any(word in text for word in WRONG_WORDS)] == []
    assert [text for text in texts if re.search(r"[0-9,;:!?()]", text)] == []  # no figure of a law, no narrow mark


@pytest.mark.parametrize("key", FORMS)
def test_codes_count_up_within_their_section(key: str) -> None:
    for number, section in enumerate(FORMS[key]["sections"], start=1):
        assert section["code"] == str(number)
        assert [item["code"] for item in section["items"]] == [
            f"{number}.{place}" for place in range(1, len(section["items"]) + 1)
        ]


# ── Loading ──────────────────────────────────────────────────────────────────
@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The next version of the product: change it, then load."""
    forms = copy.deepcopy(FORMS)
    monkeypatch.setattr(starter, "read_forms", lambda: forms)
    return forms


def version_of(key: str, number: int = 1) -> TemplateVersion:
    return TemplateVersion.objects.get(template__key=key, number=number)


def use(version: TemplateVersion, organisation: Any) -> DrillForm:
    return DrillForm.objects.create(drill=make_drill(organisation), version=version, percent=100)


@pytest.mark.django_db
def test_everything_is_loaded_once() -> None:
    assert load_forms() == [Outcome.CREATED] * 4
    assert load_forms() == [Outcome.UNCHANGED] * 4
    assert EvaluationItem.objects.count() == 28 + 73 + 30 + 21
    assert {row.key: row.kind for row in EvaluationTemplate.objects.all()} == {
        "live": "live", "preparation": "preparation", "tabletop": "tabletop", "school-evacuation": "evacuation",
    }  # fmt: skip
    for item in EvaluationItem.objects.select_related("section"):
        item.full_clean()


@pytest.mark.django_db
def test_a_newer_form_takes_the_place_of_one_that_nobody_uses(newer) -> None:
    load_forms()
    newer["live"]["sections"][0]["weight"] = 12
    assert load_forms().count(Outcome.UPDATED) == 1
    assert TemplateVersion.objects.filter(template__key="live").count() == 1
    assert version_of("live").sections.get(code="1").weight == 12


@pytest.mark.django_db
def test_a_form_in_use_stays_and_gets_a_next_version(newer, organisation_a) -> None:
    load_forms()
    before = services.content_of(version_of("live"))
    use(version_of("live"), organisation_a)
    newer["live"]["sections"][0]["items"][0]["text"] = "根据监测信息及时发出预警，没有遗漏。"
    assert load_forms().count(Outcome.UPDATED) == 1
    assert services.content_of(version_of("live")) == before
    assert version_of("live", 2).sections.get(code="1").items.get(code="1.1").text.startswith("根据监测信息")
    assert load_forms() == [Outcome.UNCHANGED] * 4


@pytest.mark.django_db
def test_weights_changed_by_the_bureau_survive_a_newer_product(newer, drill_officer) -> None:
    load_forms()
    version = version_of("preparation")
    weights = {"1": 50, "2": 25, "3": 25}
    services.reweigh(version, weights, note="局务会议定", by=drill_officer, now=NOW)
    newer["preparation"]["sections"][0]["weight"] = 45
    assert load_forms().count(Outcome.KEPT) == 1
    assert list(version_of("preparation", 2).sections.values_list("weight", flat=True)) == [50, 25, 25]


# ── Versions ─────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_version_in_use_is_not_rewritten(organisation_a) -> None:
    load_forms()
    version = version_of("tabletop")
    content = services.content_of(version)
    use(version, organisation_a)
    with pytest.raises(VersionInUse):
        services.rewrite_version(version, content | {"source": "另一出处"})
    version.refresh_from_db()
    assert version.source == content["source"]


@pytest.mark.django_db
def test_other_weights_are_a_next_version_and_a_line_of_the_log(drill_officer) -> None:
    load_forms()
    version = version_of("tabletop")
    made = services.reweigh(version, {"1": 20, "2": 80}, note="局务会议定", by=drill_officer, now=NOW)
    assert (made.number, made.weights_note) == (2, "局务会议定")
    assert list(made.sections.values_list("weight", flat=True)) == [20, 80]
    assert list(version.sections.values_list("weight", flat=True)) == [30, 70]
    texts = EvaluationItem.objects.filter(section__version=made).values_list("text", flat=True)
    assert sorted(texts) == sorted(item["text"] for item in ITEMS["tabletop"])
    assert AuditEntry.objects.get(action="drills.form_reweighed").payload["from"] == 1


# ── The pages ────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_bureau_reads_the_forms_with_their_doubts(client_of, leader) -> None:
    load_forms()
    client = client_of(leader)
    listed = client.get(reverse("drills:template_list")).content.decode()
    assert all(row["title"] in listed for row in FORMS.values())
    page = client.get(reverse("drills:template_detail", args=[version_of("live").pk])).content.decode()
    assert all(item["text"] in page for item in ITEMS["live"])
    assert page.count("待核实") >= 57
    assert "权重和否决项为本平台建议值，可调整" in page
    assert FORMS["live"]["source"] in page


def queries_of(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.django_db
def test_the_list_asks_no_more_for_many_than_for_few(client_of, drill_officer) -> None:
    client, address = client_of(drill_officer), reverse("drills:template_list")
    queries_of(client, address)
    few = queries_of(client, address)
    load_forms()
    assert queries_of(client, address) == few
    small, big = (reverse("drills:template_detail", args=[version_of(key).pk]) for key in ("preparation", "live"))
    assert queries_of(client, small) == queries_of(client, big)


@pytest.mark.django_db
def test_the_drill_officer_weighs_anew_on_a_page(client_of, drill_officer) -> None:
    load_forms()
    client, version = client_of(drill_officer), version_of("tabletop")
    address = reverse("drills:template_weights", args=[version.pk])
    wrong = client.post(address, {"section-1": "0", "section-2": "80", "note": "局务会议定"})
    assert wrong.context["form"].errors
    response = client.post(address, {"section-1": "20", "section-2": "80", "note": "局务会议定"})
    made = version_of("tabletop", 2)
    assert response["Location"] == reverse("drills:template_detail", args=[made.pk])
    assert list(made.sections.values_list("weight", flat=True)) == [20, 80]


@pytest.mark.django_db
def test_others_do_not(client_of, leader, manager_a) -> None:
    load_forms()
    address = reverse("drills:template_weights", args=[version_of("tabletop").pk])
    for user in (leader, manager_a):
        assert client_of(user).post(address, {"section-1": "20", "section-2": "80"}).status_code == 404
    assert TemplateVersion.objects.count() == 4
