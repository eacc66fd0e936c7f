"""The three reviews (三审) that stand between an editor and the public, as stages of Wagtail's own workflow."""

from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import Task, TaskState, WorkflowState

from people.models import Role

REASON_LONGEST = 500  # characters


class Step(models.TextChoices):
    """In this order."""

    FIRST = "first", _("First review")
    SECOND = "second", _("Professional review")
    FINAL = "final", _("Final review")


# The professional review takes two of the bureau's desks: who trains the county knows the law and how it is taught, who
# runs its drills knows what has to be done when it happens. A sector supervisor sees one sector only, an exam officer
# its papers.
DECIDING: dict[str, tuple[str, ...]] = {
    Step.FIRST: (Role.EDITOR,),
    Step.SECOND: (Role.TRAINING_OFFICER, Role.DRILL_OFFICER),
    Step.FINAL: (Role.LEADER,),
}


class ReviewLock(WorkflowLock):
    """What is read is what is published: nobody changes it between two reviews."""

    def get_message(self, user: Any) -> str:
        started = self.object.current_workflow_task_state.started_at
        words = gettext(
            "Waits for “%(stage)s” since %(since)s. Nobody changes it meanwhile; who sent it may take it back."
        )
        since = date_format(localtime(started), "Y-m-d H:i")
        return words % {"stage": self.task.get_step_display(), "since": since}


class ReviewStage(Task):
    """One of the three. It is decided on our own pages (/desk/review/): a leader has no desk in Wagtail's admin, and
    there is one door only. So Wagtail is offered no action and no list."""

    step = models.CharField(_("stage"), max_length=10, choices=Step, unique=True)

    admin_form_fields = [*Task.admin_form_fields, "step"]
    lock_class = ReviewLock

    class Meta:
        verbose_name = _("stage of review")
        verbose_name_plural = _("stages of review")

    @classmethod
    def get_description(cls) -> str:
        return str(_("Decided by whoever holds the role of the stage, never twice by one person"))

    @property
    def roles(self) -> tuple[str, ...]:
        return DECIDING[self.step]

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """A text that comes back corrected begins again at the first stage, although Wagtail resumes where it was
        rejected: each of the three has then seen the words that are published."""
        due = workflow_state.get_next_task()
        if due is not None and due.pk != self.pk:
            return due.specific.start(workflow_state, user=user)
        return super().start(workflow_state, user=user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True
