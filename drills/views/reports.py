"""The two reports of a drill: written, looked at, approved."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from drills.forms.reports import ReportForm
from drills.models import DrillReport
from drills.permissions import can_approve_report, can_write_outcome, drills_told_to, sees_drills
from drills.queries.report_data import collect
from drills.report_blocks import Paper
from drills.report_paper import paper
from drills.report_texts import proposals
from drills.services import reports as services
from drills.services.report_files import LANGUAGE
from drills.views.findings import find_writable
from people.gates import SignedIn, only_for, posted
from records.models import Job
from ui.http import PDF, attachment


def find(request: SignedIn, pk: int) -> DrillReport:
    """Of a drill whose outcome he reads; a draft only who works on it or approves it."""
    rows = DrillReport.objects.filter(drill__in=drills_told_to(request.user))
    seen = get_object_or_404(
        rows.select_related("drill__organisation", "drill__plan_version__plan", "pdf", "docx"), pk=pk
    )
    writes = can_write_outcome(request.user, seen.drill)
    if seen.state == DrillReport.State.DRAFT and not writes and not can_approve_report(request.user, seen):
        raise Http404
    return seen


def find_draft(request: SignedIn, pk: int) -> DrillReport:
    report = find(request, pk)
    if not can_write_outcome(request.user, report.drill):
        raise Http404
    return report


@only_for(sees_drills)
@require_POST
def report_new(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    drill = find_writable(request, pk)
    if kind not in DrillReport.Kind.values:
        raise Http404
    try:
        report = services.begin_report(drill, kind, by=request.user, now=timezone.now())
    except services.NotADraft as error:
        raise Http404 from error
    return redirect("drills:report_edit", report.pk)


@only_for(sees_drills)
def report_edit(request: SignedIn, pk: int) -> HttpResponse:
    now, report = timezone.now(), find_draft(request, pk)
    if report.state != DrillReport.State.DRAFT:
        return redirect("drills:report", pk)
    with override(LANGUAGE):
        proposed = proposals(report.kind, collect(report.drill, at=now))
    form = ReportForm(posted(request), report=report, proposed=proposed)
    if form.is_bound and form.is_valid():
        try:
            services.save_report(report, form.words(), base=form.cleaned_data["base"], by=request.user, now=now)
        except services.NotADraft:
            messages.error(request, _("The report has been made final meanwhile."))
            return redirect("drills:documents", report.drill_id)
        except services.ChangedMeanwhile:
            report.refresh_from_db()
            form.stand_against(report)
        else:
            messages.success(request, _("The draft is saved. Look through it before it is made final."))
            return redirect("drills:report", pk)
    return render(request, "drills/report_edit.html", {"form": form, "report": report, "drill": report.drill})


@only_for(sees_drills)
@require_safe
def report_detail(request: SignedIn, pk: int) -> HttpResponse:
    """As it will be printed, with what is missing; a final one with its files."""
    now, report = timezone.now(), find(request, pk)
    draft = report.state == DrillReport.State.DRAFT
    data = services.content(report, now=now) if draft else report.data
    return render(
        request,
        "drills/report.html",
        {
            "report": report,
            "drill": report.drill,
            "paper": printed(data, report),
            "problems": services.what_is_missing(report) if draft else [],
            "seen": services.seen(data) if draft else "",
            "may_write": draft and can_write_outcome(request.user, report.drill),
            "may_approve": draft and can_approve_report(request.user, report),
            "job": None if draft or report.pdf_id else job_of(report),
        },
    )


def printed(data: dict[str, Any], report: DrillReport) -> Paper:
    with override(LANGUAGE):
        return paper(data, draft=report.state == DrillReport.State.DRAFT, data_hash=report.data_hash)


def job_of(report: DrillReport) -> Job | None:
    return Job.objects.filter(key=services.render_key(report)).first()


@only_for(sees_drills)
@require_safe
def report_preview(request: SignedIn, pk: int) -> HttpResponse:
    """The draft as a PDF, marked as a draft on every page."""
    now, report = timezone.now(), find(request, pk)
    if report.state != DrillReport.State.DRAFT:
        return redirect("drills:report", pk)
    name = f"{report.drill.marked_title}{report.get_kind_display()}-{_('draft')}.pdf"
    return attachment(services.preview_pdf(report, now=now), name, PDF)


@only_for(sees_drills)
@require_POST
def report_freeze(request: SignedIn, pk: int) -> HttpResponse:
    report = find(request, pk)
    if not can_approve_report(request.user, report) and not can_write_outcome(request.user, report.drill):
        raise Http404
    return frozen(request, report, timezone.now())


def frozen(request: SignedIn, report: DrillReport, now: datetime) -> HttpResponse:
    try:
        services.freeze_report(report, seen_hash=request.POST.get("seen", ""), by=request.user, now=now)
    except services.ReportNotReady as fault:
        for problem in fault.problems:
            messages.error(request, problem)
    except services.ChangedMeanwhile:
        messages.error(request, _("Something has changed since you opened this page. Look through it once more."))
    except services.NotADraft:
        messages.info(request, _("The report is final already."))
    else:
        messages.success(request, _("The report is final. Its files are being made."))
    return redirect("drills:report", report.pk)


@only_for(sees_drills)
@require_POST
def report_discard(request: SignedIn, pk: int) -> HttpResponse:
    report = find_draft(request, pk)
    try:
        services.discard_report(report, by=request.user, now=timezone.now())
    except services.NotADraft:
        messages.error(request, _("The report has been made final meanwhile."))
    except services.ReportNotReady as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("The draft is discarded."))
    return redirect("drills:documents", report.drill_id)
