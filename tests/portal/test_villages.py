"""本村避险卡: who writes it, who reads it, and what hangs at the village hall."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.models import VillageCard
from records.models import AuditEntry
from tests.people.factories import DivisionFactory
from tests.portal.factories import make_card, make_home

pytestmark = pytest.mark.django_db

CODE = "999901201201"


@pytest.fixture
def village(township_north: Any) -> Any:
    make_home()
    return DivisionFactory(parent=township_north, code=CODE, name="北岭村", level="village")


def written(**changed: Any) -> dict[str, Any]:
    day = timezone.localdate() - timedelta(days=3)
    return {
        "dangers": "村东山洪沟",
        "signal": "铜锣连敲",
        "route": "沿水泥路往北上坡",
        "shelter": "小学操场",
        "helpers": "",
        "duty_phone": "0999-8820101",
        "checked_on": day.isoformat(),
        "public": "on",
    } | changed


def test_the_township_writes_the_card_and_the_village_reads_it(
    client: Client, client_of: Any, officer_north: Any, village: Any
) -> None:
    answer = client_of(officer_north).post(reverse("portal:card_edit", args=[CODE]), written())
    assert answer.status_code == 302
    page = client.get(reverse("portal:village", args=[CODE])).content.decode()
    for words in ("铜锣连敲", "沿水泥路往北上坡", "小学操场", "tel:0999-8820101"):
        assert words in page
    assert "北岭村" in client.get(reverse("portal:villages")).content.decode()


def test_what_stood_there_before_is_in_the_log(client_of: Any, officer_north: Any, village: Any) -> None:
    make_card(village, by=officer_north, shelter="旧祠堂")
    client_of(officer_north).post(reverse("portal:card_edit", args=[CODE]), written())
    assert VillageCard.objects.get().shelter == "小学操场"
    assert AuditEntry.objects.get(action="portal.village_card_saved").payload["before"]["shelter"] == "旧祠堂"


def test_another_township_cannot_touch_it(client_of: Any, officer_south: Any, village: Any) -> None:
    assert client_of(officer_south).get(reverse("portal:card_edit", args=[CODE])).status_code == 404


def test_nobody_has_checked_it_tomorrow(client_of: Any, officer_north: Any, village: Any) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    address = reverse("portal:card_edit", args=[CODE])
    answer = client_of(officer_north).post(address, written(checked_on=tomorrow.isoformat()))
    assert "这一天还没到" in answer.content.decode()
    assert not VillageCard.objects.exists()


def test_a_card_that_is_not_public_is_nobodys(client: Client, officer_north: Any, village: Any) -> None:
    make_card(village, by=officer_north, public=False)
    assert client.get(reverse("portal:village", args=[CODE])).status_code == 404
    assert client.get(reverse("portal:village_poster", args=[CODE])).status_code == 404
    assert "北岭村" not in client.get(reverse("portal:villages")).content.decode()


def test_the_poster_is_one_sheet_with_everything_on_it(client: Client, officer_north: Any, village: Any) -> None:
    make_card(village, by=officer_north)
    answer = client.get(reverse("portal:village_poster", args=[CODE]))
    reader = pypdf.PdfReader(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    for words in ("北岭村", "铜锣连敲", "小学操场", "0999-8820101"):
        assert words in text


def test_the_list_of_the_township_tells_which_village_has_none(
    client_of: Any, officer_north: Any, village: Any
) -> None:
    page = client_of(officer_north).get(reverse("portal:card_list"))
    assert (page.context["written"], page.context["missing"]) == (0, 1)
    make_card(village, by=officer_north)
    page = client_of(officer_north).get(reverse("portal:card_list"))
    assert (page.context["written"], page.context["missing"]) == (1, 0)
