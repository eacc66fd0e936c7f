"""Role cards: who may hand them out, what stands on them, and what becomes of a lost one."""

import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from drills.models import Drill, Participation
from drills.services import role_cards
from drills.services.devices import Ready, report_ready
from drills.services.role_cards import cards_pdf, field_link, print_cards, reissue_card, sheets_pdf, sign_in_code
from drills.tokens import part_of_token, part_token
from records.models import AuditEntry, Job
from records.tls import prepare_front
from tests.drills.factories import NOW, make_drill, make_part

Role = Participation.Role
GOOD = dict.fromkeys(("browser", "secure", "storage", "kept"), "good")


@pytest.fixture
def drill(organisation_a: Any, manager_a: Any) -> Drill:
    drill = make_drill(organisation_a, title="黑石沟演练", state="ready", duty_phone="0999-6120119")
    make_part(drill, Role.DIRECTOR, manager_a)
    make_part(drill, Role.PLAYER, name="张桂兰", team="转移一组", site="晒场")
    make_part(drill, Role.PLAYER, name="三组村民", team="转移二组", is_group=True, expected=45)
    return drill


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def pages(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def cards_page(drill: Drill) -> str:
    return reverse("drills:cards", args=[drill.pk])


# ── On paper ─────────────────────────────────────────────────────────────────
def test_a_card_says_whose_it_is_and_whom_to_call(drill: Drill, manager_a: Any) -> None:
    text = words(cards_pdf(drill, list(drill.participations.all()), size=8))
    for word in ("【演练】黑石沟演练", "张桂兰", "参演人员", "转移一组", "晒场", "实情实情", "0999-6120119"):
        assert word in text


@pytest.mark.parametrize(("size", "sheets"), [(8, 2), (4, 3)])
def test_cards_are_cut_out_of_sheets(drill: Drill, manager_a: Any, size: int, sheets: int) -> None:
    parts = [*drill.participations.all(), *(make_part(drill) for _one in range(6))]
    assert pages(cards_pdf(drill, parts, size=size)) == sheets


def test_the_code_on_a_card_opens_its_part(drill: Drill, settings: Any) -> None:
    settings.PUBLIC_URL = "https://192.168.1.20:8443"
    part = drill.participations.get(name="张桂兰")
    link = field_link(part)
    assert link.startswith("https://192.168.1.20:8443/drills/field/")
    assert part_of_token(link.rstrip("/").rpartition("/")[2]) == part


def test_a_sign_in_sheet_lists_its_team_and_opens_nothing(drill: Drill) -> None:
    parts = list(drill.participations.all())
    text = words(sheets_pdf(drill, parts))
    assert "签到表 · 转移一组" in text
    assert "应到45人" in text
    assert pages(sheets_pdf(drill, parts)) == 3  # two teams, and who has none
    assert part_token(parts[0]) not in sign_in_code(parts[0])


# ── Who hands them out ───────────────────────────────────────────────────────
def test_whoever_runs_the_drill_prints_them(
    drill: Drill, manager_a: Any, manager_b: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role_cards, "AT_ONCE", 1)  # drawn in pieces, one document
    client = client_of(manager_a)
    client.post(f"{cards_page(drill)}print/", {"which": f"role:{Role.PLAYER}", "size": 8})
    job = Job.objects.get(task="drills.print_cards")
    parts = drill.participations.filter(role=Role.PLAYER).order_by("team")
    assert job.args == [drill.pk, manager_a.pk, [part.pk for part in parts], 8]
    file = print_cards(drill, job.args[2], size=8, by=manager_a, now=timezone.now())
    text = client.get(cards_page(drill)).content.decode()
    assert file.name in text
    assert pages(file.absolute.read_bytes()) == 2
    assert manager_a.full_name not in words(file.absolute.read_bytes())
    for person, status in ((manager_a, 200), (manager_b, 404)):
        assert client_of(person).get(reverse("records:file", args=[file.pk])).status_code == status
    assert AuditEntry.objects.get(action="drills.cards_printed").payload == {"parts": job.args[2]}


def test_one_card_comes_at_once(drill: Drill, manager_a: Any, client_of: Any) -> None:
    part = drill.participations.get(name="张桂兰")
    answer = client_of(manager_a).post(reverse("drills:card_print", args=[drill.pk, part.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert "张桂兰" in words(answer.content)
    assert AuditEntry.objects.filter(action="drills.cards_printed").count() == 1


def test_a_player_and_the_neighbours_do_not(drill: Drill, learner: Any, manager_b: Any, client_of: Any) -> None:
    make_part(drill, Role.PLAYER, learner)
    for person in (learner, manager_b):
        client = client_of(person)
        assert client.get(cards_page(drill)).status_code == 404
        assert client.post(f"{cards_page(drill)}print/", {"which": "all", "size": 8}).status_code == 404


def test_a_controller_from_elsewhere_does(drill: Drill, manager_b: Any, client_of: Any) -> None:
    make_part(drill, Role.CONTROLLER, manager_b)
    assert client_of(manager_b).get(cards_page(drill)).status_code == 200


def test_before_the_approval_there_is_nothing_to_print(drill: Drill, manager_a: Any, client_of: Any) -> None:
    Drill.objects.update(state="draft")
    client = client_of(manager_a)
    page = client.get(cards_page(drill))
    assert (page.status_code, "演练还没有批准" in page.content.decode()) == (200, True)
    assert client.post(f"{cards_page(drill)}print/", {"which": "all", "size": 8}).status_code == 404
    assert client.get(reverse("drills:card", args=[drill.pk, drill.participations.first().pk])).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"which": "team:别组", "size": 8}, {"which": "all", "size": 7}])
def test_a_made_up_choice_prints_nothing(drill: Drill, manager_a: Any, client_of: Any, sent: dict[str, Any]) -> None:
    answer = client_of(manager_a).post(f"{cards_page(drill)}print/", sent)
    assert (answer.status_code, answer["Location"]) == (302, cards_page(drill))
    assert not Job.objects.exists()


def test_without_https_the_page_says_so_before_anything_is_printed(
    drill: Drill, manager_a: Any, client_of: Any, settings: Any
) -> None:
    client = client_of(manager_a)
    settings.PUBLIC_URL = "http://192.168.1.20:8000"
    assert "不是 HTTPS 地址" in client.get(cards_page(drill)).content.decode()
    settings.PUBLIC_URL = "https://192.168.1.20:8443"
    assert "不是 HTTPS 地址" not in client.get(cards_page(drill)).content.decode()


def test_where_the_house_serves_https_itself_phones_are_led_to_its_certificate(
    drill: Drill, manager_a: Any, client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.PUBLIC_URL = tmp_path, "https://192.168.1.20:8443"
    client = client_of(manager_a)
    assert "每部手机先装一次证书" not in client.get(cards_page(drill)).content.decode()
    prepare_front(tmp_path / "tls", "192.168.1.20", now=timezone.now())
    assert "每部手机先装一次证书" in client.get(cards_page(drill)).content.decode()


def test_the_page_shows_whose_phone_is_ready(drill: Drill, manager_a: Any, client_of: Any) -> None:
    part = drill.participations.get(name="张桂兰")
    report_ready(part, Ready("phone-0001", "v1", 0, 0, GOOD, 83, "Chrome 120"), now=timezone.now())
    text = client_of(manager_a).get(cards_page(drill)).content.decode()
    row = re.search(r"张桂兰.*?</tr>", text, re.S)[0]  # type: ignore[index]
    assert "可离线" in row
    assert "电量 83%" in row
    assert "2人没有合格手机" in text


def test_a_list_of_many_costs_no_more_questions(
    drill: Drill, manager_a: Any, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        report_ready(make_part(drill), Ready(f"phone-{n:04d}", "v1", 0, 0, GOOD, None, ""), now=timezone.now())
    client = client_of(manager_a)
    with django_assert_max_num_queries(20):
        assert client.get(cards_page(drill)).status_code == 200


# ── A lost card ──────────────────────────────────────────────────────────────
def test_a_lost_card_dies_and_a_new_one_lives(drill: Drill, manager_a: Any, client_of: Any) -> None:
    part = drill.participations.get(name="张桂兰")
    old = part_token(part)
    assert reissue_card(part, 1, by=manager_a, now=NOW) is True
    assert part_of_token(old) is None
    assert part_of_token(part_token(part)) == part
    entry = AuditEntry.objects.get(action="drills.card_reissued")
    assert entry.payload == {"part": part.pk, "epoch": 2}


def test_pressed_twice_the_new_card_stays_good(drill: Drill, manager_a: Any, client_of: Any) -> None:
    part = drill.participations.get(name="张桂兰")
    client, address = client_of(manager_a), reverse("drills:card_reissue", args=[drill.pk, part.pk])
    assert "旧卡已作废" in client.post(address, {"epoch": 1}, follow=True).content.decode()
    assert "没有改动" in client.post(address, {"epoch": 1}, follow=True).content.decode()
    assert "没有改动" in client.post(address, {"epoch": "x"}, follow=True).content.decode()
    part.refresh_from_db()
    assert part.epoch == 2
    assert client.get(address).status_code == 405


def test_a_card_of_another_drill_is_not_found_here(drill: Drill, manager_a: Any, client_of: Any) -> None:
    other = make_part(make_drill(drill.organisation, state="ready"))
    client = client_of(manager_a)
    assert client.get(reverse("drills:card", args=[drill.pk, other.pk])).status_code == 404
    assert client.post(reverse("drills:card_reissue", args=[drill.pk, other.pk]), {"epoch": 1}).status_code == 404
    other.refresh_from_db()
    assert other.epoch == 1
