"""Admission tickets on paper: eight a sheet, each with a code that opens this one exam for this one person."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from exams.models import Candidate, Exam
from exams.services import issue_tickets
from people.models import Membership
from records.models import PrivateFile
from records.services import report_progress, store_private
from ui.clock import local
from ui.pdf import render_pdf

KIND = "exams.tickets"
A_SHEET, A_FILE = 8, 400
KEPT = timedelta(days=7)  # the file lets its reader in as anybody in it
T = TypeVar("T")


def file_prefix(exam: Exam) -> str:
    return f"{exam.pk}-"


def to_print(exam: Exam, *, only_new: bool) -> list[Candidate]:
    """In the order in which the sheets are given out: by organisation and name."""
    candidates = exam.candidates.filter(withdrawn_at=None, user__is_active=True)
    if only_new:
        candidates = candidates.filter(ticket_hash=None)
    whole = candidates.select_related("exam", "user", "organisation")
    return list(whole.order_by("organisation__name", "user__full_name", "pk"))


def print_tickets(exam: Exam, *, only_new: bool, by: Any, now: datetime) -> list[PrivateFile]:
    """One PDF for every four hundred people. Codes can be read only now: a second printing replaces the first."""
    people, files, done = to_print(exam, only_new=only_new), [], 0
    for part, some in enumerate(pieces(people, A_FILE), start=1):
        tokens = issue_tickets(some, by=by, now=now)
        body = render_pdf(
            "exams/tickets_pdf.html", {"exam": exam, "sheets": list(pieces(slips(some, tokens), A_SHEET))}
        )
        files.append(store_private(KIND, name_of(exam, part, now), body, by=by, expires_at=now + KEPT))
        done += len(some)
        report_progress(done, len(people), "")
    return files


def pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def slips(candidates: Sequence[Candidate], tokens: dict[int, str]) -> list[dict[str, Any]]:
    """Two people of one name are told apart by department and employee number."""
    people = Membership.objects.filter(user__in=[one.user_id for one in candidates], ends_on=None)
    posts = {
        (user, organisation): " ".join(part for part in (department, number) if part)
        for user, organisation, department, number in people.values_list(
            "user", "organisation", "department", "employee_number"
        )
    }
    with override(settings.LANGUAGE_CODE):
        return [
            {
                "candidate": one,
                "post": posts.get((one.user_id, one.organisation_id), ""),
                "link": settings.PUBLIC_URL + reverse("exams:ticket", args=[tokens[one.pk]]),
            }
            for one in candidates
        ]


def name_of(exam: Exam, part: int, now: datetime) -> str:
    with override(settings.LANGUAGE_CODE):
        return f"{file_prefix(exam)}{_('tickets')}-{local(now):%Y%m%d-%H%M}-{part}.pdf"
