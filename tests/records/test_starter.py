from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from records import registry
from records.models import NumberSeries, StarterItem
from records.starter import Outcome, sync

pytestmark = pytest.mark.django_db
KEY = "series/certificates"


def find() -> NumberSeries | None:
    return NumberSeries.objects.filter(name="certificates").first()


def read(series: NumberSeries) -> dict[str, Any]:
    return {"last": series.last}


def write(series: NumberSeries | None, shipped: dict[str, Any]) -> NumberSeries:
    series = series or NumberSeries(name="certificates")
    series.last = shipped["last"]
    series.save()
    return series


def ship(last: int) -> Outcome:
    return sync(KEY, {"last": last}, find=find, read=read, write=write)


def test_what_is_not_there_is_made_and_then_left_alone():
    assert [ship(1), ship(1)] == [Outcome.CREATED, Outcome.UNCHANGED]


def test_a_newer_version_replaces_what_nobody_touched():
    ship(1)
    assert ship(2) == Outcome.UPDATED
    assert NumberSeries.objects.get().last == 2


def test_an_editors_change_is_never_written_over():
    ship(1)
    NumberSeries.objects.update(last=9)
    assert [ship(1), ship(2)] == [Outcome.KEPT, Outcome.KEPT]
    assert NumberSeries.objects.get().last == 9


def test_what_an_editor_deleted_does_not_come_back():
    ship(1)
    NumberSeries.objects.all().delete()
    assert [ship(1), ship(2)] == [Outcome.KEPT, Outcome.KEPT]
    assert not NumberSeries.objects.exists()


def test_what_somebody_made_first_is_his_unless_it_is_the_same_to_the_letter():
    NumberSeries.objects.create(name="certificates", last=5)
    assert ship(1) == Outcome.KEPT
    assert not StarterItem.objects.exists()
    assert [ship(5), ship(6)] == [Outcome.UNCHANGED, Outcome.UPDATED]


@pytest.fixture
def starter(monkeypatch: pytest.MonkeyPatch) -> Iterator[registry.Starter]:
    own = registry.Starter()
    monkeypatch.setattr("records.management.commands.load_starter.starter", own)
    return own


def test_lower_apps_load_first_and_demo_content_only_on_request(
    starter: registry.Starter, capsys: pytest.CaptureFixture[str]
):
    ran: list[str] = []
    for name in ("portal.pages", "records.series", "people.demo", "people.divisions"):
        starter.add(name, lambda name=name: ran.append(name), demo=name.endswith("demo"))
    call_command("load_starter")
    assert ran == ["records.series", "people.divisions", "portal.pages"]
    ran.clear()
    call_command("load_starter", "--demo")
    assert ran == ["records.series", "people.demo", "people.divisions", "portal.pages"]


def test_the_command_counts_outcomes(starter: registry.Starter, capsys: pytest.CaptureFixture[str]):
    starter.add("records.series", lambda: [ship(1), ship(1), ship(1)])
    call_command("load_starter")
    assert capsys.readouterr().out == "records.series: 1 created, 2 unchanged\n"
