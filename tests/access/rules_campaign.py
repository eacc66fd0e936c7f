"""Campaigns at the desk: who has an office reads what his scope covers; who answers for the township, and the county's
officers, review; who keeps the list of venues plans and sets targets."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.access.matrix import EVERYBODY, SIGNED_IN, Rule, Rules, only
from tests.access.scenery_campaign import list_of_venues
from tests.cast import COUNTY_PARTS

OFFICE = SIGNED_IN - {"learner"}
SEES_A = frozenset(COUNTY_PARTS) | {"manager_a", "officer_north", "supervisor", "inspector"}
RECORDS_A = only("manager_a", "officer_north", "training_officer", "editor")
REVIEWS_A = only("officer_north", "training_officer", "leader")
REVIEWS = REVIEWS_A | {"officer_south"}
KEEPS_A = only("officer_north", "training_officer", "editor")
KEEPS = KEEPS_A | {"officer_south"}


def activity(scene: Any) -> list[Any]:
    return [scene.activity_a.pk]


def venue(scene: Any) -> list[Any]:
    return [scene.venue_a.pk]


def a_list(scene: Any) -> list[Any]:
    return ["venues", scene.venue_list.pk]


def correction(scene: Any) -> dict[str, Any]:
    begun = timezone.localtime(scene.activity_a.current.starts_at)
    return {
        "venue": str(scene.venue_a.pk),
        "form": "drill",
        "starts_at": f"{begun:%Y-%m-%dT%H:%M}",
        "persons": "31",
        "basis": "counted",
        "seen": "1",
        "reason": "compared with the sheet",
    }


def venue_told(scene: Any) -> dict[str, Any]:
    return {"name": "北岭集市", "kind": "market", "division": str(scene.organisation_a.division_id)}


def day(scene: Any) -> dict[str, str]:
    return {"on": f"{timezone.localdate() + timedelta(days=9)}"}


def workbook(scene: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.xlsx", list_of_venues())}


def targets(scene: Any) -> dict[str, Any]:
    return {f"target-{scene.organisation_a.division.get_parent().pk}-school": "12"}


def themed_year(scene: Any) -> list[Any]:
    return ["fire-month", timezone.localdate().year]


def theme(scene: Any) -> dict[str, str]:
    return {"theme": "人人会逃生", "first": "", "last": ""}


RULES: Rules = {
    "campaign:activities": (Rule(OFFICE),),
    "campaign:activities_export": (Rule(OFFICE, method="post"),),
    "campaign:activity": (Rule(SEES_A, activity),),
    "campaign:correct": (Rule(RECORDS_A, activity, data=correction),),
    "campaign:withdraw": (Rule(RECORDS_A | REVIEWS_A, activity, data=lambda _scene: {"reason": "entered twice"}),),
    "campaign:review": (Rule(REVIEWS),),
    "campaign:decide": (
        Rule(REVIEWS_A, activity, method="post", data=lambda _scene: {"verdict": "approve", "seen": "1"}),
    ),
    "campaign:venues": (Rule(OFFICE),),
    "campaign:venues_export": (Rule(OFFICE, method="post"),),
    "campaign:venue": (Rule(SEES_A, venue),),
    "campaign:venue_new": (Rule(KEEPS),),
    "campaign:venue_change": (Rule(KEEPS_A, venue, data=venue_told),),
    "campaign:venue_close": (Rule(KEEPS_A, venue, data=day),),
    "campaign:venue_reopen": (Rule(KEEPS_A, lambda scene: [scene.venue_closed.pk], method="post"),),
    "campaign:visit_plan": (Rule(KEEPS_A, venue, method="post", data=day),),
    "campaign:visit_cancel": (Rule(KEEPS_A, lambda scene: [scene.visit_a.pk], method="post"),),
    "campaign:unreached": (Rule(OFFICE),),
    "campaign:targets": (Rule(OFFICE),),
    "campaign:matrix": (Rule(OFFICE),),
    "campaign:matrix_export": (Rule(OFFICE, method="post"),),
    "campaign:ledger": (Rule(OFFICE),),
    "campaign:ledger_export": (Rule(OFFICE, method="post"),),
    "campaign:venue_template": (Rule(KEEPS),),
    "campaign:list_import": (Rule(KEEPS, lambda scene: ["venues"], data=workbook),),
    # Whoever brought the workbook, and nobody else.
    "campaign:list_check": (Rule(only("officer_north"), a_list),),
    "campaign:list_problems": (Rule(only("officer_north"), a_list),),
    "campaign:list_enter": (Rule(only("officer_north"), a_list, method="post"),),
    "campaign:days": (Rule(OFFICE),),
    "campaign:day_year": (Rule(only("training_officer"), themed_year, data=theme),),
    "campaign:figures": (Rule(EVERYBODY),),
    "campaign:figures_of": (Rule(EVERYBODY, lambda scene: [timezone.localdate().year]),),
}
