"""What learning adds to the work menu and to the home page."""

from django.utils.translation import gettext_lazy as _

from learning.permissions import has_tasks, sees_training
from people.permissions import has_office
from people.registry import Group, home_cards, landings


def register() -> None:
    home_cards.add(
        _("My tasks"),
        "learning:tasks",
        has_tasks,
        icon="check",
        text=_("What is to be learnt until when, and your certificates"),
        own=True,
        first=True,
    )
    home_cards.add(
        _("Training programmes"),
        "learning:programme_list",
        sees_training,
        icon="calendar",
        text=_("Assign people, see who is late, export the list"),
        group=Group.TRAINING,
    )
    home_cards.add(
        _("Courses"),
        "learning:course_list",
        sees_training,
        icon="document",
        text=_("Lessons of text, video and documents, each with a check question"),
        group=Group.TRAINING,
    )
    landings.add("learning:tasks", lambda user: not has_office(user) and has_tasks(user))
