"""What upper apps hand in from their `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people.role_permissions import ROLE_PERMISSIONS


class Group(TextChoices):
    """What belongs together in the menu and on the home page, in this order; what is about oneself comes first."""

    OWN = "", _("For yourself")
    TRAINING = "training", _("Training and exams")
    DRILLS = "drills", _("Drills and plans")
    CAMPAIGN = "campaign", _("Safety education")
    FIGURES = "figures", _("Ledgers and reports")
    UNITS = "units", _("Units and people")
    SITE = "site", _("Public site")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class HomeCard:
    name: Any  # lazy text, or a callable of the user that gives it
    url: str  # a URL name to reverse
    predicate: Callable[[Any], bool]
    icon: str
    text: Any
    own: bool = False  # about oneself, not about the people one works for
    group: Group = Group.OWN

    def label(self) -> str:
        return str(self.name)

    def said_to(self, user: Any) -> "HomeCard":
        """The card with the name that this user reads."""
        return replace(self, name=self.name(user)) if callable(self.name) else self


class HomeCards:
    """What a person can do here, in the order handed in."""

    def __init__(self) -> None:
        self._cards: list[HomeCard] = []

    def add(
        self,
        name: Any,
        url: str,
        predicate: Callable[[Any], bool],
        *,
        icon: str = "forward",
        text: Any = "",
        own: bool = False,
        group: Group = Group.OWN,
        first: bool = False,
    ) -> None:
        """`first` stands before what the others have handed in."""
        self._cards.insert(0 if first else len(self._cards), HomeCard(name, url, predicate, icon, text, own, group))

    def for_user(self, user: Any) -> list[HomeCard]:
        return [card.said_to(user) for card in self if card.predicate(user)]

    def __iter__(self) -> Iterator[HomeCard]:
        return iter(self._cards)


def grouped(cards: Iterable[HomeCard]) -> list[tuple[Group, list[HomeCard]]]:
    """The groups that have a card, each with its cards in the order handed in."""
    order = list(Group)
    ranked = sorted(cards, key=lambda card: order.index(card.group))
    return [(group, list(members)) for group, members in groupby(ranked, key=lambda card: card.group)]


class Landings:
    """The page that stands in the place of people:home for some: where their own work is."""

    def __init__(self) -> None:
        self._pages: list[tuple[str, Callable[[Any], bool]]] = []

    def add(self, url: str, predicate: Callable[[Any], bool]) -> None:
        self._pages.append((url, predicate))

    def for_user(self, user: Any) -> str:
        """The name of the first that fits; empty where people:home does."""
        return next((url for url, predicate in self._pages if predicate(user)), "")


class RolePermissions:
    """Django permissions that a role carries while its grant is in force."""

    def add(self, role: str, *permissions: str) -> None:
        ROLE_PERMISSIONS.setdefault(role, set()).update(permissions)


home_cards = HomeCards()
landings = Landings()
role_permissions = RolePermissions()
