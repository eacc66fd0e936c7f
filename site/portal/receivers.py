"""What follows from publishing: the search table keeps step with the pages, and the other language gets a stand-in.
And who sent a text to review or took it back, for the audit log."""

from typing import Any

from django.conf import settings
from django.db.models.signals import pre_delete
from wagtail.models import Locale, Page, TaskState, WorkflowState
from wagtail.signals import (
    init_new_page,
    page_published,
    page_slug_changed,
    page_unpublished,
    task_submitted,
    workflow_cancelled,
)

from duties.vocabulary import Hazard
from portal import fulltext, search
from portal.models import ArticlePage, CasePage, GuidePage, HazardTag, Piece, PosterPage, ReviewStage, Step
from records.services import log

THREE_STEPS = 3  # the fewest a poster has, and what stands ready to be filled in


def connect() -> None:
    page_published.connect(published, dispatch_uid="portal.published")
    page_unpublished.connect(withdrawn, dispatch_uid="portal.withdrawn")
    page_slug_changed.connect(slug_changed, dispatch_uid="portal.slug_changed")
    init_new_page.connect(prepare_draft, dispatch_uid="portal.init_new_page")
    task_submitted.connect(sent_to_review, dispatch_uid="portal.sent_to_review")
    workflow_cancelled.connect(taken_back, dispatch_uid="portal.taken_back")
    for model in Piece.__subclasses__():
        pre_delete.connect(take_stand_ins_along, sender=model, dispatch_uid=f"portal.delete.{model.__name__}")


def published(instance: Page, **kwargs: Any) -> None:
    if not instance.live:  # approved, and waiting for its hour
        return
    search.index_page(instance)
    if isinstance(instance, Piece) and instance.alias_of_id is None:
        stand_in(instance)


def stand_in(piece: Piece) -> None:
    """A piece that the other languages lack is shown there as it is; later changes follow by themselves.

    Where the section above it has no translation yet, it waits: the starter content makes the sections."""
    for locale in Locale.objects.exclude(pk=piece.locale_id).filter(language_code__in=dict(settings.LANGUAGES)):
        section = piece.get_parent().get_translation_or_none(locale)
        if section and not piece.has_translation(locale):
            search.index_page(piece.copy_for_translation(locale, alias=True))


def take_stand_ins_along(instance: Piece, **kwargs: Any) -> None:
    """Wagtail would leave them standing as pages of their own, in a language they are not written in."""
    for alias in instance.aliases.all():
        alias.delete()


def slug_changed(instance: Page, **kwargs: Any) -> None:
    search.index_page(instance)


def prepare_draft(page: Page, **kwargs: Any) -> None:
    """A new article opens with what nearly every one has; what is left empty goes away when it is saved."""
    if isinstance(page, ArticlePage | CasePage | GuidePage):
        blocks = page.body.stream_block.child_blocks
        page.body = [(name, blocks[name].get_default()) for name in ("paragraph", "steps", "quiz")]
    if isinstance(page, PosterPage):
        page.steps = [("step", {"action": "", "note": ""})] * THREE_STEPS


def withdrawn(instance: Page, **kwargs: Any) -> None:
    search.forget_page(instance)


def sent_to_review(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    stage = instance.task.specific
    if isinstance(stage, ReviewStage) and stage.step == Step.FIRST:
        page = Page.objects.get(pk=instance.revision.object_id)
        log("portal.review_sent", by=user, obj=page, payload={"revision": instance.revision_id})


def taken_back(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.object_id).first()
    if page is not None and instance.workflow.workflow_tasks.filter(task__reviewstage__isnull=False).exists():
        log("portal.review_taken_back", by=user, obj=page)


def prepare_tables(**kwargs: Any) -> None:
    fulltext.ensure_index()
    HazardTag.objects.bulk_create([HazardTag(code=code) for code in Hazard.values], ignore_conflicts=True)
