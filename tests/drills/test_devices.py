"""The phones of a drill: what they report the evening before, and what the controllers read of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from drills.field_rules import CHECKS, Fitness, fitness, is_fit
from drills.models import Drill, Participation, RunDevice
from drills.queries.devices import devices_of, latest_by_part, on_paper
from drills.services.devices import Ready, report_ready
from drills.tokens import part_token
from tests.drills.factories import NOW, make_drill, make_part

GOOD = dict.fromkeys(CHECKS, "good")


def ready(device: str = "phone-0001", checks: dict[str, str] | None = None, **more: Any) -> Ready:
    told = {"pack": "v1", "skew_ms": 0, "waiting": 0, "battery": 90, "browser": "Chrome 120"} | more
    return Ready(device=device, checks=GOOD if checks is None else checks, **told)


# ── Rules ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("failing", ["browser", "secure", "storage", "kept"])
def test_one_thing_missing_and_the_phone_is_not_fit(failing: str) -> None:
    assert is_fit(GOOD)
    assert not is_fit(GOOD | {failing: "bad"})
    assert not is_fit({name: state for name, state in GOOD.items() if name != failing})


def test_battery_and_camera_keep_nobody_from_going() -> None:
    assert is_fit(GOOD | {"battery": "warn", "camera": "warn", "clock": "bad"})


def test_a_check_grows_old() -> None:
    told = fitness({"at": NOW.isoformat(), "checks": GOOD})
    assert told == Fitness(NOW, True, ())
    assert [told.word(NOW + timedelta(hours=hours)) for hours in (0, 48, 49)] == ["ready", "ready", "old"]
    failed = fitness({"at": NOW.isoformat(), "checks": GOOD | {"kept": "bad"}})
    assert (failed.word(NOW), failed.failing) == ("paper", ("kept",))
    assert fitness({}).word(NOW) == "unchecked"


# ── What the controllers read ────────────────────────────────────────────────
@pytest.fixture
def drill(organisation_a: Any) -> Drill:
    return make_drill(organisation_a, state="ready")


def test_of_two_phones_the_one_seen_last_counts(drill: Drill) -> None:
    part = make_part(drill)
    report_ready(part, ready("phone-old1", GOOD | {"secure": "bad"}), now=NOW - timedelta(hours=1))
    report_ready(part, ready("phone-new1"), now=NOW)
    latest = latest_by_part(devices_of(drill, now=NOW))
    assert latest[part.pk].device.device == "phone-new1"
    assert on_paper([part], latest) == []


def test_who_has_no_fit_phone_writes_on_paper(drill: Drill) -> None:
    fit, failing, silent = make_part(drill), make_part(drill), make_part(drill)
    report_ready(fit, ready("phone-0001"), now=NOW)
    report_ready(failing, ready("phone-0002", GOOD | {"storage": "bad"}), now=NOW)
    assert on_paper([fit, failing, silent], latest_by_part(devices_of(drill, now=NOW))) == [failing, silent]


def test_a_clock_half_a_minute_off_is_told(drill: Drill) -> None:
    part = make_part(drill)
    for skew, off in ((30_000, False), (30_001, True), (-40_000, True)):
        report_ready(part, ready(skew_ms=skew), now=NOW)
        assert devices_of(drill, now=NOW)[0].clock_is_off is off


def test_one_question_for_all_phones(drill: Drill, django_assert_num_queries: Any) -> None:
    for n in range(5):
        report_ready(make_part(drill), ready(f"phone-{n:04d}"), now=NOW)
    with django_assert_num_queries(1):
        assert len({row.part.label for row in devices_of(drill, now=NOW)}) == 5


def test_a_phone_that_changes_hands_is_its_new_holders(drill: Drill) -> None:
    first, second = make_part(drill), make_part(drill)
    report_ready(first, ready(), now=NOW)
    report_ready(second, ready(), now=NOW)
    assert [row.participation for row in RunDevice.objects.all()] == [second]


# ── The report of a phone ────────────────────────────────────────────────────
REPORT = {
    "device": "0a1b2c3d-phone",
    "pack": "abc",
    "skew_ms": -1200,
    "waiting": 2,
    "checks": GOOD,
    "battery": 76,
    "browser": "Chrome 120",
}


def send(part: Participation, report: Any, token: str = "") -> Any:
    address = reverse("drills:field_ready", args=[token or part_token(part)])
    body = report if isinstance(report, str) else json.dumps(report)
    return Client(enforce_csrf_checks=True).post(address, body, content_type="application/json")


def test_a_phone_reports_without_an_account(drill: Drill) -> None:
    part = make_part(drill)
    answer = send(part, REPORT)
    assert (answer.status_code, answer.json()["fit"]) == (200, True)
    device = drill.devices.get()
    assert (device.participation, device.device, device.pack) == (part, "0a1b2c3d-phone", "abc")
    assert (device.skew_ms, device.waiting) == (-1200, 2)
    assert device.fitness["checks"] == GOOD
    assert (device.fitness["battery"], device.fitness["browser"]) == (76, "Chrome 120")
    assert "sessionid" not in answer.cookies


def test_a_phone_does_not_judge_itself(drill: Drill) -> None:
    answer = send(make_part(drill), REPORT | {"fit": True, "checks": GOOD | {"kept": "bad"}})
    assert answer.json()["fit"] is False


def test_sent_twice_it_is_one_phone(drill: Drill) -> None:
    part = make_part(drill)
    for _turn in range(2):
        assert send(part, REPORT).status_code == 200
    assert drill.devices.count() == 1


def test_a_replaced_card_reports_nothing(drill: Drill) -> None:
    part = make_part(drill)
    old = part_token(part)
    Participation.objects.update(epoch=2)
    for token in (old, "nonsense", f"{part.pk}.2~forged"):
        assert send(part, REPORT, token).status_code == 404
    assert not RunDevice.objects.exists()


@pytest.mark.parametrize(
    "report",
    [
        "not json",
        "[]",
        "[" * 9000,
        REPORT | {"device": "short"},
        REPORT | {"device": "x" * 41},
        REPORT | {"device": "../../etc/passwd"},
        REPORT | {"device": None},
        REPORT | {"checks": {"browser": "splendid"}},
        REPORT | {"checks": None},
        REPORT | {"checks": {"browser": ["good"]}},
        REPORT | {"skew_ms": "1"},
        REPORT | {"waiting": True},
        REPORT | {"battery": "full"},
        REPORT | {"browser": 5},
        REPORT | {"pack": "a\0b"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused(drill: Drill, report: Any) -> None:
    answer = send(make_part(drill), report)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert not RunDevice.objects.exists()


def test_absurd_figures_are_kept_within_the_column(drill: Drill) -> None:
    checks = GOOD | {"made up": "good"}
    answer = send(
        make_part(drill), REPORT | {"skew_ms": 10**15, "battery": 900, "browser": "x" * 500, "checks": checks}
    )
    assert answer.status_code == 200
    device = drill.devices.get()
    assert (device.skew_ms, device.fitness["battery"], len(device.fitness["browser"])) == (2**31 - 1, 100, 80)
    assert "made up" not in device.fitness["checks"]


def test_it_is_told_by_post_only(drill: Drill) -> None:
    assert Client().get(reverse("drills:field_ready", args=[part_token(make_part(drill))])).status_code == 405
