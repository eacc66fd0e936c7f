"""Who may do what to whom; each `can_x(user, obj)` has its queryset twin beside it, so a list never disagrees with a
detail."""

from typing import Any

from people import rules
from people.models import Membership, Organisation, Role, User
from people.scopes import Scope, active_grants, scope_of, union_of


def has_office(user: Any) -> bool:
    """Holds any role: has work pages beyond the own training."""
    return is_system_admin(user) or bool(active_grants(user))


def is_staff(user: Any) -> bool:
    """Sees more than one organisation: a second factor and short sessions."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or rules.sees_more_than_one_organisation(active_grants(user))


def is_system_admin(user: Any) -> bool:
    return user.is_authenticated and user.has_role(Role.SYSTEM_ADMIN)


def is_learner(user: Any) -> bool:
    return user.is_authenticated and Membership.objects.active().filter(user=user).exists()


# ── Organisations ────────────────────────────────────────────────────────────
def can_view_organisation(user: Any, organisation: Organisation) -> bool:
    return scope_of(user).covers(organisation)


def organisations_viewed_by(user: Any) -> Any:
    return Organisation.objects.visible_to(user)


# ── Members ──────────────────────────────────────────────────────────────────
MANAGING = (Role.ORG_MANAGER, Role.TRAINING_OFFICER, Role.SYSTEM_ADMIN)


def scope_as(user: Any, *roles: str) -> Scope:
    """The scope that comes from these roles alone."""
    if user.is_authenticated and user.is_superuser and user.is_active and Role.SYSTEM_ADMIN in roles:
        return Scope(everything=True)
    return union_of(grant for grant in active_grants(user) if grant.role in roles)


def can_manage_members(user: Any, organisation: Organisation) -> bool:
    return scope_as(user, *MANAGING).covers(organisation)


def organisations_managed_by(user: Any) -> Any:
    return Organisation.objects.filter(scope_as(user, *MANAGING).organisations_q())


def can_import_rosters(user: Any) -> bool:
    """Manages the members of at least one organisation."""
    return can_import_for_all(user) or any(grant.role in MANAGING for grant in active_grants(user))


def can_import_for_all(user: Any) -> bool:
    """May bring rows of any organisation, and new organisations with them."""
    return scope_as(user, *MANAGING).everything


def can_view_member(user: Any, membership: Membership) -> bool:
    return membership.user_id == user.pk or can_view_organisation(user, membership.organisation)


def members_viewed_by(user: Any) -> Any:
    return Membership.objects.visible_to(user)


# ── Sign-in codes ────────────────────────────────────────────────────────────
def can_issue_code(user: Any, membership: Membership) -> bool:
    """A code opens the account, so nobody may issue one for an account that can do more than his own: a person with a
    role, or who also belongs to an organisation that the user does not manage, gets it from the system administrator
    only, and nobody issues one for himself."""
    person = membership.user
    if person.pk == user.pk or not person.is_active or person.is_superuser or not membership.is_active():
        return False
    if is_system_admin(user):
        return True
    if not can_manage_members(user, membership.organisation) or active_grants(person):
        return False
    return not memberships_beyond(user).filter(user=person).exists()


def memberships_beyond(user: Any) -> Any:
    """Who belongs here can be added elsewhere by anybody who knows his number: that must not open his account."""
    return Membership.objects.active().exclude(organisation__in=organisations_managed_by(user))


# ── Identity numbers ─────────────────────────────────────────────────────────
NEED_IDENTITY = (Role.ORG_MANAGER, Role.TRAINING_OFFICER, Role.EXAM_OFFICER)


def can_view_identity(user: Any, person: User) -> bool:
    return people_identified_by(user).filter(pk=person.pk).exists()


def people_identified_by(user: Any) -> Any:
    """Whose identity number the user's work needs: today's members of the organisations he works for."""
    scope = scope_as(user, *NEED_IDENTITY)
    members = Membership.objects.active().filter(scope.organisations_q("organisation__"))
    return User.objects.exclude(identity_hash=None).filter(pk__in=members.values("user_id"))


# ── Roles ────────────────────────────────────────────────────────────────────
def can_manage_roles(user: Any) -> bool:
    return is_system_admin(user)
