"""The entries of people:home that belong to this layer and the ones below; upper apps add theirs."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.permissions import can_import_rosters, can_manage_roles, has_office, is_staff
from people.registry import Group, HomeCard, grouped, home_cards, landings
from people.scopes import active_grants
from ui.registry import MenuItem, house_parts

CARDS = (
    HomeCard(
        _("Organisations"),
        "people:organisation_list",
        has_office,
        "organisation",
        _("Look up organisations and their members, issue sign-in codes"),
        group=Group.UNITS,
    ),
    HomeCard(
        _("Rosters"),
        "people:roster_list",
        can_import_rosters,
        "upload",
        _("Import people from a workbook, print their sign-in slips"),
        group=Group.UNITS,
    ),
    HomeCard(
        _("Roles"),
        "people:role_list",
        can_manage_roles,
        "key",
        _("Who may act for what, give and end roles"),
        group=Group.UNITS,
    ),
    HomeCard(
        _("Background jobs"),
        "records:job_list",
        lambda user: user.has_perm("records.view_job"),
        "job",
        _("What is running, what failed and why"),
        group=Group.SYSTEM,
    ),
    HomeCard(
        _("Audit log"),
        "records:audit_log",
        lambda user: user.has_perm("records.view_auditentry"),
        "log",
        _("Who did what and when, sealed every minute"),
        group=Group.SYSTEM,
    ),
    HomeCard(
        _("Content"),
        "wagtailadmin_home",
        lambda user: user.has_perm("wagtailadmin.access_admin"),
        "edit",
        _("Write and publish the public pages"),
        group=Group.SITE,
    ),
    HomeCard(
        _("Style guide"),
        "ui:styleguide",
        lambda user: user.has_perm("ui.view_styleguide"),
        "image",
        _("Every part of a page in both languages"),
        group=Group.SYSTEM,
    ),
)


def register() -> None:
    register_cards()
    house_parts.add("work_menu", work_menu)
    house_parts.add("work_name", work_name)
    house_parts.add("user_menu", user_menu)


def register_cards() -> None:
    for card in CARDS:
        home_cards.add(card.name, card.url, card.predicate, icon=card.icon, text=card.text, group=card.group)


def work_menu(request: HttpRequest) -> list[MenuItem]:
    """The same entries along the top of every work page; an officer's own learning stands under his name instead."""
    if not request.user.is_authenticated:
        return []
    beside = has_office(request.user)
    shown = (card for card in home_cards if not (card.own and beside) and card.predicate(request.user))
    cards = [item for group, members in grouped(shown) for item in menu_items(group, members, request)]
    if landings.for_user(request.user):  # people:home would only lead to one of them
        return cards
    home = MenuItem(str(_("My work")), reverse("people:home"), request.path == reverse("people:home"), "home")
    return [home, *cards]


def menu_items(group: Group, cards: list[HomeCard], request: HttpRequest) -> list[MenuItem]:
    """A group of several becomes one entry that opens."""
    items = [menu_item(card, request) for card in cards]
    if group == Group.OWN or len(items) == 1:
        return items
    return [MenuItem(str(group.label), "", any(item.current for item in items), items=items)]


def menu_item(card: HomeCard, request: HttpRequest) -> MenuItem:
    url = reverse(card.url)
    label = card.said_to(request.user).label()
    return MenuItem(label, url, request.path.startswith(url), card.icon)


def work_name(request: HttpRequest) -> str:
    """The single organisation that somebody works for; staff work for the county."""
    names = {grant.organisation.name for grant in active_grants(request.user) if grant.organisation}
    return names.pop() if len(names) == 1 and not is_staff(request.user) else ""


def user_menu(request: HttpRequest) -> list[MenuItem]:
    if not request.user.is_authenticated:
        return []
    beside = has_office(request.user)
    own = (card for card in home_cards if card.own and beside and card.predicate(request.user))
    details = MenuItem(str(_("My details")), reverse("people:profile"), icon="user")
    return [*(menu_item(card, request) for card in own), details]
