from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from people import rules
from people.models import Division, Organisation, RoleGrant, Sector, User
from people.permissions import can_manage_roles
from people.role_permissions import GROUP_OF_ROLE
from records.services import log


class RolesConflict(Exception):
    """The person holds a role that must stay in other hands than this one."""


@transaction.atomic
def grant_role(
    person: User,
    role: str,
    *,
    by: User | None,
    now: datetime,
    reason: str,
    organisation: Organisation | None = None,
    division: Division | None = None,
    sector: Sector | None = None,
    ends_at: datetime | None = None,
) -> RoleGrant:
    """`by` None is the installation itself. Nobody gives a role to himself. A scope that does not fit the role is an
    IntegrityError: forms check it before."""
    check_giver(person, by)
    held = RoleGrant.objects.active(now).filter(user=person).values_list("role", flat=True)
    if not rules.may_combine({role, *held}):
        raise RolesConflict
    grant = RoleGrant.objects.create(
        user=person,
        role=role,
        organisation=organisation,
        division=division,
        sector=sector,
        starts_at=now,
        ends_at=ends_at,
        granted_by=by,
        reason=reason,
    )
    if role in GROUP_OF_ROLE:
        person.groups.add(Group.objects.get_or_create(name=GROUP_OF_ROLE[role])[0])
    person.forget_grants()
    log("people.role_granted", by=by, obj=grant, payload={"role": role, "reason": reason}, now=now)
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: User | None, now: datetime, reason: str) -> bool:
    """Ends it now; a grant that is over already stays as it is (False)."""
    check_giver(grant.user, by)
    ended = RoleGrant.objects.active(now).filter(pk=grant.pk).update(ends_at=now)
    if not ended:
        return False
    grant.ends_at = now
    group = GROUP_OF_ROLE.get(grant.role)
    if group and not RoleGrant.objects.active(now).filter(user=grant.user, role=grant.role).exists():
        grant.user.groups.remove(*Group.objects.filter(name=group))
    grant.user.forget_grants()
    log("people.role_revoked", by=by, obj=grant, payload={"role": grant.role, "reason": reason}, now=now)
    return True


def check_giver(person: User, by: User | None) -> None:
    if by is not None and (person.pk == by.pk or not can_manage_roles(by)):
        raise PermissionDenied


@transaction.atomic
def sign_out_everywhere(person: User, *, by: User, now: datetime) -> None:
    """Every session ends, the present one too unless the caller refreshes it."""
    User.objects.filter(pk=person.pk).update(session_version=F("session_version") + 1)
    person.refresh_from_db(fields=["session_version"])
    log("people.signed_out_everywhere", by=by, obj=person, now=now)


@transaction.atomic
def reset_second_factor(person: User, *, by: User | None, now: datetime) -> None:
    """The phone with the authenticator is lost: its key and the recovery codes go, every session ends."""
    check_giver(person, by)
    Authenticator.objects.filter(user=person).delete()
    User.objects.filter(pk=person.pk).update(session_version=F("session_version") + 1)
    log("people.second_factor_reset", by=by, obj=person, now=now)
