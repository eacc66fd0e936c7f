"""The bureau's box of drills, and the receipt."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from drills.exporters.inbox import workbook
from drills.forms.documents import InboxFilter
from drills.models import DrillReport, Submission
from drills.permissions import drills_told_to, receives_drills, sees_drills, submissions_received_by
from drills.queries import submissions as queries
from drills.services import submissions as services
from drills.services.report_files import LANGUAGE
from people.gates import SignedIn, only_for
from people.models import Membership
from records.services import log
from ui.clock import local_day
from ui.forms import ReasonForm
from ui.http import PDF, XLSX, attachment
from ui.pdf import render_pdf

PER_PAGE = 25


def asked(request: SignedIn) -> tuple[InboxFilter, queries.Filter]:
    form = InboxFilter(request.GET, townships=queries.townships())
    return form, form.filter()


@only_for(receives_drills)
def inbox(request: SignedIn) -> HttpResponse:
    form, wanted = asked(request)
    rows = queries.inbox(request.user, wanted)
    return render(
        request,
        "drills/inbox.html",
        {
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "figures": queries.figures(request.user, wanted),
            "form": form,
            "filter": wanted,
            "states": {state: query_of(request, state=state) for state in Submission.State.values},
            "query": query_of(request),
            "today": local_day(timezone.now()),
        },
    )


def query_of(request: SignedIn, **changes: str) -> str:
    """The filter's query string with these changes, from the first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


@only_for(receives_drills)
@require_POST
def inbox_export(request: SignedIn) -> HttpResponse:
    """Exactly what the list shows, in its order."""
    now = timezone.now()
    _form, wanted = asked(request)
    rows = list(queries.inbox(request.user, wanted))
    log("drills.inbox_exported", by=request.user, payload={"rows": len(rows), "state": wanted.state}, now=now)
    return attachment(workbook(rows, now=now), _("Submitted drills") + f"-{local_day(now):%Y%m%d}.xlsx", XLSX)


# ── One submission ───────────────────────────────────────────────────────────
def find(request: SignedIn, pk: int) -> Any:
    rows = queries.with_people(submissions_received_by(request.user))
    related = ("drill__organisation", "drill__division", "drill__plan_version__plan", "sent_by", "decided_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@only_for(receives_drills)
@require_safe
def submission(request: SignedIn, pk: int) -> HttpResponse:
    return shown(request, find(request, pk), return_form())


def return_form(data: Any = None) -> ReasonForm:
    return ReasonForm(data, button=_("Give back"), css_class="btn-quiet")


def shown(request: SignedIn, it: Submission, form: ReasonForm) -> HttpResponse:
    drill = it.drill
    return render(
        request,
        "drills/submission.html",
        {
            "it": it,
            "drill": drill,
            "reports": drill.reports.filter(state=DrillReport.State.FROZEN).select_related("pdf", "docx"),
            "papers": drill.files.select_related("file"),
            "earlier": drill.submissions.exclude(pk=it.pk).select_related("decided_by"),
            "own": it.sent_by_id == request.user.pk,
            "form": form,
        },
    )


@only_for(receives_drills)
@require_POST
def receive(request: SignedIn, pk: int) -> HttpResponse:
    it = find(request, pk)
    try:
        services.receive_submission(it, by=request.user, now=timezone.now())
    except (services.AlreadyDecided, services.OwnSubmission) as fault:
        messages.error(request, words(fault))
    else:
        messages.success(request, _("Received with the number %(number)s.") % {"number": it.receipt})
    return redirect("drills:submission", pk)


@only_for(receives_drills)
@require_POST
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    it, form = find(request, pk), return_form(request.POST)
    if not form.is_valid():
        return shown(request, it, form)
    try:
        services.return_submission(it, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    except (services.AlreadyDecided, services.OwnSubmission) as fault:
        messages.error(request, words(fault))
    else:
        messages.success(request, _("Given back with the reason. It can be submitted again."))
    return redirect("drills:submission", pk)


def words(fault: Exception) -> str:
    if isinstance(fault, services.OwnSubmission):
        return _("You sent it yourself: somebody else takes it in.")
    return _("Somebody has decided on it already.")


@only_for(sees_drills)
@require_safe
def receipt(request: SignedIn, pk: int) -> HttpResponse:
    """The numbered receipt as a PDF, for whoever reads the papers of the drill."""
    rows = queries.with_people(Submission.objects.filter(drill__in=drills_told_to(request.user)).exclude(receipt=""))
    it = get_object_or_404(rows.select_related("drill__organisation", "sent_by", "decided_by"), pk=pk)
    if it.decided_by is None:
        raise Http404
    by = Membership.objects.active(it.decided_at).filter(user=it.decided_by).select_related("organisation").first()
    with override(LANGUAGE):
        pdf = render_pdf("drills/receipt_pdf.html", {"it": it, "drill": it.drill, "received_by": by})
    return attachment(pdf, f"{it.receipt}.pdf", PDF)
