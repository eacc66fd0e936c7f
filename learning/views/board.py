"""The manager's page of a programme: who stands where, the list for the group, the poster, the workbook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from learning.forms.programmes import BoardFilter, FindForm
from learning.models import Programme
from learning.permissions import can_manage_programme, sees_training
from learning.queries.articles import articles_of
from learning.queries.programmes import Board, Figures, Filter, board
from learning.sheets import late_list, workbook
from people.gates import SignedIn, only_for, posted
from records.services import log
from ui.clock import local_day
from ui.http import PDF, XLSX, attachment
from ui.pdf import render_pdf

PER_PAGE = 50
ON_A_POSTER = 800
LISTS = ("late", "not_begun")


@dataclass(frozen=True)
class Asked:
    """A programme as this user sees it, narrowed as the address and the search say."""

    programme: Programme
    board: Board
    filter: Filter
    form: BoardFilter
    find: FindForm
    organisations: list[tuple[int, str]]


def asked(request: SignedIn, pk: int, now: datetime) -> Asked:
    seen = Programme.objects.visible_to(request.user, now).select_related("organisation", "exam", "duty")
    programme = get_object_or_404(seen, pk=pk)
    there = board(programme, request.user, now=now)
    places = there.places()
    organisations = list(dict.fromkeys((pk, name) for pk, name, _department in places))
    chosen = request.GET.get("organisation", "")
    inside = [place for place in places if str(place[0]) == chosen] or places
    departments = sorted({department for _pk, _name, department in inside if department})
    find = FindForm(posted(request))
    form = BoardFilter(request.GET, organisations=organisations, departments=departments)
    return Asked(programme, there, form.filter(find.words()), form, find, organisations)


@only_for(sees_training)
def programme_detail(request: SignedIn, pk: int) -> HttpResponse:
    now = timezone.now()
    it = asked(request, pk, now)
    figures = it.board.figures(it.filter)
    page = page_of(it, figures, request.GET.get("page"))
    managed = can_manage_programme(request.user, it.programme)
    return render(
        request,
        "learning/programme_detail.html",
        {
            "programme": it.programme,
            "articles": articles_of([it.programme])[it.programme.pk],
            "figures": figures,
            "filter": it.filter,
            "form": it.form,
            "find": it.find,
            "page": page,
            "rows": it.board.rows(page.object_list),
            "several": len(it.organisations) > 1,
            "query": query_of(request.GET),
            "sorts": sort_links(request.GET, it.filter.sort),
            "states": state_links(request.GET, it.filter.state),
            "may_manage": managed,
            "may_assign": managed and is_open(it.programme, now),
            "today": local_day(now),
        },
    )


def page_of(it: Asked, figures: Figures, number: str | None) -> Page:
    """The figures know how many there are; only a search has to be counted."""
    pages = Paginator(it.board.sorted(it.filter), PER_PAGE)
    if it.filter.q:
        return pages.get_page(1)
    pages.count = figures.shown(it.filter.state)  # type: ignore[misc]  # a cached property: told before it is asked
    return pages.get_page(number)


def is_open(programme: Programme, now: datetime) -> bool:
    return programme.state == Programme.State.PUBLISHED and programme.closes_on >= local_day(now)


def query_of(query: QueryDict, **changes: str) -> str:
    """The filter's query string with these changes, from the first page on."""
    changed = query.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed[name] = value
        if not value:
            del changed[name]
    return "?" + changed.urlencode()


def sort_links(query: QueryDict, sort: str) -> dict[str, str]:
    """A second click on a head turns the order round."""
    names = ("name", "department", "hours", "due")
    return {name: query_of(query, sort=f"-{name}" if sort == name else name) for name in names}


def state_links(query: QueryDict, state: str) -> dict[str, str]:
    names = ("", "done", "learning", "exam_due", "not_begun", "late")
    return {name or "all": query_of(query, state=name) for name in names}


# ── What leaves the page ─────────────────────────────────────────────────────
@only_for(sees_training)
@require_POST
def programme_export(request: SignedIn, pk: int) -> HttpResponse:
    """Exactly what is shown, in its order; a search comes along in the POST."""
    now = timezone.now()
    it = asked(request, pk, now)
    rows = it.board.rows(it.board.sorted(it.filter), everybody=True)
    log("learning.list_exported", by=request.user, obj=it.programme, payload={"rows": len(rows)}, now=now)
    content = workbook(it.programme, rows, several=len(it.organisations) > 1, now=now)
    return attachment(content, f"{it.programme.title}.xlsx", XLSX)


def listed(request: SignedIn, pk: int, now: datetime) -> dict[str, Any]:
    """Names and departments, nothing else: it goes to a chat group or to the canteen's wall."""
    it = asked(request, pk, now)
    state = it.filter.state if it.filter.state in LISTS else "late"
    wanted = Filter(state=state, organisation=it.filter.organisation, department=it.filter.department)
    people = it.board.sorted(wanted)
    if len(it.organisations) > 1:
        people = people.order_by("organisation__name", "membership__department", "user__full_name", "pk")
    return {
        "programme": it.programme,
        "state": state,
        "groups": late_list(people, several=len(it.organisations) > 1 and not wanted.organisation),
        "count": people.count(),
        "form": it.form,
        "several": len(it.organisations) > 1,
        "query": query_of(request.GET),
        "today": local_day(now),
    }


@only_for(sees_training)
def programme_late(request: SignedIn, pk: int) -> HttpResponse:
    return render(request, "learning/late_list.html", listed(request, pk, timezone.now()))


@only_for(sees_training)
def programme_poster(request: SignedIn, pk: int) -> HttpResponse:
    context = listed(request, pk, timezone.now())
    if not 0 < context["count"] <= ON_A_POSTER:
        raise Http404
    name = _("Poster") + f" {context['programme'].title}.pdf"
    return attachment(render_pdf("learning/poster.html", context), name, PDF)
