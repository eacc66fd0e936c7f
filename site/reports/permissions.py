"""Who reads figures: whoever holds an office, of what his scope covers."""

from typing import Any

from people.models import Role
from people.permissions import has_office, scope_as

FREEZING = (Role.ORG_MANAGER, Role.TOWNSHIP_OFFICER, Role.SECTOR_SUPERVISOR, Role.DRILL_OFFICER, Role.LEADER)


def sees_figures(user: Any) -> bool:
    return has_office(user)


def freezes_figures(user: Any) -> bool:
    """Makes figures final for his scope; who only inspects leaves none behind."""
    scope = scope_as(user, *FREEZING)
    return scope.everything or bool(scope.organisations or scope.division_paths or scope.sectors)
