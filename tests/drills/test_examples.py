"""The drills written for the product: complete, safe to take over, and turned into a draft without loss."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from drills.examples import Example, examples
from drills.models import Drill, MselItem, Participation
from drills.queries.msel import table_of
from drills.services.examples import draft_from_example
from tests.drills.factories import NOW

ALL = sorted(examples())


@pytest.fixture(params=ALL)
def example(request: pytest.FixtureRequest) -> Example:
    return examples()[request.param]


def test_there_are_a_village_and_an_enterprise() -> None:
    assert {key: one.front["level"] for key, one in examples().items()} == {
        "ammonia-leak": "enterprise",
        "village-torrent": "village",
    }


def test_each_is_complete(example: Example) -> None:
    assert len(example.events) == 15
    assert len({one["number"] for one in example.events}) == 15
    assert sum(form["percent"] for form in example.forms) == 100
    assert example.front["safety_plan"]
    roles = [one["role"] for one in example.parts]
    assert all(roles.count(role) == 1 for role in ("director", "safety", "lead_evaluator"))
    assert {"controller", "evaluator", "player"} <= set(roles)


def test_each_objective_has_its_five_elements_and_an_expected_action(example: Example) -> None:
    assert all(
        all(one[name] for name in ("who", "condition", "task", "standard", "effect")) for one in example.objectives
    )
    aimed_at = {one["objective"] for one in example.events if one.get("expected")}
    assert aimed_at == set(range(1, len(example.objectives) + 1))


def test_each_event_has_somebody_responsible_and_only_a_contingency_no_time(example: Example) -> None:
    assert all(one.get("responsible") for one in example.events)
    untimed = {one["number"] for one in example.events if "minute" not in one}
    assert untimed == {one["number"] for one in example.events if one["kind"] == MselItem.Kind.CONTINGENCY}
    assert all(one.get("condition") for one in example.events if one["number"] in untimed)
    early = [one for one in example.events if one.get("minute", 0) < 0]
    assert all(one["kind"] == MselItem.Kind.CONTROL for one in early)
    times = [one["minute"] for one in example.events if "minute" in one]
    assert times == sorted(times)
    assert times[-1] <= example.front["minutes"]


def test_the_draft_holds_all_of_it(example: Example, organisation_a: Any, manager_a: Any) -> None:
    drill = draft_from_example(example, organisation_a, starts_at=NOW + timedelta(days=7), by=manager_a, now=NOW)
    assert (drill.state, drill.division, drill.ends_at - drill.starts_at) == (
        Drill.State.DRAFT,
        organisation_a.division,
        timedelta(minutes=example.front["minutes"]),
    )
    events = list(drill.events.values_list("number", "offset_seconds", "within_seconds", "objective__position"))
    assert events == [
        (
            one["number"],
            one["minute"] * 60 if "minute" in one else None,
            one["within_minutes"] * 60 if "within_minutes" in one else None,
            one.get("objective"),
        )
        for one in example.events
    ]
    assert drill.participations.count() == len(example.parts)
    assert drill.participations.get(is_group=True).role == Participation.Role.PLAYER


def test_nothing_is_odd_about_its_table_of_events(example: Example, organisation_a: Any, manager_a: Any) -> None:
    drill = draft_from_example(example, organisation_a, starts_at=NOW + timedelta(days=7), by=manager_a, now=NOW)
    assert [said.text_with_label for said in table_of(drill).remarks] == []
    assert [item.number for item in drill.events.filter(kind=MselItem.Kind.INJECT, receivers=None)] == []


def test_somebody_begins_from_one(client_of: Any, manager_a: Any, organisation_a: Any) -> None:
    client: Client = client_of(manager_a)
    assert client.get(reverse("drills:example_list")).status_code == 200
    url = reverse("drills:example_detail", args=["ammonia-leak"])
    answer = client.post(url, {"organisation": organisation_a.pk, "starts_at": "2026-12-01T09:00"})
    drill = Drill.objects.get()
    assert answer["Location"] == reverse("drills:drill_detail", args=[drill.pk])
    assert (drill.title, drill.created_by) == ("液氨泄漏事故应急演练", manager_a)


def test_not_for_an_organisation_that_is_not_his(client_of: Any, manager_a: Any, organisation_b: Any) -> None:
    url = reverse("drills:example_detail", args=["ammonia-leak"])
    answer = client_of(manager_a).post(url, {"organisation": organisation_b.pk, "starts_at": "2026-12-01T09:00"})
    assert (answer.status_code, Drill.objects.count()) == (200, 0)


def test_an_example_that_does_not_exist_is_not_found(client_of: Any, manager_a: Any) -> None:
    assert client_of(manager_a).get(reverse("drills:example_detail", args=["dragon"])).status_code == 404
