"""The papers of one drill: reports, what was brought, what was reported to the bureau, the archive."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drills.forms.documents import PaperForm, SubmitForm
from drills.models import Drill, DrillReport, Submission
from drills.permissions import can_manage_drill, can_read_files, can_write_outcome, sees_drills
from drills.services import archive_files, archives, reports, submissions
from drills.services import documents as services
from drills.views.findings import find_told
from people.gates import SignedIn, only_for, posted


def find_managed(request: SignedIn, pk: int) -> Drill:
    drill = find_told(request, pk)
    if not can_manage_drill(request.user, drill):
        raise Http404
    return drill


@only_for(sees_drills)
def document_list(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_told(request, pk)
    manages, writes = can_manage_drill(request.user, drill), can_write_outcome(request.user, drill)
    files = can_read_files(request.user, drill)
    shelves = reports_of(drill, writes=writes)
    sent = list(drill.submissions.select_related("sent_by", "decided_by"))
    job = archives.last_job(drill)
    packages = list(drill.archives.select_related("file", "made_by"))
    context = {
        "drill": drill,
        "shelves": shelves,
        "sent": sent,
        "papers": list(drill.files.select_related("file", "added_by")) if files else [],
        "packages": packages,
        "job": job if job and not (job.is_over and job.state != "failed") else None,
        "reads_files": files,
        "may_write": writes and reports.can_be_written(drill),
        "may_add": manages and drill.withdrawn_at is None and not drill.is_simple,
        "may_submit": manages and submissions.can_be_submitted(drill) and not is_in(sent),
        "may_file": manages and archive_files.can_be_filed(drill),
        "missing": archive_files.what_is_missing(drill) if manages and archive_files.can_be_filed(drill) else [],
        "form": SubmitForm(),
    }
    return render(request, "drills/documents.html", context | {"first": first_of(drill, context)})


def reports_of(drill: Drill, *, writes: bool) -> list[tuple[str, Any, list[DrillReport]]]:
    """By kind, the newest version first; a draft only for whoever writes."""
    rows = drill.reports.select_related("pdf", "docx", "frozen_by").order_by("-version")
    shown = [row for row in rows if writes or row.state == DrillReport.State.FROZEN]
    return [(kind.value, kind.label, [row for row in shown if row.kind == kind]) for kind in DrillReport.Kind]


def is_in(sent: list[Submission]) -> bool:
    return any(one.state != Submission.State.RETURNED for one in sent)


def first_of(drill: Drill, context: dict[str, Any]) -> str:
    """Which of the buttons is the one to press next."""
    if context["may_file"] and drill.state != Drill.State.ARCHIVED and not context["job"]:
        return "archive"
    written = [row for _kind, _label, rows in context["shelves"] for row in rows]
    if context["may_write"] and not any(row.state == DrillReport.State.FROZEN for row in written):
        return "report"
    return "submit" if context["may_submit"] else ""


@only_for(sees_drills)
def paper_new(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_managed(request, pk)
    if drill.withdrawn_at is not None or drill.is_simple:
        raise Http404
    form = PaperForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            added = services.add_papers(
                drill, data["papers"], kind=data["kind"], caption=data["caption"], by=request.user, now=timezone.now()
            )
        except services.TooMany:
            form.add_error("papers", _("This drill has as many files as it may have."))
        else:
            messages.success(request, _("Papers added: %(n)d.") % {"n": len(added)})
            return redirect("drills:documents", pk)
    return render(request, "drills/document_add.html", {"drill": drill, "form": form})


@only_for(sees_drills)
@require_POST
def submit(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_managed(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The note is too long."))
        return redirect("drills:documents", pk)
    try:
        submissions.submit_drill(drill, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
    except submissions.AlreadySubmitted:
        messages.info(request, _("It has been submitted already."))
    except submissions.CannotSubmit as error:
        raise Http404 from error
    else:
        messages.success(request, _("Submitted. The receipt stands here as soon as the bureau has received it."))
    return redirect("drills:documents", pk)


@only_for(sees_drills)
@require_POST
def archive(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_managed(request, pk)
    try:
        archives.begin_archive(drill, by=request.user, now=timezone.now())
    except archives.NotReady as fault:
        for problem in fault.problems:
            messages.error(request, problem)
    else:
        messages.success(request, _("The package is being made."))
    return redirect("drills:documents", pk)
