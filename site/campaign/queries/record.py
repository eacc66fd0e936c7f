"""What the page of an activity's record offers first: where, in what form and about what its user recorded before."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from campaign.models import Activity, ActivityVersion, Venue
from campaign.permissions import divisions_kept_by, venues_recorded_at_by
from duties.vocabulary import Hazard
from people.models import Division, Organisation

RECENT = 4  # venues that stand ready to be tapped
LOOKED_AT = 40  # of his records: what he did a year ago is no help


def venues_for(user: Any, day: date) -> QuerySet[Venue]:
    """Where he may record, open on the day."""
    found: QuerySet[Venue] = venues_recorded_at_by(user).registered(day)
    return found.select_related("division").order_by("name", "pk")


def own_versions(user: Any) -> QuerySet[ActivityVersion]:
    """What he said last in each of his records that stand."""
    standing = Activity.objects.filter(created_by=user).exclude(state=Activity.State.WITHDRAWN)
    return ActivityVersion.objects.filter(pk__in=standing.values("current")).order_by("-recorded_at", "-pk")


def last_version(user: Any) -> ActivityVersion | None:
    return own_versions(user).first()


def recent_venues(user: Any) -> list[int]:
    """Keys, the last used first."""
    used = own_versions(user).order_by().values("venue").annotate(last=Max("recorded_at")).order_by("-last")
    return list(used.values_list("venue", flat=True)[:RECENT])


def hazards_by_use(user: Any) -> list[str]:
    """All of them, those he told of most often first."""
    told = own_versions(user).values_list("hazards", flat=True)[:LOOKED_AT]
    often = Counter(code for codes in told for code in codes)
    return sorted(Hazard.values, key=lambda code: (-often[code], Hazard.values.index(code)))


def divisions_for(user: Any) -> QuerySet[Division]:
    """In which he may name a place that is not registered yet: those he keeps the list of venues of."""
    kept: QuerySet[Division] = divisions_kept_by(user)
    return kept.exclude(level=Division.Level.GRID).order_by("path")


def hosts_for(user: Any, day: date) -> QuerySet[Organisation]:
    """主办: his own employers, and the offices and committees that he sees."""
    own = Q(pk__in=user.memberships.active(day).values("organisation"))
    kinds = Organisation.Kind
    public = (kinds.OFFICE, kinds.VILLAGE_COMMITTEE, kinds.COMMUNITY_COMMITTEE)
    seen = Organisation.objects.visible_to(user).filter(kind__in=public).order_by().values("pk")
    return Organisation.objects.filter(own | Q(pk__in=seen)).order_by("name", "pk")
