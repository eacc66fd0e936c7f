"""Holding exams: the list, the draft with its parts, publishing and withdrawing."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exams import paper_rules
from exams.forms.exams import ExamFilter, ExamForm, PartFormSet
from exams.models import Exam
from exams.permissions import can_manage_exam, exams_managed_by, exams_viewed_by, holds_exams
from exams.queries import management, results
from exams.services import drafts
from exams.services import exams as services
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office
from ui.forms import ReasonForm

PER_PAGE = 25


def seen(request: SignedIn, pk: int) -> Exam:
    return get_object_or_404(exams_viewed_by(request.user).select_related("organisation"), pk=pk)


def managed(request: SignedIn, pk: int, *states: str) -> Exam:
    """An exam that the user may change; with `states`, only one that stands in one of them."""
    exam = get_object_or_404(exams_managed_by(request.user).select_related("organisation"), pk=pk)
    if states and exam.state not in states:
        raise Http404
    return exam


@only_for(has_office)
def exam_list(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    form = ExamFilter(request.GET, states=management.Phase.choices)
    filters = form.filters()
    rows = management.exam_rows(request.user, **filters, at=now)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "filtered": any(filters.values()), "holds": holds_exams(request.user)}
    return render(request, "exams/exam_list.html", context | {"phases": dict(management.Phase.choices)})


@only_for(has_office)
def exam_detail(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    exam = seen(request, pk)
    phase = management.phase_of(exam, now)
    tally = results.tallies(exam, request.user, now)
    return render(
        request,
        "exams/exam_detail.html",
        {
            "exam": exam,
            "phase": phase,
            **paper_of(exam),
            "tally": tally,
            "states": results.State.choices,
            "people": sum(tally.values()),
            "papers": exam.papers.count(),
            "may_manage": can_manage_exam(request.user, exam),
        },
    )


def paper_of(exam: Exam) -> dict[str, Any]:
    """The parts of the paper, each with its points in all, and the totals."""
    parts = list(exam.parts.select_related("bank").annotate(points_in_all=F("count") * F("points")))
    total = {"questions": sum(part.count for part in parts), "points": sum(part.points_in_all for part in parts)}
    return {"parts": parts, "total": total}


# ── The draft ────────────────────────────────────────────────────────────────
@only_for(holds_exams)
def exam_new(request: SignedIn) -> HttpResponse:
    return edit(request, Exam(created_by=request.user))


@only_for(holds_exams)
def exam_edit(request: SignedIn, pk: int) -> HttpResponse:
    return edit(request, managed(request, pk, Exam.State.DRAFT))


def edit(request: SignedIn, exam: Exam) -> HttpResponse:
    now = timezone.now()
    organisations, banks = management.organisations_for(request.user), management.banks_for(request.user)
    form = ExamForm(posted(request), instance=exam, organisations=organisations, bureau=may_hold_for_bureau(request))
    valid = form.is_bound and form.is_valid()
    parts = part_forms(request, exam, banks, owner=form.cleaned_data.get("organisation") if valid else None)
    if valid and parts.is_valid():
        try:
            drafts.save_draft(form.save(commit=False), parts.parts(), by=request.user, now=now)
        except drafts.NotADraft:
            messages.error(request, _("The exam is no draft any more: somebody has published or withdrawn it."))
        return redirect("exams:exam_detail", exam.pk)
    context = {"exam": exam, "form": form, "parts": parts, "stock_json": json.dumps(management.stock(banks))}
    return render(request, "exams/exam_edit.html", context)


def part_forms(request: SignedIn, exam: Exam, banks: Any, *, owner: Any) -> Any:
    kept = [
        {"bank": part.bank_id, "kind": part.kind, "count": part.count, "points": part.points}
        for part in (exam.parts.all() if exam.pk else [])
    ]
    formset: Any = PartFormSet
    return formset(posted(request), initial=kept, form_kwargs={"banks": banks}, owner=owner, prefix="parts")


def may_hold_for_bureau(request: SignedIn) -> bool:
    return can_manage_exam(request.user, Exam(organisation=None))


# ── Publishing and withdrawing ───────────────────────────────────────────────
@only_for(holds_exams)
def exam_publish(request: SignedIn, pk: int) -> HttpResponse:
    """What will be frozen and what stands in the way; the POST does it."""
    now = timezone.now()
    exam = managed(request, pk, Exam.State.DRAFT)
    if request.method == "POST":
        try:
            services.publish_exam(exam, by=request.user, now=now)
        except services.ExamFault as fault:
            messages.error(request, str(fault))
            return redirect("exams:exam_publish", pk)
        messages.success(request, _("The exam is published: its papers are drawn and frozen."))
        return redirect("exams:exam_detail", pk)
    people = exam.candidates.filter(withdrawn_at=None).count()
    context = {
        "exam": exam,
        "faults": services.publishing_faults(exam, now),
        **paper_of(exam),
        "people": people,
        "papers": paper_rules.papers_for(people),
        "opens_soon": exam.opens_at <= now,
    }
    return render(request, "exams/exam_publish.html", context)


@only_for(holds_exams)
def exam_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    exam = managed(request, pk, Exam.State.PUBLISHED)
    form = ReasonForm(posted(request), button=_("Withdraw the exam"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        try:
            services.withdraw_exam(exam, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, _("The exam is withdrawn: nobody can begin it any more."))
        except services.ExamFault as fault:
            messages.error(request, str(fault))
        return redirect("exams:exam_detail", pk)
    now_sitting = results.tallies(exam, request.user, timezone.now())[results.State.SITTING]
    return render(request, "exams/exam_withdraw.html", {"exam": exam, "form": form, "sitting": now_sitting})
