from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from drills.models import CalendarFeed
from drills.services.feeds import feed_token
from tests.access.matrix import EVERYBODY, NOBODY, SIGNED_IN, Rule, Rules, only
from tests.cast import COUNTY_PARTS

COUNTY = frozenset(COUNTY_PARTS)
LOOKS_AT_A = COUNTY | {"manager_a", "officer_north", "supervisor", "inspector"}
HOLDS = only("manager_a", "manager_b", "officer_north", "officer_south", "drill_officer")
HOLDS_A = only("manager_a", "officer_north", "drill_officer")
HOLDS_COUNTY = only("drill_officer")
APPROVES_A = HOLDS_A | {"leader"}
# The learner plays in each; B's manager evaluates what the bureau holds.
HAS_PART = only("learner", "manager_a", "manager_b", "drill_officer")


def pk_of(name: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk]


def under(drill: str, thing: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, drill).pk, getattr(scene, thing).pk]


def empty(scene: Any) -> dict[str, Any]:
    return {}


def reason(scene: Any) -> dict[str, Any]:
    return {"reason": "order 7 of the bureau"}


def design(scene: Any) -> dict[str, Any]:
    begins = timezone.localtime() + timedelta(days=3)
    return {
        "title": "changed",
        "hazard": "chemicals",
        "level": "enterprise",
        "form": "live",
        "scope": "single",
        "purpose": "test",
        "notice": "announced",
        "organisation": scene.organisation_a.pk,
        "division": scene.organisation_a.division_id,
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "place": "东门",
        "stop_word": "实情实情",
    }


def copy(scene: Any) -> dict[str, Any]:
    return {"title": "copy", "starts_at": design(scene)["starts_at"]}


def one_objective(scene: Any) -> dict[str, Any]:
    return {
        "objectives-TOTAL_FORMS": "1",
        "objectives-INITIAL_FORMS": "0",
        "objectives-0-who": "二组",
        "objectives-0-task": "集合",
    }


def units(scene: Any) -> dict[str, Any]:
    return {"q": scene.organisation_b.name, "units": [scene.organisation_b.pk]}


def manager_plays(scene: Any) -> dict[str, Any]:
    return {"give": "1", "members": [scene.manager_a_as_member.pk], "role": "support"}


def manager_takes_over(scene: Any) -> dict[str, Any]:
    return {"give": "1", "name": "老周"}


def villager(scene: Any) -> dict[str, Any]:
    return {"name": "村民甲", "expected": "1", "organisation": scene.organisation_a.pk, "role": "player"}


def one_line(scene: Any) -> dict[str, Any]:
    return {"text": "村民甲\t\t参演\t一组", "confirm": "1"}


def other_team(scene: Any) -> dict[str, Any]:
    return {"name": "村民甲", "role": "observer", "team": "二组"}


def own_line(scene: Any) -> dict[str, Any]:
    return {"text": "音响试过", "mandatory": "on"}


def feed_of(name: str, epoch: int = 1) -> Callable[[Any], list[Any]]:
    """The token is good while the row it names is there; the scenery has made it."""
    return lambda scene: [feed_token(CalendarFeed(user=getattr(scene, name), epoch=epoch))]


def board(who: frozenset[str]) -> tuple[Rule, ...]:
    """What of a design only those read who may know the script; of the bureau's, B's manager is one of them."""
    return (
        Rule(who, pk_of("drill_a")),
        Rule(COUNTY | {"manager_b"}, pk_of("drill_county")),
        Rule(COUNTY | {"manager_b"}, pk_of("drill_blind")),
        Rule(who, pk_of("drill_draft")),
        Rule(NOBODY, lambda scene: [10**9]),
    )


