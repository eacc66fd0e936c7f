"""Reads worth a name."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from people import rules
from people.models import Division, Membership, Organisation, RoleGrant, User
from people.models.periods import on_day
from people.services.identity import read_identity


def organisation_rows(
    user: Any, *, q: str = "", division: Division | None = None, sector: Any = None, kind: str = "", at: datetime
) -> QuerySet[Organisation]:
    """The organisations in scope that fit the filter, each with its number of members today."""
    rows = Organisation.objects.visible_to(user, at).select_related("division", "sector")
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(credit_code=rules.normal_code(q)))
    if division:
        rows = rows.within(division)
    if sector:
        rows = rows.filter(sector=sector)
    if kind:
        rows = rows.filter(kind=kind)
    today = Q(memberships__pk__isnull=False) & on_day(at, start="memberships__starts_on", end="memberships__ends_on")
    return rows.annotate(members_today=Count("memberships", filter=today, distinct=True)).order_by("name", "pk")


def member_rows(user: Any, organisation: Organisation, *, q: str = "", at: datetime) -> QuerySet[Membership]:
    """Today's members of one organisation; `q` is a name, number, department or post, or the last four digits."""
    rows = Membership.objects.visible_to(user, at).active(at).filter(organisation=organisation).select_related("user")
    if q:
        words = Q(user__full_name__icontains=q) | Q(employee_number=rules.plain(q)) | Q(department__icontains=q)
        found = words | Q(post__icontains=q) | Q(user__identity_tail=rules.normal_code(q))
        rows = rows.filter(found | Q(user__phone=rules.normal_phone(q)) if rules.is_mobile(q) else found)
    return rows.order_by("department", "user__full_name", "pk")


def masked_identity(person: User) -> str:
    return rules.mask_identity(read_identity(person)) if person.identity_encrypted else ""


def find_people(identifier: str) -> list[User]:
    """Whom a phone, an e-mail address or an account name means; at most six, so that a caller can say 'too many'."""
    typed = identifier.strip()
    means = Q(username=typed.lower()) | Q(email=typed.lower(), email__gt="")
    if rules.is_mobile(typed):
        means |= Q(phone=rules.normal_phone(typed))
    return list(User.objects.filter(means, is_active=True).order_by("pk")[:6])


def grants_in_force(at: datetime) -> QuerySet[RoleGrant]:
    return (
        RoleGrant.objects.active(at)
        .select_related("user", "division", "organisation", "sector", "granted_by")
        .order_by("role", "user__full_name", "pk")
    )
