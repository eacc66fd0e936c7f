from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.http import HttpRequest

from people import rules
from people.models import Membership, Organisation, User
from people.role_permissions import GROUP_OF_ROLE, ROLE_PERMISSIONS, STAFF_PERMISSIONS
from people.scopes import active_grants

MAX_CANDIDATES = 5


class IdentifierBackend(BaseBackend):
    """By phone, e-mail, or employee number with the organisation. None of them is unique, so each candidate's password
    is tried and exactly one may fit."""

    def authenticate(  # type: ignore[override]  # Django hands credentials over by name
        self,
        request: HttpRequest | None,
        login: str | None = None,
        password: str | None = None,
        organisation: str = "",
    ) -> User | None:
        if not login or not password:
            return None
        candidates = find_candidates(login, organisation)
        fitting = [user for user in candidates if user.check_password(password)]
        if not candidates:
            User().set_password(password)  # an unknown account costs as much time as a known one
        return fitting[0] if len(fitting) == 1 else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def find_candidates(login: str, organisation: str) -> list[User]:
    """At most five active people whom this identifier may mean."""
    means = Q(pk__in=[])
    if rules.is_mobile(login):
        means |= Q(phone=rules.normal_phone(login))
    if "@" in login:
        means |= Q(email=login.strip().lower())
    if organisation.strip():
        means |= Q(pk__in=holders_of(rules.plain(login), organisation).values("user_id"))
    return list(User.objects.filter(means, is_active=True).order_by("pk")[:MAX_CANDIDATES])


def holders_of(employee_number: str, organisation: str) -> Any:
    named = Q(name=" ".join(organisation.split())) | Q(credit_code=rules.normal_code(organisation))
    return Membership.objects.active().filter(
        employee_number=employee_number, organisation__in=Organisation.objects.filter(named)
    )


class RoleBackend(BaseBackend):
    """Permissions follow the role grants in force; Django groups count only beside the grant they belong to."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return set()
        grants = active_grants(user_obj)
        roles = {grant.role for grant in grants}
        granted = set(STAFF_PERMISSIONS) if rules.sees_more_than_one_organisation(grants) else set()
        for role in roles:
            granted |= ROLE_PERMISSIONS.get(role, set())
        return granted | self.group_permissions(user_obj, roles)

    def group_permissions(self, user_obj: Any, roles: set[str]) -> set[str]:
        groups = {GROUP_OF_ROLE[role] for role in roles if role in GROUP_OF_ROLE}
        if not groups:
            return set()
        if not hasattr(user_obj, "_group_permissions"):
            rows = Permission.objects.filter(group__user=user_obj, group__name__in=groups)
            user_obj._group_permissions = {
                f"{app}.{name}" for app, name in rows.values_list("content_type__app_label", "codename").order_by()
            }
        return user_obj._group_permissions

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))
