"""Whom a user may see: the sum of his active role grants, told once and used by every queryset."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from people.models import Organisation, RoleGrant, User


@dataclass(frozen=True)
class Scope:
    """Nothing, everything, or the union of subtrees of divisions, organisations and sectors."""

    everything: bool = False
    division_paths: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    sectors: frozenset[int] = frozenset()

    def organisations_q(self, prefix: str = "") -> Q:
        """What an organisation must be to lie in this scope; `prefix` leads from the filtered model to it."""
        if self.everything:
            return Q()
        inside = Q(**{f"{prefix}pk__in": self.organisations}) | Q(**{f"{prefix}sector__in": self.sectors})
        return inside | self.divisions_q(f"{prefix}division__")

    def covers(self, organisation: "Organisation") -> bool:
        """The same as `organisations_q` for one organisation at hand."""
        if self.everything or organisation.pk in self.organisations or organisation.sector_id in self.sectors:
            return True
        return any(organisation.division.path.startswith(path) for path in self.division_paths)

    def divisions_q(self, prefix: str = "") -> Q:
        if self.everything:
            return Q()
        inside = Q(**{f"{prefix}pk__in": []})
        for path in sorted(self.division_paths):
            inside |= Q(**{f"{prefix}path__startswith": path})
        return inside


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def active_grants(user: Any, at: datetime | None = None) -> list["RoleGrant"]:
    """The grants in force, read once per user object as Django does with permissions: fetch the user anew to see a
    change that somebody else made."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    at = at or timezone.now()
    return [grant for grant in user.known_grants if grant.is_active(at)]


def scope_of(user: "User | Any", at: datetime | None = None) -> Scope:
    if getattr(user, "is_superuser", False) and user.is_active:
        return EVERYTHING
    return union_of(active_grants(user, at))


def union_of(grants: Iterable["RoleGrant"]) -> Scope:
    grants = list(grants)
    if any(grant.covers_everything for grant in grants):
        return EVERYTHING
    return Scope(
        division_paths=frozenset(grant.division.path for grant in grants if grant.division is not None),
        organisations=frozenset(grant.organisation_id for grant in grants if grant.organisation_id is not None),
        sectors=frozenset(grant.sector_id for grant in grants if grant.sector_id is not None),
    )