RULES: Rules = {
    "drills:drill_list": (Rule(SIGNED_IN),),  # the learner, who plays, is led on to his own
    "drills:my_drills": (Rule(HAS_PART),),
    "drills:calendar": (Rule(SIGNED_IN),),
    "drills:feed_new": (Rule(SIGNED_IN, method="post"),),
    "drills:feed": (
        Rule(EVERYBODY, feed_of("learner")),  # who has the address has the calendar
        Rule(NOBODY, feed_of("learner", epoch=2)),
        Rule(NOBODY, lambda scene: ["forged"]),
    ),
    "drills:drill_new": (Rule(HOLDS, data=None),),
    "drills:drill_edit": (Rule(HOLDS_A, pk_of("drill_draft"), data=design), Rule(NOBODY, pk_of("drill_a"))),
    "drills:drill_clone": (Rule(HOLDS_A, pk_of("drill_a"), data=copy), Rule(HOLDS_COUNTY, pk_of("drill_county"))),
    "drills:drill_detail": (
        Rule(LOOKS_AT_A | {"learner"}, pk_of("drill_a")),
        Rule(COUNTY | {"manager_b", "learner"}, pk_of("drill_county")),
        Rule(COUNTY | {"manager_b"}, pk_of("drill_blind")),  # its player does not know of it
        Rule(LOOKS_AT_A, pk_of("drill_draft")),
        Rule(LOOKS_AT_A, pk_of("drill_review")),
    ),
    "drills:objectives": board(LOOKS_AT_A),
    "drills:objectives_edit": (
        Rule(HOLDS_A, pk_of("drill_draft"), data=one_objective),
        Rule(NOBODY, pk_of("drill_a")),
        Rule(NOBODY, pk_of("drill_review")),
    ),
    "drills:units": board(LOOKS_AT_A),
    "drills:units_add": (Rule(HOLDS_A, pk_of("drill_draft"), data=units), Rule(NOBODY, pk_of("drill_a"))),
    "drills:unit_remove": (
        Rule(HOLDS_A, under("drill_draft", "drill_unit"), method="post"),
        Rule(NOBODY, under("drill_a", "drill_unit"), method="post"),
    ),
    "drills:parts": board(LOOKS_AT_A),
    "drills:parts_people": (
        Rule(HOLDS_A, pk_of("drill_a"), data=manager_plays),
        Rule(HOLDS_COUNTY, pk_of("drill_county")),
    ),
    "drills:parts_named": (Rule(HOLDS_A, pk_of("drill_a"), data=villager),),
    "drills:parts_paste": (Rule(HOLDS_A, pk_of("drill_a"), data=one_line),),
    "drills:part_edit": (
        Rule(HOLDS_A, under("drill_a", "unused_part"), data=other_team),
        Rule(NOBODY, under("drill_county", "unused_part")),
    ),
    "drills:part_hand_over": (Rule(HOLDS_A, under("drill_a", "unused_part"), data=manager_takes_over),),
    "drills:part_remove": (
        Rule(HOLDS_A, under("drill_a", "unused_part"), method="post"),
        Rule(NOBODY, under("drill_county", "unused_part"), method="post"),
    ),
    "drills:approval": board(LOOKS_AT_A),
    "drills:drill_submit": (
        Rule(HOLDS_A, pk_of("drill_complete"), method="post"),
        Rule(NOBODY, lambda scene: [10**9], method="post"),
    ),
    "drills:drill_approve": (Rule(APPROVES_A, pk_of("drill_review"), method="post"),),
    "drills:drill_return": (
        Rule(APPROVES_A, pk_of("drill_review"), data=reason),
        Rule(NOBODY, pk_of("drill_draft")),
    ),
    "drills:drill_withdraw": (Rule(HOLDS_A, pk_of("drill_a"), data=reason), Rule(NOBODY, pk_of("drill_draft"))),
    "drills:drill_cancel": (
        Rule(HOLDS_A, pk_of("drill_a"), data=reason),
        Rule(HOLDS_COUNTY, pk_of("drill_blind"), data=reason),
    ),
    "drills:readiness": (*board(LOOKS_AT_A)[:3], Rule(NOBODY, pk_of("drill_draft"))),
    "drills:check_pass": (
        Rule(HOLDS_A, under("drill_a", "drill_check"), method="post"),
        Rule(NOBODY, under("drill_county", "drill_check"), method="post"),
        Rule(NOBODY, under("drill_a", "signature_check"), method="post"),  # nobody of them is its safety officer
    ),
    "drills:check_undo": (Rule(HOLDS_A, under("drill_a", "passed_check"), method="post"),),
    "drills:check_add": (Rule(HOLDS_A, pk_of("drill_a"), data=own_line, method="post"),),
    "drills:airspace": (Rule(NOBODY, pk_of("drill_a"), method="post"),),  # no aircraft take part
    "drills:check_drop": (
        Rule(HOLDS_A, under("drill_a", "own_check"), method="post"),
        Rule(NOBODY, under("drill_a", "drill_check"), method="post"),
    ),
    "drills:drill_ready": (Rule(HOLDS_A, pk_of("drill_passed"), method="post"),),
    "drills:drill_reopen": (Rule(HOLDS_A, pk_of("drill_ready"), data=reason), Rule(NOBODY, pk_of("drill_a"))),
}
