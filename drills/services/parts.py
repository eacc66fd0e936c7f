"""Who has which part: a person with an account, somebody known by name, a group known by number."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils.translation import gettext as _

from drills.models import Drill, MselItem, Participation
from drills.parts_rules import NEEDED, SINGLE, judges_himself
from drills.queries.readiness import roles_missing
from drills.services.role_cards import reissue_card
from people.models import Membership
from records.services import log

State = Drill.State
#: People fall ill and others come: parts change until the drill has ended, its design does not.
OPEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.READY, State.RUNNING, State.PAUSED)
PAST_THE_GATE = (State.READY, State.RUNNING, State.PAUSED)


class PartFault(Exception):
    """This part cannot be given or taken away; the message says why."""


def hold_parts(drill: Drill) -> Drill:
    """The drill as it stands, kept so until the caller's transaction ends: two hands do not name two directors."""
    held = Drill.objects.select_for_update().filter(pk=drill.pk, state__in=OPEN).first()
    if held is None:
        raise PartFault(_("The drill has ended: its parts stand as they are."))
    return held


# ── Giving ───────────────────────────────────────────────────────────────────
@transaction.atomic
def add_part(part: Participation, *, by: Any, now: datetime) -> Participation:
    """The instance carries its drill and its fields. Raises PartFault."""
    hold_parts(part.drill)
    if fault := fault_of(part, part.drill.participations.all()):
        raise PartFault(fault)
    part.save()
    log("drills.part_added", by=by, obj=part, payload=told(part), now=now)
    return part


@transaction.atomic
def add_people(
    drill: Drill, members: Iterable[Membership], role: str, *, team: str = "", site: str = "", by: Any, now: datetime
) -> int:
    """The same part for each; who has this role already keeps it as it is. Raises PartFault, and then nobody got it."""
    there = set(drill.participations.filter(role=role, user__isnull=False).values_list("user", flat=True))
    new = {member.user_id: member for member in members if member.user_id not in there}
    for member in new.values():
        part = Participation(
            drill=drill, user=member.user, organisation=member.organisation, role=role, team=team, site=site
        )
        try:
            add_part(part, by=by, now=now)
        except PartFault as fault:
            raise PartFault(_("%(name)s: %(fault)s") % {"name": part.label, "fault": fault}) from fault
    return len(new)


@transaction.atomic
def change_part(part: Participation, *, by: Any, now: datetime) -> None:
    """Its role, team, post and number. Past the gate the role stays: cards are out. Raises PartFault."""
    drill = hold_parts(part.drill)
    old = Participation.objects.get(pk=part.pk)
    if drill.state in PAST_THE_GATE and old.role != part.role:
        raise PartFault(_("The drill is ready: the role stays. Give another part instead."))
    if fault := fault_of(part, drill.participations.exclude(pk=part.pk)):
        raise PartFault(fault)
    part.save(update_fields=["name", "organisation", "role", "team", "site", "expected"])
    log("drills.part_changed", by=by, obj=part, payload=told(part), now=now)


def fault_of(part: Participation, others: Iterable[Participation]) -> str:
    """Why this part cannot stand beside the others; empty when it can."""
    others = list(others)
    who = who_of(part)
    own = [one for one in others if who is not None and who_of(one) == who]
    if part.role in SINGLE and any(one.role == part.role for one in others):
        return _("There is one already, and there can be only one: take that part away first.")
    if any(one.role == part.role and (part.user_id or one.team == part.team) for one in own):
        return _("Has this part already.")
    if judges_himself((one.role, one.team) for one in (*own, part)):
        return _("Nobody evaluates a team he plays in: name different teams for both parts.")
    return ""


def who_of(part: Participation) -> Hashable | None:
    """The same for all parts of one person; None for a group, which nobody is."""
    if part.is_group:
        return None
    return part.user_id or (part.name, part.organisation_id)


def told(part: Participation) -> dict[str, Any]:
    return {"drill": part.drill_id, "role": part.role, "team": part.team, "expected": part.expected}


# ── Taking away ──────────────────────────────────────────────────────────────
@transaction.atomic
def remove_part(part: Participation, *, by: Any, now: datetime) -> bool:
    """Gone as if never given; or, when the drill's records name it already, its card is worthless from now on (False).
    Past the gate the roles that the gate asked for stay filled. Raises PartFault."""
    drill = hold_parts(part.drill)
    if numbers := only_receiver_of(part):
        raise PartFault(_("Events reach nobody else: %(numbers)s. Hand the part over.") % {"numbers": numbers})
    payload, pk = told(part), part.pk
    try:
        with transaction.atomic():
            part.delete()
    except ProtectedError:
        part.pk = pk
        reissue_card(part, part.epoch, by=by, now=now)
        return False
    if drill.state in PAST_THE_GATE and part.role in NEEDED and roles_missing(drill):
        raise PartFault(_("Without this part the drill would not be ready: hand it over instead."))
    log("drills.part_removed", by=by, obj=drill, payload=payload | {"part": pk}, now=now)
    return True


def only_receiver_of(part: Participation) -> str:
    """The events that would be everybody's without it, by their numbers: nobody named means every player."""
    own = MselItem.objects.filter(receivers=part).values("pk")
    alone = MselItem.objects.filter(pk__in=own).annotate(reached=Count("receivers")).filter(reached=1)
    return "、".join(alone.values_list("number", flat=True))


@transaction.atomic
def hand_over(part: Participation, member: Membership | None, *, name: str = "", by: Any, now: datetime) -> None:
    """Somebody else has it now, with or without (`name`) an account; the card given out before opens nothing any more.
    Not once the drill has begun: what was done stays with who did it. Raises PartFault."""
    drill = hold_parts(part.drill)
    if drill.state in Drill.LIVE or part.events.exists():
        raise PartFault(_("The drill has begun: what was done stays with who did it. Give another part instead."))
    part.user, part.name = (member.user, "") if member else (None, name)
    if member:
        part.organisation = member.organisation
    if fault := fault_of(part, drill.participations.exclude(pk=part.pk)):
        raise PartFault(fault)
    if drill.state in PAST_THE_GATE and part.role == Participation.Role.SAFETY and not part.user:
        raise PartFault(_("The safety officer needs an account to sign with."))
    part.save(update_fields=["user", "name", "organisation"])
    reissue_card(part, part.epoch, by=by, now=now)
    log("drills.part_handed_over", by=by, obj=part, payload=told(part), now=now)
