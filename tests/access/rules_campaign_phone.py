"""Recording activities: who records at a venue of A sends, adds photos and shows the code; whoever has an account signs
in by it."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaign.tokens import token_of
from tests.access.matrix import EVERYBODY, SIGNED_IN, Rule, Rules, only
from tests.access.rules_campaign import RECORDS_A, SEES_A, activity
from tests.access.scenery_simple import jpeg

RECORDS = RECORDS_A | {"manager_b", "officer_south"}


def sent_by_the_manager(scene: Any) -> dict[str, Any]:
    begun = timezone.localtime(scene.activity_a.current.starts_at)
    told = {"venue": str(scene.venue_a.pk), "form": "lecture", "persons": "12", "basis": "counted"}
    fields = told | {"starts_at": f"{begun:%Y-%m-%dT%H:%M}"}
    user = scene.manager_a_as_member.user_id
    return {"record": json.dumps({"uid": str(uuid4()), "user": user, "age": 0, "fields": fields})}


def sent_photo(_scene: Any) -> dict[str, Any]:
    return {"uid": str(uuid4()), "kind": "photo", "file": SimpleUploadedFile("a.jpg", jpeg())}


def photos(_scene: Any) -> dict[str, Any]:
    return {"photos": SimpleUploadedFile("a.jpg", jpeg())}


def code(scene: Any) -> list[Any]:
    return [token_of(scene.activity_a)]


RULES: Rules = {
    "campaign:service_worker": (Rule(EVERYBODY),),
    "campaign:activity_new": (Rule(RECORDS),),
    "campaign:record_ready": (Rule(RECORDS),),
    # Sent under the name of whoever wrote it, and of nobody else.
    "campaign:record_send": (Rule(only("manager_a"), method="post", data=sent_by_the_manager),),
    "campaign:record_photo": (
        Rule(only("manager_a"), lambda scene: [scene.activity_a.uid], method="post", data=sent_photo),
    ),
    "campaign:photo_add": (Rule(RECORDS_A, activity, data=photos),),
    "campaign:photo_small": (Rule(SEES_A, lambda scene: [scene.activity_a.pk, scene.activity_photo.pk]),),
    "campaign:sign_in": (Rule(RECORDS_A, activity),),
    "campaign:sign_in_count": (Rule(RECORDS_A, activity),),
    "campaign:sign_in_sheet": (Rule(RECORDS_A, activity),),
    "campaign:sign_in_take": (Rule(RECORDS_A, lambda scene: [scene.activity_signed.pk], method="post"),),
    "campaign:here": (Rule(SIGNED_IN, code),),
}
