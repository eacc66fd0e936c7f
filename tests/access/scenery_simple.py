"""A simple drill record of organisation A with a photo, written by its manager."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from PIL import Image

from drills.models import DrillFile
from drills.services import simple as services
from drills.simple_papers import Paper
from people.models import Organisation


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "JPEG")
    return out.getvalue()


def simple_scenery(manager_a: Any, organisation_a: Organisation, now: datetime) -> dict[str, Any]:
    begun = now.replace(second=0, microsecond=0) - timedelta(hours=3)
    told = services.Told(
        plan_version=None, hazard="earthquake", level="enterprise", starts_at=begun,
        ends_at=begun + timedelta(minutes=20), place="yard", form="live", people=12, basis="counted",
    )  # fmt: skip
    photo = services.Sheet(Paper(jpeg(), "image/jpeg", ".jpg"), DrillFile.Kind.PHOTO, uuid4())
    recorded = services.record_simple(organisation_a, told, uid=uuid4(), sheets=[photo], by=manager_a, now=now)
    return {"simple_a": recorded.drill, "simple_photo": recorded.drill.files.get()}
