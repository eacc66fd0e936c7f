"""A venue of organisation A, a visit planned to it, and an activity there that its manager recorded and that waits."""

import io
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from campaign.models import Venue
from campaign.services import Told, add_photo, plan_visit, record_activity, sign_in
from campaign.services import lists as services
from campaign.starter import days
from campaign.starter.schemes import load
from people.models import Organisation
from records.spreadsheets import OutSheet, write_workbook
from tests.access.scenery_simple import jpeg
from ui.clock import local_day


def list_of_venues() -> bytes:
    """One row that cannot be taken, so that there is a workbook of bad rows."""
    head = ("场所名称", "场所类别", "乡镇")
    return write_workbook([OutSheet("场所", head, [("北岭集市", "市场", "北岭乡"), ("", "市场", "北岭乡")])])


def campaign_scenery(cast: dict[str, Any], organisation_a: Organisation, now: datetime) -> dict[str, Any]:
    load()
    days.load()
    manager, officer = cast["manager_a"], cast["officer_north"]
    venue = Venue.objects.create(
        name="甲化工厂区", kind="enterprise", division=organisation_a.division, organisation=organisation_a,
        created_at=now - timedelta(days=900),
    )  # fmt: skip
    told = Told(venue=venue, form="lecture", starts_at=now - timedelta(hours=3), persons=30, basis="counted")
    activity = record_activity(told, uid=uuid4(), by=manager, now=now).activity
    photo = add_photo(activity, io.BytesIO(jpeg()), uid=uuid4(), by=manager, now=now)
    signed = record_activity(told, uid=uuid4(), by=manager, now=now).activity
    sign_in(signed, by=cast["learner"], now=now)
    closed = Venue.objects.create(
        name="旧厂区", kind="enterprise", division=organisation_a.division, organisation=organisation_a,
        created_at=now - timedelta(days=900), closed_on=local_day(now) - timedelta(days=100),
    )  # fmt: skip
    return {
        "venue_closed": closed,
        "venue_a": venue,
        "activity_a": activity,
        "activity_photo": photo,
        "activity_signed": signed,
        "visit_a": plan_visit(venue, on=local_day(now) + timedelta(days=5), by=officer, now=now),
        "venue_list": services.keep_list(services.VENUES, list_of_venues(), "a.xlsx", by=officer, now=now),
    }
