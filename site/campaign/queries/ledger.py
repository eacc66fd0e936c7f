"""科普活动台账: one line an activity, with what a line tells besides its columns."""

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaign.models import ActivityMaterial, ActivityPhoto, ActivityVersion, Entry
from campaign.queries.lens import Lens
from campaign.queries.schemes import rules_of
from campaign.rules import entry_codes, lag_days
from duties.vocabulary import Hazard
from ui.clock import local_day

WRITTEN_IN = "zh-hans"
KNOWN = frozenset(Hazard.values)


def ledger(lens: Lens) -> QuerySet[ActivityVersion]:
    """The versions that count, with `photos`, in the order of their days."""
    photos = ActivityPhoto.objects.filter(activity=OuterRef("activity"), added_at__lte=lens.known_at).order_by()
    number = Subquery(photos.values("activity").annotate(n=Count("pk")).values("n"))
    entries = Prefetch("scheme__entries", Entry.objects.order_by("order"))
    return (
        lens.versions()
        .annotate(photos=Coalesce(number, 0))
        .select_related("activity", "venue", "scheme", "division", "held_by")
        .prefetch_related("materials", entries)
        .order_by("held_on", "starts_at", "pk")
    )


def title_of(version: ActivityVersion) -> str:
    """Nobody has to think of one; in Chinese, whatever language the page has."""
    with override(WRITTEN_IN):
        hazards = "、".join(str(Hazard(code).label) for code in version.hazards if code in KNOWN)
        form = ActivityVersion.Form(version.form).label  # a display of the field costs ten times as much
        words = {"venue": version.venue.name, "form": form, "about": version.theme_day or hazards}
        told = _("%(venue)s: %(form)s (%(about)s)") if words["about"] else _("%(venue)s: %(form)s")
        return told % words


def entries_of(version: ActivityVersion) -> list[Entry]:
    """In the scheme it was recorded under."""
    entries = list(version.scheme.entries.all())
    codes = entry_codes(rules_of(entries), version.venue.kind, version.households)
    return [entry for entry in entries if entry.code in codes]


def lag_of(version: ActivityVersion) -> int:
    """录入滞后: days from the activity to the day the platform knew of it."""
    return lag_days(version.held_on, local_day(version.activity.received_at))


def corrections_of(version: ActivityVersion) -> int:
    """更正次数 until this version."""
    return version.serial - 1


def materials_of(version: ActivityVersion) -> dict[str, int]:
    return {one.kind: one.count for one in version.materials.all()}


def leaflets(version: ActivityVersion) -> int:
    """发放资料（份）: what people took home to read."""
    given = materials_of(version)
    return given.get(ActivityMaterial.Kind.LEAFLET, 0) + given.get(ActivityMaterial.Kind.BOOKLET, 0)


def hosts(version: Any) -> str:
    return version.held_by.name if version.held_by else ""
