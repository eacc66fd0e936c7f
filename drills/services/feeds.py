"""The secret address under which a calendar program fetches somebody's drills."""

import re
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.db.models import F

from drills.models import CalendarFeed
from people.models import User
from records.services import log

LONGEST = 80
TOLD = re.compile(r"(\d{1,18})\.(\d{1,5})")
addresses = signing.Signer(salt="drills.calendar", sep="~")


def feed_token(feed: CalendarFeed) -> str:
    return addresses.sign(f"{feed.user_id}.{feed.epoch}")


def owner_of_token(token: str) -> User | None:
    """None when it is forged, was replaced by a newer one, or its owner may not sign in any more."""
    try:
        told = TOLD.fullmatch(addresses.unsign(token[:LONGEST]))
    except signing.BadSignature:
        return None
    if told is None:
        return None
    feeds = CalendarFeed.objects.filter(user_id=int(told[1]), epoch=int(told[2]), user__is_active=True)
    feed = feeds.select_related("user").first()
    return feed.user if feed else None


@transaction.atomic
def new_feed(user: User, *, now: datetime) -> CalendarFeed:
    """An address; the one there was before shows nothing any more."""
    feed, created = CalendarFeed.objects.get_or_create(user=user, defaults={"made_at": now})
    if not created:
        CalendarFeed.objects.filter(pk=feed.pk).update(epoch=F("epoch") + 1, made_at=now)
        feed.refresh_from_db()
    log("drills.feed_made", by=user, obj=user, now=now)
    return feed
