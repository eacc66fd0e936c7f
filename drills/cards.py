"""What drills add to the work menu and to the home page."""

from django.utils.translation import gettext_lazy as _

from drills.permissions import has_part, holds_drills, keeps_forms, receives_drills, sees_actions, sees_plans
from people.permissions import has_office
from people.registry import Group, home_cards


def register() -> None:
    register_drills()
    register_simple()
    register_plans()
    register_evaluation()
    register_outcome()


def register_drills() -> None:
    home_cards.add(
        _("My drills"),
        "drills:my_drills",
        has_part,
        icon="shield",
        text=_("When and where, in which team, and your part"),
        own=True,
    )
    home_cards.add(
        _("Drills"),
        "drills:drill_list",
        has_office,
        icon="shield",
        text=_("Plan drills, run them, evaluate them, put right what they showed"),
        group=Group.DRILLS,
    )


def register_simple() -> None:
    home_cards.add(
        _("Record a drill"),
        "drills:simple_new",
        holds_drills,
        icon="edit",
        text=_("A short record in two minutes, also without a network"),
        group=Group.DRILLS,
    )


def register_plans() -> None:
    home_cards.add(
        _("Emergency plans"),
        "drills:plan_list",
        sees_plans,
        icon="case",
        text=_("The ledger of plans: versions, filings, evaluations, proposals to revise"),
        group=Group.DRILLS,
    )


def register_evaluation() -> None:
    home_cards.add(
        _("Evaluation forms"),
        "drills:template_list",
        keeps_forms,
        icon="document",
        text=_("What drills are evaluated by: items, weights, what is not verified yet"),
        group=Group.DRILLS,
    )


def register_outcome() -> None:
    home_cards.add(
        _("Corrective actions"),
        "drills:actions",
        sees_actions,
        icon="check",
        text=_("What drills have shown to be put right, by whom and until when"),
        group=Group.DRILLS,
    )
    home_cards.add(
        _("Inbox of drills"),
        "drills:inbox",
        receives_drills,
        icon="certificate",
        text=_("Results that units submit: take them in with a receipt, or give them back"),
        group=Group.DRILLS,
    )
