"""The table of events: read by whoever may know the script, written by whoever holds the drill while it is a draft; a
worksheet on its way is seen by whoever brought it."""

import json
from collections.abc import Callable
from typing import Any

from drills.queries.msel import seen
from tests.access.matrix import NOBODY, Rule, Rules, only
from tests.access.rules_drills import COUNTY, HOLDS, HOLDS_A, LOOKS_AT_A, board, empty, pk_of, under

FIELDS = {"number": "77", "kind": "inject", "mode": "phone", "title": "changed", "offset_seconds": "15"}


def event(scene: Any) -> dict[str, Any]:
    return FIELDS


def event_as_seen(scene: Any) -> dict[str, Any]:
    return FIELDS | {"seen": seen(scene.draft_event)}


def told(**more: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda scene: {"told": json.dumps({"pk": scene.draft_event.pk, "seen": seen(scene.draft_event), **more})}


def new_row(scene: Any) -> dict[str, Any]:
    return {"told": json.dumps({"pk": None, "fields": FIELDS})}


def to_the_top(scene: Any) -> dict[str, Any]:
    return {"told": json.dumps({"pk": scene.last_event.pk, "after": None})}


def cells(scene: Any) -> dict[str, Any]:
    return {"cells": "标题\t时间\n预警\t0:05", "first": ""}


def in_design(data: Callable[[Any], dict[str, Any]] | None) -> tuple[Rule, ...]:
    """Written while it is a draft; of what somebody decides or has decided on there is nothing to write."""
    return (
        Rule(HOLDS_A, pk_of("drill_draft"), data=data),
        Rule(NOBODY, pk_of("drill_review")),
        Rule(NOBODY, pk_of("drill_a")),
        Rule(NOBODY, lambda scene: [10**9]),
    )


def said(data: Callable[[Any], dict[str, Any]]) -> tuple[Rule, ...]:
    return (
        Rule(HOLDS_A, pk_of("drill_draft"), method="post", data=data),
        Rule(NOBODY, lambda scene: [10**9], method="post", data=data),
    )


def brought(scene: Any) -> list[Any]:
    return [scene.drill_draft.pk, scene.msel_file.pk]


OWN = only("manager_a")  # nobody else, not even who holds the drill as well
RULES: Rules = {
    "drills:msel": board(LOOKS_AT_A),
    "drills:msel_export": board(LOOKS_AT_A),
    "drills:run_pack": (Rule(LOOKS_AT_A, pk_of("drill_a")), Rule(COUNTY | {"manager_b"}, pk_of("drill_blind"))),
    "drills:msel_template": (Rule(HOLDS),),
    "drills:msel_sheet": in_design(None),
    "drills:event_new": in_design(event),
    "drills:msel_import": in_design(None),
    "drills:msel_paste": in_design(cells),
    "drills:event_edit": (
        Rule(HOLDS_A, under("drill_draft", "draft_event"), data=event_as_seen),
        Rule(NOBODY, under("drill_draft", "drill_item")),
        Rule(NOBODY, under("drill_county", "county_event")),
    ),
    "drills:event_delete": (
        Rule(HOLDS_A, under("drill_draft", "draft_event"), method="post"),
        Rule(NOBODY, under("drill_draft", "county_event"), method="post"),
    ),
    "drills:msel_renumber": (
        Rule(HOLDS_A, pk_of("drill_unsorted"), method="post"),
        Rule(NOBODY, lambda scene: [10**9], method="post"),
    ),
    "drills:msel_save": said(new_row) + said(told(fields=FIELDS)),
    "drills:msel_move": (Rule(HOLDS_A, pk_of("drill_unsorted"), method="post", data=to_the_top),),
    "drills:msel_remove": said(told()),
    "drills:msel_check": (Rule(OWN, brought), Rule(NOBODY, lambda scene: [scene.drill_a.pk, scene.msel_file.pk])),
    "drills:msel_commit": (Rule(OWN, brought, method="post", data=empty),),
    "drills:msel_problems": (Rule(OWN, brought),),
}
