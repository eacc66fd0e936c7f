"""Who may write for the public. Below that, Wagtail's own page and collection permissions hold."""

from typing import Any

from people.models import Division, Role
from people.permissions import scope_as
from people.scopes import active_grants
from portal.models import DECIDING, Step, VillageCard
from portal.queries import library_of_articles


def can_write(user: Any) -> bool:
    return user.is_authenticated and (user.is_superuser or user.has_role(Role.EDITOR))


def can_start_article(user: Any) -> bool:
    """A card leads nowhere while there is no library to write into."""
    return can_write(user) and library_of_articles() is not None


# ── Reviews ──────────────────────────────────────────────────────────────────
def steps_of(user: Any) -> list[Step]:
    """The stages of review that the user's roles decide."""
    roles = {grant.role for grant in active_grants(user)}
    return [step for step in Step if roles & set(DECIDING[step])]


def reviews(user: Any) -> bool:
    return bool(steps_of(user))


# ── Village cards ────────────────────────────────────────────────────────────
KEEPING_CARDS = (Role.TOWNSHIP_OFFICER, Role.EDITOR, Role.DRILL_OFFICER)


def keeps_cards(user: Any) -> bool:
    """The township for its villages, the bureau for all."""
    scope = scope_as(user, *KEEPING_CARDS)
    return scope.everything or bool(scope.division_paths)


def villages_kept_by(user: Any) -> Any:
    return Division.objects.filter(scope_as(user, *KEEPING_CARDS).divisions_q(), level=Division.Level.VILLAGE)


def cards_kept_by(user: Any) -> Any:
    return VillageCard.objects.filter(division__in=villages_kept_by(user).values("pk"))
