"""Programmes: the list, the draft, publishing and closing."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.forms.programmes import ProgrammeForm, PublishForm
from learning.models import Programme
from learning.permissions import plans_training, programmes_managed_by, sees_training
from learning.queries.articles import articles_of
from learning.queries.programmes import programme_rows
from learning.services import programmes as services
from people.gates import SignedIn, only_for, posted
from ui.clock import local_day
from ui.forms import ReasonForm

PER_PAGE = 25


def find_managed(request: SignedIn, pk: int) -> Programme:
    """Of the programmes he looks after; others' do not exist for whoever wants to change them."""
    mine = programmes_managed_by(request.user).select_related("organisation", "exam", "duty__article__regulation")
    return get_object_or_404(mine, pk=pk)


@only_for(sees_training)
def programme_list(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    state, q = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = programme_rows(request.user, state=state, q=q, now=now)
    return render(
        request,
        "learning/programme_list.html",
        {
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "states": Programme.State.choices,
            "state": state,
            "q": q,
            "may_plan": plans_training(request.user),
            "today": local_day(now),
        },
    )


@only_for(plans_training)
def programme_new(request: SignedIn) -> HttpResponse:
    return edit(request, Programme())


@only_for(plans_training)
def programme_edit(request: SignedIn, pk: int) -> HttpResponse:
    programme = find_managed(request, pk)
    if programme.state != Programme.State.DRAFT:
        raise Http404
    return edit(request, programme)


def edit(request: SignedIn, programme: Programme) -> HttpResponse:
    now = timezone.now()
    form = ProgrammeForm(posted(request), instance=programme, user=request.user)
    if form.is_bound and form.is_valid():
        save(request, form, now)
        messages.success(request, _("The draft is saved."))
        return redirect("learning:programme_publish", programme.pk)
    return render(request, "learning/programme_form.html", {"form": form, "programme": programme})


def save(request: SignedIn, form: ProgrammeForm, now: datetime) -> None:
    try:
        services.save_draft(
            form.save(commit=False),
            courses=form.ordered("course"),
            articles=form.ordered("article"),
            by=request.user,
            now=now,
        )
    except services.NotADraft as error:  # somebody published it meanwhile
        raise Http404 from error


@only_for(plans_training)
def programme_publish(request: SignedIn, pk: int) -> HttpResponse:
    """What will be frozen, and what is missing for it."""
    now, programme = timezone.now(), find_managed(request, pk)
    if programme.state != Programme.State.DRAFT:
        return redirect("learning:programme_detail", pk)
    problems = services.what_is_missing(programme, now=now)
    if request.method == "POST" and not problems:
        services.publish_programme(programme, by=request.user, now=now)
        messages.success(request, _("The programme is published. Now choose whom it is for."))
        return redirect("learning:programme_assign", pk)
    courses = list(programme.courses.order_by("parts__position"))
    return render(
        request,
        "learning/programme_publish.html",
        {
            "programme": programme,
            "courses": courses,
            "minutes": services.minutes_of(courses),
            "articles": articles_of([programme])[programme.pk],
            "problems": problems,
            "form": PublishForm(),
        },
    )


@only_for(plans_training)
def programme_close(request: SignedIn, pk: int) -> HttpResponse:
    programme = find_managed(request, pk)
    if programme.state != Programme.State.PUBLISHED:
        raise Http404
    form = ReasonForm(posted(request), button=_("Close the programme"), css_class="btn-danger")
    if form.is_bound and form.is_valid():
        services.close_programme(programme, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("The programme is closed."))
        return redirect("learning:programme_detail", pk)
    return render(request, "learning/programme_close.html", {"programme": programme, "form": form})
