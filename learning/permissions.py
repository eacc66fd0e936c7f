"""Who may do what in training; each `can_x(user, obj)` has its queryset twin beside it, so a list never disagrees with
a detail."""

from typing import Any

from django.db.models import Q

from learning.models import Course, Enrolment, Programme
from people.models import Role
from people.permissions import scope_as

MANAGING = (Role.ORG_MANAGER, Role.TRAINING_OFFICER)
LOOKING = (
    *MANAGING,
    Role.EXAM_OFFICER,
    Role.TOWNSHIP_OFFICER,
    Role.SECTOR_SUPERVISOR,
    Role.LEADER,
    Role.AUDITOR,
    Role.INSPECTOR,
)


def sees_training(user: Any) -> bool:
    """Has to do with other people's training."""
    return user.is_authenticated and user.has_role(*LOOKING)


def plans_training(user: Any) -> bool:
    return user.is_authenticated and user.has_role(*MANAGING)


# ── Programmes ───────────────────────────────────────────────────────────────
def can_manage_programme(user: Any, programme: Programme) -> bool:
    """The bureau's own belong to its training officer; a safety officer looks after those of his organisation."""
    scope = scope_as(user, *MANAGING)
    return scope.everything or programme.organisation_id in scope.organisations


def programmes_managed_by(user: Any) -> Any:
    scope = scope_as(user, *MANAGING)
    every = Programme.objects.all()
    return every if scope.everything else every.filter(organisation__in=scope.organisations)


# ── Courses ──────────────────────────────────────────────────────────────────
def can_edit_course(user: Any, course: Course) -> bool:
    """The bureau's courses belong to its training officer; a safety officer writes those of his organisation."""
    scope = scope_as(user, *MANAGING)
    return scope.everything or (course.organisation_id is not None and course.organisation_id in scope.organisations)


def courses_edited_by(user: Any) -> Any:
    scope = scope_as(user, *MANAGING)
    return Course.objects.all() if scope.everything else Course.objects.filter(organisation__in=scope.organisations)


def courses_viewed_by(user: Any) -> Any:
    """What is published, and the own drafts; another's draft is nobody's business."""
    published = Course.objects.visible_to(user).filter(published_at__isnull=False)
    return Course.objects.filter(Q(pk__in=published.values("pk")) | Q(pk__in=courses_edited_by(user).values("pk")))


# ── Tasks ────────────────────────────────────────────────────────────────────
def has_tasks(user: Any) -> bool:
    return user.is_authenticated and tasks_of(user).exists()


def tasks_of(user: Any) -> Any:
    """What he is to do himself; nobody else's."""
    return Enrolment.objects.current().filter(user=user)
