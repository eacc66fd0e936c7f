"""The first sentences of the yearly report, the rows behind each figure, and making them final."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from duties.vocabulary import Hazard
from learning.permissions import sees_training
from people.gates import SignedIn, only_for, posted
from reports import queries, services
from reports.figures import FIGURES, Figure
from reports.forms import FreezeForm, LensForm
from reports.lens import Lens
from reports.models import SavedReport
from reports.permissions import freezes_figures, sees_figures
from reports.sentences import restored, sentences, values

PER_PAGE = 50


def look(request: SignedIn) -> LensForm:
    return LensForm(request.GET, user=request.user, now=timezone.now())


@only_for(sees_figures)
def year(request: SignedIn) -> HttpResponse:
    form = look(request)
    lens = form.lens()
    told = sentences(lens, values(lens))
    context = {
        "form": form,
        "lens": lens,
        "sentences": told,
        "figures": FIGURES.values(),
        "saved": SavedReport.objects.visible_to(request.user)[:10],
        "may_freeze": freezes_figures(request.user),
    }
    return render(request, "reports/year.html", context)


def figure_named(name: str) -> Figure:
    if name not in FIGURES:
        raise Http404
    return FIGURES[name]


@only_for(sees_figures)
def figure_rows(request: SignedIn, name: str) -> HttpResponse:
    """As many rows as the figure says, or rows that add up to it."""
    figure, form = figure_named(name), look(request)
    lens = form.lens()
    rows = figure.rows(lens)
    page = Paginator(figure.shown(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {"figure": figure, "lens": lens, "form": form, "page": page, "rows": page.object_list}
    context["sees_training"] = sees_training(request.user)
    return render(
        request, "reports/rows.html", context | {"value": figure.value(rows), "hazard": hazard_name(lens.hazard)}
    )


def hazard_name(code: str) -> str:
    return str(Hazard(code).label) if code in Hazard.values else ""


# ── Final ────────────────────────────────────────────────────────────────────
@only_for(freezes_figures)
def freeze(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    lens = LensForm(request.GET, user=request.user, now=now).lens()
    form = FreezeForm(posted(request), initial={"title": proposed_title(lens)})
    if form.is_bound and form.is_valid():
        saved = services.freeze_figures(lens, title=form.cleaned_data["title"], by=request.user, now=now)
        messages.success(request, _("The figures are final. What is entered later is listed beside them."))
        return redirect("reports:saved", saved.pk)
    told = sentences(lens, values(lens))
    return render(request, "reports/freeze.html", {"form": form, "lens": lens, "sentences": told})


def proposed_title(lens: Lens) -> str:
    place = lens.organisation or lens.division
    when = str(lens.period.whole_year or f"{lens.period.first:%Y-%m-%d}–{lens.period.last:%Y-%m-%d}")
    told = _("Figures of %(period)s") % {"period": when}
    return f"{getattr(place, 'label', place)} {told}" if place else told


def find_saved(request: SignedIn, pk: int) -> SavedReport:
    seen = SavedReport.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("division", "sector", "organisation", "frozen_by"), pk=pk)


@only_for(sees_figures)
def saved(request: SignedIn, pk: int) -> HttpResponse:
    now, report = timezone.now(), find_saved(request, pk)
    context: dict[str, Any] = {
        "report": report,
        "sentences": restored(report.sentences),
        "since": list(queries.recorded_since(report, request.user, now)),
        "withdrawn": list(queries.withdrawn_since(report)),
        "lens": queries.lens_of(report, request.user).narrowed(known_at=now),
    }
    return render(request, "reports/saved.html", context)


@only_for(sees_figures)
def saved_rows(request: SignedIn, pk: int, name: str) -> HttpResponse:
    report, figure = find_saved(request, pk), figure_named(name)
    hazard = request.GET.get("hazard", "")
    try:
        keys = queries.frozen_keys(report, name, hazard)
    except KeyError as unknown:
        raise Http404 from unknown
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    rows = queries.frozen_rows(figure, report, list(page.object_list))
    value = report.figures[f"{name}.{hazard}" if hazard else name]["value"]
    context = {"figure": figure, "report": report, "page": page, "rows": rows, "value": value}
    context["sees_training"] = sees_training(request.user)
    return render(request, "reports/rows.html", context | {"hazard": hazard_name(hazard)})
