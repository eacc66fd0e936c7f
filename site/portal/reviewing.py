"""What is in review: read from Wagtail's workflow, which holds every round and every decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import cached_property
from wagtail.models import Page, Revision, TaskState, WorkflowState

from portal.models import Piece, Step
from portal.permissions import steps_of
from portal.rules import Bar, bar_to

DONE, NOW, AHEAD = "done", "now", "ahead"


@dataclass(frozen=True)
class Dot:
    label: str
    state: str


@dataclass(frozen=True)
class Standing:
    """One text at one stage, as a list or a page shows it."""

    state: TaskState

    @cached_property
    def step(self) -> Step:
        return Step(self.state.task.reviewstage.step)

    @property
    def title(self) -> str:
        return str(self.state.revision.object_str)

    @property
    def kind(self) -> str:
        return kind_of(self.state.revision)

    @property
    def sent_by(self) -> Any:
        return self.state.revision.user or self.state.workflow_state.requested_by

    @property
    def sent_at(self) -> datetime:
        """Sending a text saves it: the round begins with the text that was sent."""
        moment: datetime = self.state.revision.created_at
        return moment

    @property
    def authors(self) -> set[int | None]:
        return {self.state.workflow_state.requested_by_id, self.state.revision.user_id} - {None}

    @property
    def approvals(self) -> list[TaskState]:
        """Of this round: a text that was changed begins a new one."""
        return [
            one
            for one in self.state.workflow_state.task_states.all()
            if one.status == TaskState.STATUS_APPROVED and one.revision_id == self.state.revision_id
        ]

    def bar_to(self, user: Any) -> Bar | None:
        return bar_to(user.pk, authors=self.authors, deciders=[one.finished_by_id for one in self.approvals])

    @property
    def dots(self) -> list[Dot]:
        steps, at = list(Step), list(Step).index(self.step)
        over = self.state.status == TaskState.STATUS_APPROVED
        states = [DONE] * (at + over) + [NOW] * (not over) + [AHEAD] * len(steps)
        return [Dot(str(step.label), state) for step, state in zip(steps, states, strict=False)]


def kind_of(revision: Revision) -> str:
    model = revision.content_type.model_class()
    return str(model.kind if issubclass(model, Piece) else model._meta.verbose_name)


# ── Who waits for whom ───────────────────────────────────────────────────────
def stage_states() -> QuerySet[TaskState]:
    """States of our stages, with what a line shows and, of their rounds, who decided."""
    told = ("revision__user", "revision__content_type", "workflow_state__requested_by", "task__reviewstage")
    decisions = TaskState.objects.exclude(status=TaskState.STATUS_IN_PROGRESS).order_by("finished_at", "pk")
    decisions = decisions.select_related("finished_by", "task__reviewstage")
    states = TaskState.objects.filter(task__reviewstage__isnull=False).select_related(*told)
    return states.defer("revision__content").prefetch_related(
        Prefetch("workflow_state__task_states", queryset=decisions)
    )


def at_stages_of(user: Any) -> QuerySet[TaskState]:
    """Whatever was or is at a stage that the user's roles decide."""
    return stage_states().filter(task__reviewstage__step__in=steps_of(user))


def at_hand(user: Any) -> list[Standing]:
    """What waits at the user's stages, the longest first; some of it may be barred to him."""
    waiting = at_stages_of(user).filter(in_progress()).order_by("started_at", "pk")
    return [Standing(state) for state in waiting]


def in_progress() -> Q:
    return Q(status=TaskState.STATUS_IN_PROGRESS, workflow_state__status=WorkflowState.STATUS_IN_PROGRESS)


def count_waiting_for(user: Any) -> int:
    """How many he may decide now: the same bars as `Standing.bar_to`, told in one query."""
    steps = steps_of(user)
    if not steps:
        return 0
    own = Q(workflow_state__requested_by=user) | Q(revision__user=user)
    decided = TaskState.objects.filter(
        workflow_state=OuterRef("workflow_state"),
        revision=OuterRef("revision"),
        status=TaskState.STATUS_APPROVED,
        finished_by=user,
    )
    waiting = TaskState.objects.filter(in_progress(), task__reviewstage__step__in=steps)
    return waiting.exclude(own).exclude(Exists(decided)).count()


# ── What an editor's desk shows ──────────────────────────────────────────────
def in_review() -> list[Standing]:
    return [Standing(state) for state in stage_states().filter(in_progress()).order_by("started_at", "pk")]


def returned() -> list[Standing]:
    """Given back, and not sent again yet; the latest first. The reason is the state's comment."""
    states = stage_states().filter(
        status=TaskState.STATUS_REJECTED,
        workflow_state__status=WorkflowState.STATUS_NEEDS_CHANGES,
        workflowstate__isnull=False,  # the one at which it stands, not those of earlier rounds
    )
    return [Standing(state) for state in states.select_related("finished_by").order_by("-finished_at")]


def scheduled() -> QuerySet[Revision]:
    """Approved, and waiting for their hour."""
    waiting = Revision.objects.page_revisions().filter(approved_go_live_at__isnull=False)
    return waiting.select_related("content_type").defer("content").order_by("approved_go_live_at")


def given_back(page: Page) -> TaskState | None:
    """The return that the editor of this page has to answer."""
    at = page.current_workflow_state
    if at is None or at.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return None
    return TaskState.objects.select_related("finished_by", "task__reviewstage").get(pk=at.current_task_state_id)
