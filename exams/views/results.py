"""The results of an exam: filtered in the address, people looked up by POST, exported exactly as shown."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.forms.exams import ResultFilter
from exams.models import Candidate, Exam
from exams.permissions import can_manage_exam
from exams.queries import results
from exams.views.exams import seen
from people import rules
from people.gates import SignedIn, only_for, posted
from people.models import Organisation
from people.permissions import has_office
from records.services import log
from records.spreadsheets import OutSheet, write_workbook
from ui.clock import local
from ui.forms import LookUpForm
from ui.http import XLSX, attachment

PER_PAGE = 50


@only_for(has_office)
def exam_results(request: SignedIn, pk: int) -> HttpResponse:
    """A search for a person arrives by POST, so that no name enters an address."""
    now = timezone.now()
    exam = seen(request, pk)
    search = LookUpForm(posted(request))
    q = search.words()
    form = result_filter(request, exam)
    rows = shown(request, exam, form.filters(), q, now)
    tally = results.tallies(exam, request.user, now)
    page = Paginator(rows, PER_PAGE).get_page(1 if q else request.GET.get("page"))
    return render(
        request,
        "exams/exam_results.html",
        {
            "exam": exam,
            "form": form,
            "search": search,
            "q": q,
            "page": page,
            "filtered": any(form.filters().values()),
            "tally": [(value, label, tally[value]) for value, label in results.State.choices],
            "labels": dict(results.State.choices),
            "people": sum(tally.values()),
            "may_manage": can_manage_exam(request.user, exam),
            "at": now,
        },
    )


def result_filter(request: SignedIn, exam: Exam) -> ResultFilter:
    """Only organisations that have candidates here, among those that the user sees."""
    theirs = Candidate.objects.visible_to(request.user).filter(exam=exam).order_by()
    organisations = Organisation.objects.filter(pk__in=theirs.values("organisation"))
    return ResultFilter(request.GET, states=results.State.choices, organisations=organisations)


def shown(request: SignedIn, exam: Exam, filters: dict[str, Any], q: str, now: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = results.results(exam, request.user, now)
    if filters["state"]:
        rows = rows.filter(outcome=filters["state"])
    if filters["organisation"]:
        rows = rows.filter(organisation=filters["organisation"])
    if q:
        found = Q(user__full_name__icontains=q) | Q(user__identity_tail=rules.normal_code(q))
        number = Q(user__memberships__employee_number=rules.plain(q), user__memberships__ends_on=None)
        department = Q(user__memberships__department__icontains=q, user__memberships__ends_on=None)
        if rules.is_mobile(q):
            found |= Q(user__phone=rules.normal_phone(q))
        rows = rows.filter(pk__in=Candidate.objects.filter(Q(exam=exam) & (found | number | department)).values("pk"))
    return rows.order_by("organisation__name", "user__full_name", "pk")


@only_for(has_office)
@require_POST
def exam_results_export(request: SignedIn, pk: int) -> HttpResponse:
    """The rows that the page shows, all its pages: the filter in the address, the search in the body."""
    now = timezone.now()
    exam = seen(request, pk)
    search = LookUpForm(request.POST)
    q = search.words()
    rows = shown(request, exam, result_filter(request, exam).filters(), q, now)
    body = write_workbook([sheet(exam, rows, now)])
    log("exams.results_exported", by=request.user, obj=exam, payload={"rows": rows.count()}, now=now)
    name = f"{exam.title}-{_('results')}-{local(now):%Y%m%d-%H%M}.xlsx"
    return attachment(body, name, XLSX)


def sheet(exam: Exam, rows: QuerySet[Any], now: Any) -> OutSheet:
    labels = {value: str(label) for value, label in results.State.choices}
    lines = (
        [
            row.user.full_name,
            str(row.organisation),
            row.user.identity_tail,
            labels[row.outcome],
            row.best_points,
            row.best_total,
            row.used,
            exam.attempts + row.extra_attempts,
        ]
        for row in rows.iterator(chunk_size=2000)
    )
    return OutSheet(
        name=_("Results"),
        head=[
            _("Full name"),
            _("Organisation"),
            _("Identity number, last four"),
            _("State"),
            _("Points"),
            _("Of"),
            _("Attempts used"),
            _("Attempts allowed"),
        ],
        rows=lines,
        widths=[12, 28, 14, 18, 8, 8, 10, 10],
        title=exam.title,
        notes=[_("As of %(moment)s") % {"moment": f"{local(now):%Y-%m-%d %H:%M}"}],
    )
