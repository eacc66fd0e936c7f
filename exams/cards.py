"""What exams add to the work menu and to the home page."""

from django.utils.translation import gettext_lazy as _

from exams.permissions import edits_banks, has_candidacy
from people.permissions import has_office, is_learner
from people.registry import Group, home_cards


def register() -> None:
    register_exams()
    register_banks()
    register_certificates()


def register_exams() -> None:
    home_cards.add(
        _("My exams"),
        "exams:my_exams",
        has_candidacy,
        icon="quiz",
        text=_("Sit an exam, and see how it went"),
        own=True,
    )
    home_cards.add(
        _("Exams"),
        "exams:exam_list",
        has_office,
        icon="document",
        text=_("Hold exams, admit candidates, see results"),
        group=Group.TRAINING,
    )


def register_banks() -> None:
    home_cards.add(
        _("Question banks"),
        "exams:bank_list",
        edits_banks,
        icon="case",
        text=_("Bring in questions from Excel, mend them, retire them"),
        group=Group.TRAINING,
    )


def register_certificates() -> None:
    home_cards.add(
        _("My certificates"),
        "exams:my_certificates",
        is_learner,
        icon="certificate",
        text=_("Show, save or send on what you have earned"),
        own=True,
    )
    home_cards.add(
        _("Certificates issued"),
        "exams:certificate_list",
        has_office,
        icon="certificate",
        text=_("Look up, check, revoke"),
        group=Group.TRAINING,
    )
