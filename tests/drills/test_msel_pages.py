"""The pages of the table of events: who reads, who writes, what the sheet is told, what a worksheet becomes."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from drills.models import Drill, MselItem, Objective, Participation
from drills.queries.msel import seen
from drills.services import msel as services
from records.models import AuditEntry, PrivateFile
from records.spreadsheets import read_workbook
from tests.drills.factories import NOW, make_drill, make_item, make_part
from tests.drills.sheets import MIXED, PLAYERS, Rows, workbook

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"drills:{name}", args=args)


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    drill = make_drill(organisation_a, title="山洪避险转移演练", duty_phone="0591-88001234")
    make_part(drill, team="抢险一组", name="王强")
    return drill


@pytest.fixture
def item(drill: Drill) -> MselItem:
    return make_item(drill, 5, number="01", title="暴雨预警", receiver="抢险一组", extra={"响应级别": "Ⅲ级"})


@pytest.fixture
def manager(client_of: Callable[[Any], Client], manager_a: Any) -> Client:
    return client_of(manager_a)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(url(name, *args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


FORM = {"kind": "inject", "mode": "phone", "title": "会商", "number": "", "offset_seconds": "15", "within_seconds": ""}


# ── Reading ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("main", ["+00:05", "09:05", "暴雨预警", "响应级别", "【演练】山洪避险转移演练"]),
        ("script", ["指挥人", "所需资源", "Ⅲ级", "关键节点"]),
        ("hseep", ["Designated Scenario Time", "Expected Participant Response", "Inject"]),
    ],
)
def test_three_views_of_one_table(manager, drill, item, view, words) -> None:
    text = page(manager, "msel", drill.pk, view=view)
    assert [word for word in words if word not in text] == []


def test_an_empty_table_says_what_to_do_first(manager, drill) -> None:
    assert url("msel_import", drill.pk) in page(manager, "msel", drill.pk)


def test_who_plays_does_not_see_it_and_who_evaluates_does(client_of, drill, item, learner, learner_b) -> None:
    Drill.objects.filter(pk=drill.pk).update(state="approved")
    make_part(drill, user=learner)
    make_part(drill, Participation.Role.EVALUATOR, user=learner_b)
    for name in ("msel", "msel_export", "run_pack"):
        assert client_of(learner).get(url(name, drill.pk)).status_code == 404
        assert client_of(learner_b).get(url(name, drill.pk)).status_code == 200
    assert client_of(learner_b).get(url("msel_sheet", drill.pk)).status_code == 404


def test_a_reader_is_offered_no_pen(client_of, drill, item, auditor) -> None:
    text = page(client_of(auditor), "msel", drill.pk)
    assert url("msel_sheet", drill.pk) not in text
    assert url("event_edit", drill.pk, item.pk) not in text


def test_once_approved_the_pen_is_gone(manager, drill, item) -> None:
    Drill.objects.filter(pk=drill.pk).update(state="approved")
    assert url("event_edit", drill.pk, item.pk) not in page(manager, "msel", drill.pk)
    for name in ("msel_sheet", "event_new", "msel_import", "msel_paste"):
        assert manager.get(url(name, drill.pk)).status_code == 404


def test_a_simple_record_has_no_table(manager, organisation_a) -> None:
    simple = make_drill(organisation_a, entry=Drill.Entry.SIMPLE, state="reported")
    assert manager.get(url("msel", simple.pk)).status_code == 404


def test_the_list_asks_little(manager, drill, django_assert_max_num_queries) -> None:
    for number in range(20):
        make_item(drill, number, number=str(number))
    with django_assert_max_num_queries(25):
        page(manager, "msel", drill.pk)


# ── Out of the house ─────────────────────────────────────────────────────────
def test_the_workbook_is_what_the_page_shows_and_is_logged(manager, drill, item) -> None:
    response = manager.get(url("msel_export", drill.pk), {"view": "script"})
    (sheet,) = read_workbook(response.content)
    assert (sheet.rows[0][0], sheet.rows[2][0], sheet.rows[3][0]) == ("【演练】山洪避险转移演练 导调脚本", "序号", "01")
    assert AuditEntry.objects.get(action="drills.events_exported").payload == {"rows": 1, "view": "script"}


def test_the_run_pack_is_enough_to_go_on_with(manager, drill, item) -> None:
    make_item(drill, None, number="02", kind="contingency", title="老人不愿转移", condition="转移顺利时")
    Objective.objects.create(drill=drill, position=1, who="抢险一组", task="转移群众")
    response = manager.get(url("run_pack", drill.pk))
    pages = [re.sub(r"\s", "", one.extract_text()) for one in PdfReader(io.BytesIO(response.content)).pages]
    assert all("【演练】" in one for one in pages)
    whole = "".join(pages)
    for word in ("实情实情", "0591-88001234", "王强", "抢险一组", "暴雨预警", "09:05", "转移顺利时", "转移群众"):
        assert word in whole
    first = PdfReader(io.BytesIO(response.content)).pages[0].mediabox
    assert first.width > first.height


def test_an_empty_drill_has_a_run_pack_too(manager, organisation_a) -> None:
    assert manager.get(url("run_pack", make_drill(organisation_a).pk)).status_code == 200


def test_the_template_is_a_workbook(manager) -> None:
    assert read_workbook(manager.get(url("msel_template")).content)[0].rows[3][0] == "编号"


# ── One event on a page of its own ───────────────────────────────────────────
def test_an_event_is_added_and_changed_without_any_script(manager, drill) -> None:
    assert manager.post(url("event_new", drill.pk), FORM).url == url("msel", drill.pk)
    item = drill.events.get()
    assert (item.number, item.offset_seconds) == ("01", 900)
    sent = FORM | {"number": "01", "title": "再会商", "seen": seen(item), "kept_0": "铜锣"}
    assert manager.post(url("event_edit", drill.pk, item.pk), sent).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.extra) == ("再会商", {"所需资源": "铜锣"})


def test_one_after_the_other(manager, drill) -> None:
    assert manager.post(url("event_new", drill.pk), FORM | {"more": "1"}).url == url("event_new", drill.pk)


@pytest.mark.parametrize(
    ("field", "value"), [("offset_seconds", "soon"), ("within_seconds", "quick"), ("title", ""), ("kind", "x")]
)
def test_a_fault_stands_at_its_field(manager, drill, field, value) -> None:
    response = manager.post(url("event_new", drill.pk), FORM | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not drill.events.exists()


def test_a_second_page_is_told_what_changed_and_may_insist(manager, drill, item) -> None:
    old = seen(item)
    services.save_event(item, {"sender": "县气象台"}, by=None, now=NOW)
    address = url("event_edit", drill.pk, item.pk)
    sent = FORM | {"number": "01", "seen": old}
    response = manager.post(address, sent)
    assert "县气象台" in response.content.decode()
    assert MselItem.objects.get(pk=item.pk).title == "暴雨预警"
    assert manager.post(address, sent | {"seen": response.context["seen"]}).status_code == 302
    assert MselItem.objects.get(pk=item.pk).title == "会商"


def test_an_event_is_deleted_once(manager, drill, item) -> None:
    assert manager.post(url("event_delete", drill.pk, item.pk), {"seen": "older"}).status_code == 302
    assert drill.events.exists()
    manager.post(url("event_delete", drill.pk, item.pk), {"seen": seen(item)})
    assert not drill.events.exists()
    assert manager.post(url("event_delete", drill.pk, item.pk)).status_code == 404


def test_another_drills_event_is_not_there(manager, drill, organisation_b) -> None:
    stranger = make_item(make_drill(organisation_b))
    for name in ("event_edit", "event_delete"):
        assert manager.post(url(name, drill.pk, stranger.pk), FORM).status_code == 404
        assert manager.post(url(name, stranger.drill_id, stranger.pk), FORM).status_code == 404


def test_approved_while_the_form_was_open(manager, drill, item, monkeypatch) -> None:
    def too_late(*_args: Any, **_more: Any) -> None:
        raise services.Frozen

    monkeypatch.setattr(services, "save_event", too_late)
    sent = FORM | {"number": "01", "seen": seen(item)}
    assert manager.post(url("event_edit", drill.pk, item.pk), sent).url == url("msel", drill.pk)


def test_renumbering_from_either_page(manager, drill, item) -> None:
    make_item(drill, 0, number="09")
    assert manager.post(url("msel_renumber", drill.pk)).url == url("msel", drill.pk)
    assert manager.post(url("msel_renumber", drill.pk), {"sheet": "1"}).url == url("msel_sheet", drill.pk)
    assert list(drill.events.values_list("number", "offset_seconds")) == [("01", 0), ("02", 300)]


# ── What the sheet is told ───────────────────────────────────────────────────
CELLS = {
    "number": "01", "offset_seconds": "+00:05", "kind": "inject", "phase": "", "sender": "", "receiver": "抢险一组",
    "mode": "phone", "title": "暴雨预警", "text": "", "expected": "", "within_seconds": "", "responsible": "",
    "objective": "", "condition": "", "scenario_time": "", "notes": "",
}  # fmt: skip


def tell(client: Client, name: str, drill: Drill, told: Any) -> Any:
    return client.post(url(name, drill.pk), {"told": json.dumps(told)})


def test_the_sheet_has_every_row_as_it_is_typed(manager, drill, item) -> None:
    response = manager.get(url("msel_sheet", drill.pk))
    (row,) = response.context["rows"]
    assert row == {"pk": item.pk, "seen": seen(item), "fields": CELLS | {"text": item.text}}


def test_a_row_is_saved_and_answered_as_it_stands(manager, drill, item) -> None:
    told = {"pk": item.pk, "seen": seen(item), "fields": CELLS | {"offset_seconds": "0:20", "title": "预 警"}}
    answer = tell(manager, "msel_save", drill, told).json()
    item.refresh_from_db()
    assert answer["row"] == {
        "pk": item.pk,
        "seen": seen(item),
        "fields": CELLS | {"offset_seconds": "+00:20", "title": "预 警"},
    }
    assert answer["state"]["clocks"] == {str(item.pk): "09:20"}
    assert item.extra == {"响应级别": "Ⅲ级"}  # what the sheet does not show stays


def test_a_row_seen_differently_comes_back_with_what_changed(manager, drill, item) -> None:
    old = seen(item)
    services.save_event(item, {"sender": "县气象台"}, by=None, now=NOW)
    response = tell(manager, "msel_save", drill, {"pk": item.pk, "seen": old, "fields": CELLS | {"title": "会商"}})
    assert response.status_code == 409
    answer = response.json()
    assert (answer["code"], answer["row"]["fields"]["sender"]) == ("stale", "县气象台")


def test_faults_come_back_by_cell(manager, drill, item) -> None:
    make_item(drill, 0, number="02")
    told = {"pk": item.pk, "seen": seen(item), "fields": CELLS | {"number": "02", "offset_seconds": "soon"}}
    response = tell(manager, "msel_save", drill, told)
    assert (response.status_code, sorted(response.json()["errors"])) == (422, ["number", "offset_seconds"])


def test_a_new_row_sent_twice_is_one(manager, drill, item) -> None:
    told = {"pk": None, "seen": "", "after": item.pk, "fields": CELLS | {"number": "02", "title": "会商"}}
    first, again = (tell(manager, "msel_save", drill, told) for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["row"]["pk"] == again.json()["row"]["pk"]
    assert list(drill.events.values_list("number", flat=True)) == ["01", "02"]


def test_a_row_is_moved_and_removed(manager, drill, item) -> None:
    other = make_item(drill, 9, number="02")
    assert tell(manager, "msel_move", drill, {"pk": other.pk, "after": None}).status_code == 200
    assert list(drill.events.values_list("number", flat=True)) == ["02", "01"]
    assert tell(manager, "msel_remove", drill, {"pk": other.pk, "seen": "older"}).status_code == 409
    for _time in range(2):
        assert tell(manager, "msel_remove", drill, {"pk": other.pk, "seen": seen(other)}).status_code == 200
    assert tell(manager, "msel_move", drill, {"pk": other.pk, "after": None}).json() == {"code": "gone"}
    assert tell(manager, "msel_save", drill, {"pk": other.pk, "fields": CELLS}).json() == {"code": "gone"}


def test_once_approved_the_sheet_is_told_so(manager, drill, item) -> None:
    Drill.objects.filter(pk=drill.pk).update(state="approved")
    for name in ("msel_save", "msel_move", "msel_remove"):
        response = tell(manager, name, drill, {"pk": item.pk, "seen": "", "fields": CELLS | {"title": "会商"}})
        assert (response.status_code, response.json()["code"]) == (409, "frozen")
    assert MselItem.objects.get(pk=item.pk).title == "暴雨预警"


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"fields": 1}', '{"fields": {"title": 1}}', '{"pk": "1", "fields": {}}', "[" * 5000]
)
def test_forged_words_change_nothing(manager, drill, item, body) -> None:
    response = manager.post(url("msel_save", drill.pk), {"told": body})
    assert response.status_code == 400
    assert drill.events.count() == 1


def test_a_flood_is_turned_away(manager, drill) -> None:
    assert tell(manager, "msel_save", drill, {"fields": {"text": "x" * 300_000}}).status_code == 413


def test_the_sheet_of_another_organisation_does_not_exist(client_of, manager_b, drill, item) -> None:
    assert tell(client_of(manager_b), "msel_save", drill, {"pk": item.pk, "fields": CELLS}).status_code == 404


def test_the_form_token_is_asked_for(manager_a, drill) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager_a, backend="people.backends.IdentifierBackend")
    assert tell(strict, "msel_save", drill, {"pk": None, "fields": CELLS}).status_code == 403


# ── A worksheet ──────────────────────────────────────────────────────────────
def upload(client: Client, drill: Drill, rows: Rows, name: str = "清单.xlsx") -> str:
    file = SimpleUploadedFile(name, workbook(rows))
    response = client.post(url("msel_import", drill.pk), {"file": file})
    assert response.status_code == 302
    return response.url


def test_every_row_is_shown_with_its_verdict_before_anything_goes_in(manager, drill) -> None:
    address = upload(manager, drill, MIXED)
    response = manager.get(address)
    assert response.context["counts"] == {
        "rows": 9, "imported": 4, "repaired": 0, "sections": 2, "explained": 4, "errors": 1,
    }  # fmt: skip
    assert "T+2" in response.content.decode()
    assert not drill.events.exists()
    (file,) = PrivateFile.objects.filter(kind="drills.msel_upload")
    assert file.expires_at is not None
    assert manager.get(reverse("records:file", args=[file.pk])).status_code == 404


def test_what_the_file_does_not_say_can_be_said(manager, drill) -> None:
    address = upload(manager, drill, MIXED)
    response = manager.get(address, {"counts": "hours", "times": "first"})
    assert response.context["counts"]["errors"] == 0
    manager.post(f"{address}commit/?counts=hours")
    assert drill.events.count() == 5


def test_the_rows_go_in_once(manager, drill) -> None:
    address = upload(manager, drill, PLAYERS)
    for _time in range(2):
        assert manager.post(f"{address}commit/").url == url("msel", drill.pk)
    assert drill.events.count() == 6
    assert AuditEntry.objects.filter(action="drills.events_imported").count() == 1


def test_they_may_take_the_place_of_the_present_ones(manager, drill, item) -> None:
    address = upload(manager, drill, PLAYERS)
    manager.post(f"{address}commit/?replace=on&join=on")
    assert list(drill.events.values_list("number", flat=True)) == ["1", "2", "3", "6"]


def test_columns_can_be_given_another_meaning(manager, drill) -> None:
    rows = (("甲", "乙", "丙"), ("09:05", "水位上涨", "抢险一组"))
    address = upload(manager, drill, rows)
    assert manager.get(address).context["counts"]["imported"] == 0
    told = "h0=1&c0_0=time&c0_1=title&c0_2=receiver"
    assert manager.get(f"{address}?{told}").context["counts"]["imported"] == 1
    manager.post(f"{address}commit/?{told}")
    assert (drill.events.get().title, drill.events.get().offset_seconds) == ("水位上涨", 300)


def test_of_two_columns_for_the_same_the_first_counts(manager, drill) -> None:
    address = upload(manager, drill, PLAYERS)
    told = {f"c0_{column}": "title" for column in range(9)} | {"h0": "1"}
    verdict = manager.get(address, told).context["verdict"]
    assert (verdict.reading.events[0].values["title"], verdict.reading.events[0].extra["Subject"]) == ("1", "Odd files")


@pytest.mark.parametrize("told", [{"h0": "99"}, {"h0": "x"}, {"h0": "1", "c0_0": "position"}, {"times": "moon"}])
def test_a_forged_address_breaks_nothing(manager, drill, told) -> None:
    assert manager.get(upload(manager, drill, PLAYERS), told).status_code == 200


def test_the_bad_rows_come_back_with_their_reasons(manager, drill) -> None:
    address = upload(manager, drill, MIXED)
    (sheet,) = read_workbook(manager.get(f"{address}problems/").content)
    assert sheet.rows[1][0] == 5
    assert "T+2" in str(sheet.rows[1][1])
    assert manager.get(f"{upload(manager, drill, PLAYERS)}problems/").status_code == 404


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"PK\x03\x04 broken", b"<html>"])
def test_a_hostile_file_is_refused_in_words(manager, drill, content) -> None:
    response = manager.post(url("msel_import", drill.pk), {"file": SimpleUploadedFile("清单.xlsx", content)})
    assert response.context["form"].errors["file"]
    assert not PrivateFile.objects.exists()


def test_a_file_is_only_for_whoever_brought_it(manager, client_of, drill, drill_officer) -> None:
    address = upload(manager, drill, PLAYERS)
    other = client_of(drill_officer)
    assert other.get(url("msel_import", drill.pk)).status_code == 200
    for way in ("", "commit/", "problems/"):
        assert other.post(f"{address}{way}").status_code in {404, 405}
        assert other.get(f"{address}{way}").status_code in {404, 405}


def test_pasted_cells_are_checked_like_a_file(manager, drill) -> None:
    response = manager.post(url("msel_paste", drill.pk), {"cells": "0:05\t导调信息\t响应", "first": "time"})
    counts = manager.get(response.url).context["counts"]
    assert (counts["rows"], counts["errors"]) == (1, 1)  # no title
    response = manager.post(url("msel_paste", drill.pk), {"cells": "标题\t时间\n预警\t0:05", "first": ""})
    address, _mark, query = response.url.partition("?")
    manager.post(f"{address}commit/?{query}")
    assert (drill.events.get().title, drill.events.get().offset_seconds) == ("预警", 300)


def test_nothing_pasted_is_said(manager, drill) -> None:
    response = manager.post(url("msel_paste", drill.pk), {"cells": " \t ", "first": ""})
    assert response.context["form"].errors["cells"]
