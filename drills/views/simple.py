"""The pages of a simple drill record: write, read, print, correct, withdraw, add the signed sheet."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from drills.forms.simple import CorrectForm, SimpleForm, UploadForm
from drills.models import Drill, DrillFile
from drills.permissions import (
    can_manage_drill,
    can_read_files,
    can_read_outcome,
    can_read_paper,
    drills_managed_by,
    holds_drills,
    sees_drills,
)
from drills.queries import simple as queries
from drills.services import simple as services
from drills.simple_papers import small
from drills.simple_sheet import sheet
from people.gates import SignedIn, only_for, posted
from records.services import open_private
from ui.forms import ReasonForm
from ui.http import PDF, attachment

JPEG = "image/jpeg"


def find(request: SignedIn, pk: int) -> Drill:
    seen = Drill.objects.visible_to(request.user).exclude(entry=Drill.Entry.RUN)
    related = ("organisation__division", "division", "plan_version__plan", "created_by")
    return get_object_or_404(seen.select_related(*related), pk=pk)


def find_managed(request: SignedIn, pk: int) -> Drill:
    """Of the organisations he writes records for; others' do not exist for whoever wants to change them."""
    mine = drills_managed_by(request.user).exclude(entry=Drill.Entry.RUN)
    return get_object_or_404(mine.select_related("organisation__division", "plan_version__plan"), pk=pk)


# ── Write ────────────────────────────────────────────────────────────────────
@only_for(holds_drills)
@ensure_csrf_cookie
def simple_new(request: SignedIn) -> HttpResponse:
    """One page for the phone. Its script keeps what is written on the phone first (drills/static/drills/simple.js);
    without scripts it is a form like any other."""
    form = SimpleForm(posted(request), request.FILES or None, user=request.user, now=timezone.now())
    if form.is_bound and form.is_valid():
        return record(request, form)
    return render(request, "drills/simple_new.html", {"form": form, "holds_any": form.held.exists()})


def record(request: SignedIn, form: SimpleForm) -> HttpResponse:
    try:
        recorded = services.record_simple(
            form.cleaned_data["organisation"],
            form.told(),
            uid=form.uid_given(),
            sheets=form.sheets(),
            by=request.user,
            now=form.now,
        )
    except services.NotYours as error:
        raise Http404 from error
    messages.success(
        request, _("The drill is recorded under the number %(number)s.") % {"number": recorded.drill.number}
    )
    return redirect("drills:simple_detail", recorded.drill.pk)


# ── Read ─────────────────────────────────────────────────────────────────────
@only_for(sees_drills)
def simple_detail(request: SignedIn, pk: int) -> HttpResponse:
    drill = find(request, pk)
    return render(
        request,
        "drills/simple_detail.html",
        {
            "drill": drill,
            "heads": services.headcount(drill),
            "minutes": queries.minutes_of(drill),
            "papers": queries.papers_of(drill),
            "reads_files": can_read_files(request.user, drill),
            "lag": queries.lag_of(drill),
            "waited": queries.waited(drill),
            "corrections": queries.corrections_of(drill),
            "may_change": can_manage_drill(request.user, drill),
            "ways": queries.ways_from(drill, request.user) if can_read_outcome(request.user, drill) else [],
        },
    )


@only_for(sees_drills)
@require_safe
def simple_sheet(request: SignedIn, pk: int) -> HttpResponse:
    drill = find(request, pk)
    return attachment(sheet(drill, now=timezone.now()), f"{drill.marked_title} {drill.number}.pdf", PDF)


@only_for(sees_drills)
@require_safe
@never_cache
def simple_thumbnail(request: SignedIn, pk: int, file: int) -> HttpResponse:
    drill = find(request, pk)
    row = get_object_or_404(DrillFile.objects.select_related("file"), drill=drill, pk=file)
    if not can_read_paper(request.user, row.file) or row.file.content_type != JPEG or not row.file.absolute.is_file():
        raise Http404
    with open_private(row.file) as content:
        return HttpResponse(small(content), content_type=JPEG)


# ── Change ───────────────────────────────────────────────────────────────────
@only_for(holds_drills)
def simple_correct(request: SignedIn, pk: int) -> HttpResponse:
    now, drill = timezone.now(), find_managed(request, pk)
    if drill.withdrawn_at is not None:
        raise Http404
    form = CorrectForm(posted(request), drill=drill, user=request.user, now=now)
    if form.is_bound and form.is_valid() and correct(request, form):
        return redirect("drills:simple_detail", pk)
    return render(request, "drills/simple_correct.html", {"form": form, "drill": drill})


def correct(request: SignedIn, form: CorrectForm) -> bool:
    """False where the page has to be looked at again."""
    data = form.cleaned_data
    try:
        changes = services.correct_simple(
            form.drill, form.told(), reason=data["reason"], by=request.user, now=form.now, seen=data["seen"]
        )
    except services.AlreadyWithdrawn as error:
        raise Http404 from error
    except services.CorrectedMeanwhile:
        form.add_error(None, _("Somebody corrected this record meanwhile. Open it again and look at it first."))
        return False
    if not changes:
        form.add_error(None, _("Nothing is different from what stands there."))
        return False
    messages.success(request, _("The record is corrected. What stood before can be read below."))
    return True


@only_for(holds_drills)
def simple_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    drill = find_managed(request, pk)
    if drill.withdrawn_at is not None:
        raise Http404
    form = ReasonForm(posted(request), button=_("Withdraw the record"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        services.withdraw_simple(drill, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The record is withdrawn: it counts no more."))
        return redirect("drills:simple_detail", pk)
    return render(request, "drills/simple_withdraw.html", {"drill": drill, "form": form})


@only_for(holds_drills)
def simple_upload(request: SignedIn, pk: int) -> HttpResponse:
    """Where the code on the printed sheet leads."""
    drill = find_managed(request, pk)
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid() and upload(request, drill, form):
        messages.success(request, _("The file is kept with the record."))
        return redirect("drills:simple_detail", pk)
    return render(request, "drills/simple_upload.html", {"drill": drill, "form": form})


def upload(request: SignedIn, drill: Drill, form: UploadForm) -> bool:
    now = timezone.now()
    try:
        for paper in form.cleaned_data["file"]:
            given = services.Sheet(paper, form.cleaned_data["kind"], uuid4())
            services.add_file(drill, given, by=request.user, now=now)
    except services.TooMany:
        form.add_error("file", _("At most %(most)s files go with a record.") % {"most": services.MOST_FILES})
        return False
    return True
