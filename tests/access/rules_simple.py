"""The simple drill record: who holds drills for A writes, corrects and withdraws A's; whose office covers A reads."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.access.matrix import NOBODY, Rule, Rules, only
from tests.access.scenery_simple import jpeg
from tests.cast import COUNTY_PARTS

SEES_A = frozenset(COUNTY_PARTS) | {"manager_a", "officer_north", "supervisor", "inspector"}
HOLDS_A = only("manager_a", "officer_north", "drill_officer")
HOLDS = HOLDS_A | {"manager_b", "officer_south"}


def record(scene: Any) -> list[Any]:
    return [scene.simple_a.pk]


def planned(scene: Any) -> list[Any]:
    return [scene.drill_a.pk]


def fields(scene: Any) -> dict[str, str]:
    begun = timezone.localtime(scene.simple_a.starts_at)
    return {
        "organisation": str(scene.organisation_a.pk),
        "hazard": "gas",
        "level": "enterprise",
        "starts_at": f"{begun:%Y-%m-%dT%H:%M}",
        "minutes": "20",
        "place": "hall",
        "form": "live",
        "people": "15",
        "basis": "counted",
    }


def sent_by_the_manager(scene: Any) -> dict[str, Any]:
    told = {"uid": str(uuid4()), "user": scene.manager_a_as_member.user_id, "age": 0, "fields": fields(scene)}
    return {"record": json.dumps(told)}


def photo(kind: str) -> Any:
    return lambda _scene: {"uid": str(uuid4()), "kind": kind, "file": SimpleUploadedFile("a.jpg", jpeg())}


def correction(scene: Any) -> dict[str, Any]:
    return fields(scene) | {"seen": "0", "reason": "compared with the sheet"}


RULES: Rules = {
    "drills:simple_new": (Rule(HOLDS),),
    "drills:simple_ready": (Rule(HOLDS),),
    # Sent under the name of whoever wrote it, and of nobody else.
    "drills:simple_send": (Rule(only("manager_a"), method="post", data=sent_by_the_manager),),
    "drills:simple_file": (
        Rule(only("manager_a"), lambda scene: [scene.simple_a.uid], method="post", data=photo("photo")),
        Rule(NOBODY, lambda scene: [scene.drill_a.uid], method="post", data=photo("photo")),
    ),
    "drills:simple_detail": (Rule(SEES_A, record), Rule(NOBODY, planned)),
    "drills:simple_sheet": (Rule(SEES_A, record), Rule(NOBODY, planned)),
    "drills:simple_thumbnail": (Rule(SEES_A, lambda scene: [scene.simple_a.pk, scene.simple_photo.pk]),),
    "drills:simple_upload": (Rule(HOLDS_A, record, data=photo("signed")), Rule(NOBODY, planned)),
    "drills:simple_correct": (Rule(HOLDS_A, record, data=correction), Rule(NOBODY, planned)),
    # Whoever holds the drill and records activities of the campaign.
    "drills:also_campaign": (
        Rule(only("manager_a", "officer_north"), record, data=lambda scene: {"venue": scene.venue_a.pk}),
        Rule(NOBODY, planned),
    ),
    "drills:simple_withdraw": (Rule(HOLDS_A, record, data=lambda _scene: {"reason": "entered twice"}),),
}
