"""What the pages of a simple drill record read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from campaign.permissions import records_activities
from drills.models import Drill, DrillFile, PlanVersion
from drills.permissions import can_manage_drill, organisations_held_by
from drills.simple_rules import lag_days
from duties.vocabulary import Hazard
from people.models import Organisation
from records.models import AuditEntry
from ui.clock import local, local_day
from ui.registry import MenuItem

CORRECTED = "drills.simple_corrected"
AT_ONCE = timedelta(minutes=10)


def organisations_for(user: Any) -> QuerySet[Organisation]:
    """For whom he may write a record; also what has closed since, for a drill that was held before."""
    return organisations_held_by(user).select_related("division").order_by("name", "pk")


def versions_for(user: Any, *, also: int | None = None) -> QuerySet[PlanVersion]:
    """Issued versions of plans in use that he can see (and the one with the key `also`), the newest of a plan first."""
    seen = PlanVersion.objects.visible_to(user).issued().filter(plan__withdrawn_on__isnull=True)
    found = PlanVersion.objects.filter(Q(pk__in=seen.order_by().values("pk")) | Q(pk=also))
    related = found.select_related("plan__organisation__division")
    return related.order_by("plan__organisation__name", "plan__title", "plan", "-number")


def last_record(user: Any, organisations: QuerySet[Organisation]) -> Drill | None:
    """What he wrote last: its place, plan and form are the likeliest of the next one."""
    own = Drill.objects.filter(created_by=user, withdrawn_at__isnull=True, organisation__in=organisations)
    own = own.select_related("organisation__division")
    return own.exclude(entry__in=(Drill.Entry.RUN, Drill.Entry.HISTORY)).order_by("-created_at", "-pk").first()


# ── One record ───────────────────────────────────────────────────────────────
def lag_of(drill: Drill) -> int:
    """Whole days from the drill to the day on which the platform knew of it."""
    if drill.held_on is None or drill.counted_at is None:
        return 0
    return lag_days(drill.held_on, local_day(drill.counted_at))


def minutes_of(drill: Drill) -> int:
    return int((drill.ends_at - drill.starts_at).total_seconds()) // 60


def waited(drill: Drill) -> bool:
    """It was written on a phone some time before the platform had it."""
    return drill.counted_at is not None and drill.counted_at - drill.created_at > AT_ONCE


def ways_from(drill: Drill, user: Any) -> list[MenuItem]:
    """What follows a record that stands, on the pages of the other parts."""
    if drill.withdrawn_at is not None:
        return []
    also = can_manage_drill(user, drill) and records_activities(user)
    return [
        MenuItem(str(_("Problems and corrective actions")), reverse("drills:findings", args=[drill.pk]), icon="check"),
        MenuItem(str(_("Report to the bureau, archive")), reverse("drills:documents", args=[drill.pk]), icon="share"),
        *([MenuItem(also_words(drill), reverse("drills:also_campaign", args=[drill.pk]), icon="add")] if also else []),
    ]


def also_words(drill: Drill) -> str:
    counted = drill.activity_id is not None
    return str(_("Counted for the seven entries, too") if counted else _("Count for the seven entries, too"))


@dataclass(frozen=True)
class Papers:
    photos: Sequence[DrillFile]
    sign_in: Sequence[DrillFile]
    signed: Sequence[DrillFile]
    others: Sequence[DrillFile]

    def __bool__(self) -> bool:
        return bool(self.photos or self.sign_in or self.signed or self.others)


def papers_of(drill: Drill) -> Papers:
    kinds = DrillFile.Kind
    found: dict[str, list[DrillFile]] = {kind: [] for kind in kinds.values}
    for row in drill.files.select_related("file").order_by("added_at", "pk"):
        found[row.kind].append(row)
    others = [row for kind in (kinds.SCHEME, kinds.SCRIPT, kinds.OTHER) for row in found[kind]]
    return Papers(found[kinds.PHOTO], found[kinds.SIGN_IN], found[kinds.SIGNED], others)


# ── What was corrected ───────────────────────────────────────────────────────
@dataclass(frozen=True)
class Line:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Correction:
    at: datetime
    by: Any
    reason: str
    lines: list[Line]


def corrections_of(drill: Drill) -> list[Correction]:
    """The latest first, each with what stood before."""
    entries = AuditEntry.objects.filter(
        object_type=Drill._meta.label_lower, object_id=str(drill.pk), action=CORRECTED
    ).select_related("actor")
    return [correction_of(entry) for entry in entries]


def correction_of(entry: AuditEntry) -> Correction:
    payload = entry.payload or {}  # erased by law: that there was one stays
    lines = [line_of(field, old, new) for field, old, new in payload.get("changes", [])]
    return Correction(entry.at, entry.actor, payload.get("reason", ""), lines)


def line_of(field: str, old: Any, new: Any) -> Line:
    return Line(str(label_of(field)), shown(field, old), shown(field, new))


def label_of(field: str) -> Any:
    beside = {"people": _("Number of people"), "basis": _("How counted"), "starts_at": _("Began")}
    return beside[field] if field in beside else own_label(Drill._meta.get_field(field))


def own_label(field: Any) -> Any:
    return field.verbose_name


def shown(field: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if field in ("starts_at", "ends_at"):
        moment = parse_datetime(value)
        return local(moment).strftime("%Y-%m-%d %H:%M") if moment else str(value)
    choices = {"basis": Drill.Basis, "hazard": Hazard, "level": Drill.Level, "form": Drill.Form}.get(field)
    return str(dict(choices.choices).get(value, value)) if choices else str(value)


def correction_counts(drills: Sequence[int]) -> dict[int, int]:
    """更正次数 by drill, for ledgers; those without a correction are not among them."""
    keys = AuditEntry.objects.filter(
        object_type=Drill._meta.label_lower, object_id__in=[str(pk) for pk in drills], action=CORRECTED
    ).values_list("object_id", flat=True)
    return Counter(int(key) for key in keys)
