from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from records import permissions, queries, rules, services
from records.forms import AuditFilter, JobFilter
from records.models import Job, PrivateFile
from records.services.files import read_ticket
from ui.http import file_response

# ── Background jobs ──────────────────────────────────────────────────────────


@login_required
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    form = JobFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    jobs = queries.jobs_to_show(permissions.visible_jobs(request.user), state)
    page = queries.page_by_id(jobs, before(request))
    context = {"page": page, "form": form, "filtered": state, "everybody": request.user.has_perm("records.view_job")}
    return render(request, "records/job_list.html", context)


@login_required
@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = visible_job(request, pk)
    return render(
        request,
        "records/job_detail.html",
        {"job": job, "can_decide": permissions.can_decide_job(request.user, job)},
    )


@login_required
@require_safe
@never_cache
def job_state(request: HttpRequest, pk: int) -> JsonResponse:
    """What the page asks for every two seconds while the job is not over."""
    job = visible_job(request, pk)
    return JsonResponse(
        {
            "state": job.state,
            "label": job.get_state_display(),
            "percent": job.percent,
            "done": job.done,
            "total": job.total,
            "note": job.note,
            "over": job.is_over,
        }
    )


@login_required
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = visible_job(request, pk)
    if not permissions.can_decide_job(request.user, job):
        raise Http404
    if services.retry_job(job, by=request.user, now=timezone.now()):
        messages.success(request, _("The job starts again."))
    else:
        messages.info(request, _("Nothing to start again: the job has not failed."))
    return redirect("records:job_detail", pk)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = visible_job(request, pk)
    if not permissions.can_decide_job(request.user, job):
        raise Http404
    if services.cancel_job(job, by=request.user, now=timezone.now()):
        messages.success(request, _("The job was withdrawn."))
    else:
        messages.info(request, _("Too late to withdraw: the job no longer waits."))
    return redirect("records:job_detail", pk)


def visible_job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(permissions.visible_jobs(request.user).select_related("requested_by"), pk=pk)


def before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


# ── Audit log ────────────────────────────────────────────────────────────────


@login_required
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    if not permissions.can_view_audit(request.user):
        raise Http404
    form = AuditFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    log_viewing(request)
    entries = queries.entries_to_show(
        permissions.visible_entries(request.user),
        action=asked.get("action", ""),
        actor=asked.get("actor"),
        day=asked.get("day"),
    )
    context = {
        "page": queries.page_by_id(entries, before(request)),
        "form": form,
        "filtered": any(asked.values()),
        "actor": person(asked.get("actor")),
    }
    return render(request, "records/audit_log.html", context)


def person(pk: int | None) -> Any:
    return get_user_model()._base_manager.filter(pk=pk).first() if pk else None


def log_viewing(request: HttpRequest) -> None:
    """Once for each session and hour: turning pages would bury what the log is for."""
    now = timezone.now()
    hour = f"{now:%Y-%m-%dT%H}"
    if request.session.get("audit_viewed") != hour:
        services.log("records.audit_viewed", by=request.user, now=now)
        request.session["audit_viewed"] = hour


# ── Private files ────────────────────────────────────────────────────────────


@require_safe
def file(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """A private file for who may read its kind, or for whoever holds a link not older than a minute."""
    now = timezone.now()
    kept = PrivateFile.objects.current(now).filter(pk=pk).first()
    ticket = read_ticket(request.GET.get("t", ""), kept, now) if kept else None
    if ticket is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if kept is None or not (ticket or permissions.can_read_file(request.user, kept)) or not kept.absolute.is_file():
        raise Http404
    if request.method == "GET" and rules.wants_beginning(request.headers.get("Range", "")):
        reader = person(ticket.user) if ticket else request.user
        services.log("records.file_read", by=reader, obj=kept, now=now)
    return send(request, kept)


FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
PDF_POLICY = "frame-ancestors 'self'"  # browsers show no PDF in a sandbox, and it runs nothing in our name


def send(request: HttpRequest, kept: PrivateFile) -> HttpResponseBase:
    save_as = "" if rules.shown_in_page(kept.content_type) else kept.name
    accel = getattr(settings, "ACCEL_PREFIX", "")
    if accel:
        response: HttpResponseBase = HttpResponse(content_type=kept.content_type)
        response.headers["X-Accel-Redirect"] = accel.rstrip("/") + "/" + quote(kept.path)
        response.headers["Content-Disposition"] = content_disposition_header(bool(save_as), kept.name) or "inline"
    else:
        response = file_response(request, kept.absolute, content_type=kept.content_type, download_as=save_as)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = PDF_POLICY if kept.content_type == "application/pdf" else FILE_POLICY
    return response
