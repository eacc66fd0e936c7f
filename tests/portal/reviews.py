"""A text on its way through the three reviews."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, TaskState

from people.role_permissions import EDITORS
from portal.models import ArticlePage, LibraryPage, Piece, Step
from portal.services import reviews

AnyPiece = TypeVar("AnyPiece", bound=Piece)


def join_editors(*people: Any) -> None:
    for one in people:
        one.groups.add(Group.objects.get(name=EDITORS))


def make_draft(library: LibraryPage, title: str, *paragraphs: str, by: Any, **fields: Any) -> ArticlePage:
    body = [("paragraph", f"<p>{text}</p>") for text in paragraphs]
    slug = f"draft{Page.objects.count()}"
    page = library.add_child(
        instance=ArticlePage(title=title, body=body, summary=title, slug=slug, live=False, owner=by, **fields)
    )
    page.save_revision(user=by)
    return page


def send(page: ArticlePage, *, by: Any) -> TaskState:
    """As the button does: saved, and handed to the workflow."""
    page.save_revision(user=by)
    at = page.current_workflow_state
    if at is not None:
        at.resume(user=by)
    else:
        page.get_workflow().start(page, by)
    return waiting(page)


def waiting(page: Piece) -> TaskState:
    return TaskState.objects.get(workflow_state__object_id=str(page.pk), status=TaskState.STATUS_IN_PROGRESS)


def pass_on(page: AnyPiece, *people: Any) -> AnyPiece:
    """Each of them approves, one stage after the other."""
    for one in people:
        reviews.approve(waiting(page).pk, by=one, now=timezone.now())
    page.refresh_from_db()
    return page


def at_each_stage(library: LibraryPage, writer: Any, first: Any, second: Any) -> Iterator[tuple[Step, TaskState]]:
    """Three texts of the writer, one waiting at each stage."""
    for step, done in ((Step.FIRST, ()), (Step.SECOND, (first,)), (Step.FINAL, (first, second))):
        page = make_draft(library, f"用气安全 {step}", "关阀门。", by=writer)
        send(page, by=writer)
        pass_on(page, *done)
        yield step, waiting(page)
