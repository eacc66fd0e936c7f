"""Who has which part in a drill, and who could have one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from drills.models import Drill, Participation
from people.models import Membership, Organisation


def in_order(parts: Iterable[Participation]) -> list[Participation]:
    """As the roles stand in their list, from the director to the support staff; then by team."""
    places = {role: place for place, role in enumerate(Participation.Role.values)}
    return sorted(parts, key=lambda part: (places[part.role], part.team, part.pk))


def held_roles(drill: Drill) -> dict[int, list[str]]:
    """By person, the names of the roles he has already."""
    held: dict[int, list[str]] = {}
    for part in drill.participations.exclude(user=None):
        held.setdefault(part.user_id or 0, []).append(part.get_role_display())
    return held


def units_of(drill: Drill) -> QuerySet[Organisation]:
    """The organiser and who takes part."""
    taking = drill.taking_part.values("organisation")
    return Organisation.objects.filter(Q(pk=drill.organisation_id) | Q(pk__in=taking)).order_by("name", "pk")


def people_of(drill: Drill, user: Any, now: datetime) -> QuerySet[Membership]:
    """Today's members of the units, as far as the user may see them; others take part by name."""
    members = Membership.objects.visible_to(user).active(now).filter(organisation__in=units_of(drill))
    found = members.filter(user__is_active=True).select_related("user", "organisation")
    return found.order_by("organisation__name", "department", "user__full_name", "pk")


def found_by(people: QuerySet[Membership], words: str, unit: Organisation | None) -> QuerySet[Membership]:
    if words:
        named = Q(user__full_name__icontains=words) | Q(department__icontains=words)
        people = people.filter(named | Q(post__icontains=words))
    return people.filter(organisation=unit) if unit else people
