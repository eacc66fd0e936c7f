"""The pages of a role card: whoever holds the token has the part, and nobody sees more than it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drills.field_rules import ANSWERING, FACES
from drills.models import (
    Drill,
    EvaluationItem,
    EvaluationSection,
    EvaluationSheet,
    EvaluationTemplate,
    Participation,
    SheetItem,
    TemplateVersion,
)
from drills.queries.field import director_of, pack_of
from drills.services import run
from drills.tokens import part_token
from drills.views.field import SCRIPTS
from records.tls import prepare_front
from tests.drills.factories import NOW, make_drill, make_item, make_part
from tests.drills.phones import Phone

Role = Participation.Role


@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_drill(organisation_a, title="黑石沟演练", state="ready", duty_phone="0999-6120119")


@pytest.fixture
def director(drill: Drill, leader: Any) -> Participation:
    return make_part(drill, Role.DIRECTOR, leader)


def look(part: Participation, name: str = "field", **headers: Any) -> Any:
    return Client().get(reverse(f"drills:{name}", args=[part_token(part)]), headers=headers)


def text_of(part: Participation, name: str = "field") -> str:
    return look(part, name).content.decode()


def pack(part: Participation) -> dict[str, Any]:
    return look(part, "field_pack").json()


# ── The door ─────────────────────────────────────────────────────────────────
def test_a_card_opens_its_page_without_account_or_session(drill: Drill) -> None:
    answer = look(make_part(drill, name="张桂兰"))
    assert answer.status_code == 200
    assert answer.cookies == {}
    text = answer.content.decode()
    assert "张桂兰" in text
    assert text.count("【演练】黑石沟演练") >= 2


@pytest.mark.parametrize("name", ["field", "field_pack", "field_check"])
def test_a_replaced_or_forged_card_gets_help_and_nothing_else(drill: Drill, name: str) -> None:
    part = make_part(drill, name="张桂兰")
    old = part_token(part)
    Participation.objects.update(epoch=2)
    for token in (old, "nonsense", f"{part.pk}.2~forged", "9" * 500):
        answer = Client().get(reverse(f"drills:{name}", args=[token]))
        assert answer.status_code == 404
        text = answer.content.decode()
        assert "这张卡打不开" in text
        assert "不要清除浏览器数据" in text
        assert "张桂兰" not in text


@pytest.mark.parametrize("state", Drill.DESIGN)
def test_before_the_approval_no_card_opens(drill: Drill, state: str) -> None:
    part = make_part(drill)
    Drill.objects.update(state=state)
    assert look(part).status_code == 404


def test_pages_are_kept_by_the_phone_itself_and_by_no_cache(drill: Drill) -> None:
    for name in ("field", "field_pack", "field_check"):
        assert "no-store" in look(make_part(drill), name)["Cache-Control"]


def test_only_these_pages_may_use_the_camera(drill: Drill) -> None:
    part = make_part(drill)
    assert "camera=(self)" in look(part)["Permissions-Policy"]
    assert "geolocation=()" in look(part)["Permissions-Policy"]
    assert "camera=()" in Client().get(reverse("drills:trust"))["Permissions-Policy"]


def test_nothing_inline_and_nothing_from_outside(drill: Drill) -> None:
    for role in FACES:
        text = text_of(make_part(drill, role))
        assert "style=" not in text
        assert "<script>" not in text
        assert "http://" not in text.replace("http://testserver", "").replace("http://www.w3.org", "")


# ── What each part is offered ────────────────────────────────────────────────
@pytest.mark.parametrize("role", FACES)
def test_each_part_has_its_faces_and_everybody_the_stop(drill: Drill, role: str) -> None:
    text = text_of(make_part(drill, role))
    for face in ("messages", "control", "sign_in", "scores", "expected", "notes"):
        assert (f'data-face="{face}"' in text) is (face in FACES[role])
    assert 'data-hold="stop"' in text
    assert "真实险情" in text
    assert "实情实情" in text
    assert ("data-ack>" in text) is (role in ANSWERING)


def test_every_role_there_is_has_a_page() -> None:
    assert set(FACES) == set(Role.values)


def test_the_red_page_names_the_director_and_the_duty_phone(drill: Drill, director: Any, leader: Any) -> None:
    leader.phone = "+8613800138000"
    leader.save()
    text = text_of(make_part(drill))
    assert 'href="tel:+8613800138000">13800138000<' in text
    assert 'href="tel:0999-6120119"' in text
    assert director_of(drill) == director


def test_without_a_director_the_planner_is_called(drill: Drill) -> None:
    planner = make_part(drill, Role.PLANNER)
    assert director_of(drill) == planner
    assert look(make_part(drill)).status_code == 200


def test_a_group_is_asked_for_a_number(drill: Drill) -> None:
    text = text_of(make_part(drill, is_group=True, expected=45))
    assert "应到 45 人" in text
    assert "data-arrive>" not in text


def test_a_name_with_markup_stays_a_name(drill: Drill) -> None:
    part = make_part(drill, Role.CONTROLLER, name='<b onclick="x">甲</b>')
    assert "<b onclick" not in text_of(part)


# ── Double-blind ─────────────────────────────────────────────────────────────
@pytest.mark.parametrize("role", Participation.PLAYING)
def test_a_double_blind_drill_tells_its_players_nothing_before_it_begins(drill: Drill, role: str) -> None:
    Drill.objects.update(notice="double_blind")
    part = make_part(drill, role)
    for name in ("field", "field_check"):
        text = text_of(part, name)
        assert "【演练】" in text
        for word in ("黑石沟", "村委会", "2026", "实情实情"):
            assert word not in text.replace(part.label, "")
    assert pack(part)["mine"] == []
    Drill.objects.update(startex_at=timezone.now(), state="running")
    assert "黑石沟演练" in text_of(part)


def test_who_runs_it_sees_it_all_the_same(drill: Drill) -> None:
    Drill.objects.update(notice="double_blind")
    assert "黑石沟演练" in text_of(make_part(drill, Role.SIMULATOR))


# ── What is kept beside the page ─────────────────────────────────────────────
def test_a_controller_keeps_the_list_and_who_has_come(drill: Drill, director: Any, leader: Any) -> None:
    player, group = make_part(drill, name="张桂兰", team="一组"), make_part(drill, is_group=True, expected=45)
    run.sign_in(drill, [player], by=leader, now=NOW)
    run.count_heads(group, count=41, basis="estimated", by=leader, now=NOW)
    told = {each["pk"]: each for each in pack(make_part(drill, Role.CONTROLLER))["people"]}
    assert told[player.pk]["name"] == "张桂兰"
    assert (told[player.pk]["epoch"], told[player.pk]["group"]) == (1, False)
    assert told[player.pk]["at"] == NOW.astimezone(timezone.get_fixed_timezone(0)).isoformat()
    assert (told[group.pk]["count"], told[group.pk]["basis"], told[group.pk]["expected"]) == (41, "estimated", 45)


@pytest.mark.parametrize("role", [Role.PLAYER, Role.OBSERVER, Role.EVALUATOR, Role.SAFETY, Role.SIMULATOR])
def test_nobody_else_keeps_a_list_of_names(drill: Drill, role: str) -> None:
    make_part(drill, name="张桂兰")
    told = pack(make_part(drill, role))
    assert "people" not in told
    assert "张桂兰" not in str(told)


def test_a_player_keeps_none_of_the_events(drill: Drill) -> None:
    make_item(drill, title="秘密情景")
    part = make_part(drill)
    assert "秘密情景" not in str(pack(part)) + text_of(part)


def test_the_list_of_many_costs_no_more_questions(drill: Drill, django_assert_max_num_queries: Any) -> None:
    part = make_part(drill, Role.CONTROLLER)
    for _one in range(20):
        make_part(drill)
    with django_assert_max_num_queries(6):
        pack_of(part)


@pytest.fixture
def items(drill: Drill) -> list[EvaluationItem]:
    template = EvaluationTemplate.objects.create(key="test-live", kind="live", title="实施")
    version = TemplateVersion.objects.create(template=template, number=1, source="试", issued_at=NOW)
    section = EvaluationSection.objects.create(version=version, position=1, code="1", title="预警")
    return [EvaluationItem.objects.create(section=section, position=n, code=f"1.{n}", text=f"第{n}项") for n in (1, 2)]


def test_an_evaluator_keeps_his_items_and_what_he_scored(drill: Drill, items: list[EvaluationItem]) -> None:
    part = make_part(drill, Role.EVALUATOR)
    sheet = EvaluationSheet.objects.create(drill=drill, evaluator=part)
    for item in items:
        SheetItem.objects.create(sheet=sheet, item=item)
    Drill.objects.update(state="running")
    phone = Phone(part)
    seen = phone.says("observation", NOW, text="敲锣", photo=False, evaluation_item=None)
    phone.sends(seen, now=NOW)
    at = NOW + timedelta(seconds=9)
    phone.told("score", at, item=items[0].pk, value="1", reason="太慢", evidence=[seen.uid])
    told = pack(part)
    assert [each["code"] for each in told["evaluation"]] == ["1.1", "1.2"]
    assert told["scores"] == {str(items[0].pk): {"value": "1", "reason": "太慢", "evidence": [seen.uid]}}
    assert told["handed_in"] is False
    assert [(each["uid"], each["payload"]["text"]) for each in told["mine"]] == [(seen.uid, "敲锣")]
    EvaluationSheet.objects.update(state="submitted", submitted_at=NOW)
    assert pack(part)["handed_in"] is True


def test_what_was_taken_back_is_not_told_again(drill: Drill) -> None:
    part = make_part(drill, Role.SAFETY)
    Drill.objects.update(state="running")
    phone = Phone(part)
    seen = phone.says("observation", NOW, text="误记", photo=False, evaluation_item=None)
    phone.sends(seen, now=NOW)
    assert [each["uid"] for each in pack(part)["mine"]] == [seen.uid]
    phone.told("correction", NOW + timedelta(seconds=1), of=seen.uid, reason="记错了")
    assert pack(part)["mine"] == []


def test_a_part_keeps_nothing_that_another_said(drill: Drill) -> None:
    Drill.objects.update(state="running")
    Phone(make_part(drill, Role.SAFETY)).told("observation", NOW, text="别人的", photo=False, evaluation_item=None)
    assert pack(make_part(drill, Role.SAFETY))["mine"] == []


# ── HTTPS ────────────────────────────────────────────────────────────────────
def test_by_plain_http_the_page_leads_to_the_https_address(drill: Drill, settings: Any) -> None:
    part = make_part(drill)
    settings.PUBLIC_URL = "https://192.168.1.20:8443"
    there = f"https://192.168.1.20:8443{reverse('drills:field', args=[part_token(part)])}"
    assert f'href="{there}"' in text_of(part)
    secure = Client().get(
        reverse("drills:field", args=[part_token(part)]), secure=True, headers={"host": "192.168.1.20:8443"}
    )
    assert there not in secure.content.decode()
    settings.PUBLIC_URL = "http://192.168.1.20:8000"
    assert "打开 HTTPS 地址" not in text_of(part)


@pytest.fixture
def front(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR, settings.PUBLIC_URL = tmp_path, "https://192.168.1.20:8443"
    prepare_front(tmp_path / "tls", "192.168.1.20", now=timezone.now())
    return tmp_path / "tls"


def test_the_authority_and_nothing_else_of_its_folder_is_for_everybody(db: Any, front: Path) -> None:
    answer = Client().get(reverse("drills:authority"))
    assert answer.content == (front / "authority.pem").read_bytes()
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert 'filename="drill-phones.crt"' in answer["Content-Disposition"]
    assert b"PRIVATE" not in answer.content
    for name in ("authority.key", "server.key", "server.pem", "authority.pem"):
        assert Client().get(f"/drills/trust/{name}").status_code == 404


def test_the_page_shows_its_fingerprint(db: Any, front: Path) -> None:
    text = Client().get(reverse("drills:trust")).content.decode()
    assert "drill-phones.crt" in text
    assert "SHA-256 指纹，有效至" in text


def test_where_a_proxy_serves_https_nothing_is_to_be_installed(db: Any, front: Path, settings: Any) -> None:
    settings.PUBLIC_URL = "https://drills.example.gov.cn"
    assert Client().get(reverse("drills:authority")).status_code == 404
    assert "这里不需要给手机装证书" in Client().get(reverse("drills:trust")).content.decode()


# ── The scripts ──────────────────────────────────────────────────────────────
def test_the_check_keeps_every_script_of_the_page(drill: Drill) -> None:
    text = text_of(make_part(drill), "field_check")
    for name in SCRIPTS:
        assert f'data-address="/static/{name}"' in text


TOO_NEW = ("replaceAll(", ".at(-1)", "??=", "||=", "structuredClone", "Object.hasOwn", "findLast(", "Promise.any")


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_run_in_a_browser_of_2020(name: str) -> None:
    script = Path(finders.find(name) or name).read_text()
    assert [word for word in TOO_NEW if word in script] == []
