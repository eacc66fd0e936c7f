from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from people import queries
from people.forms.work import OrganisationFilter
from people.gates import SignedIn, only_for, posted
from people.models import Division, Organisation
from people.models.periods import on_day
from people.permissions import can_manage_members, has_office
from ui.forms import LookUpForm

PER_PAGE = 25


@only_for(has_office)
def organisation_list(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    divisions = Division.objects.visible_to(request.user, now).active(now).exclude(level=Division.Level.GRID)
    form = OrganisationFilter(request.GET, divisions=divisions)
    filters = form.filters()
    rows = queries.organisation_rows(request.user, **filters, at=now)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "people/organisation_list.html", {"form": form, "page": page, "filtered": any(filters.values())}
    )


@only_for(has_office)
def organisation_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Facts and members. A search for a person arrives by POST, so that no name enters an address."""
    now = timezone.now()
    organisations = Organisation.objects.visible_to(request.user, now).select_related("division", "sector")
    organisation = get_object_or_404(organisations, pk=pk)
    form = LookUpForm(posted(request))
    q = form.words()
    members = Paginator(queries.member_rows(request.user, organisation, q=q, at=now), PER_PAGE)
    return render(
        request,
        "people/organisation_detail.html",
        {
            "organisation": organisation,
            "tags": organisation.tags.filter(on_day(now)),
            "premises": organisation.premises.select_related("division"),
            "form": form,
            "q": q,
            "page": members.get_page(1 if q else request.GET.get("page")),
            "may_manage": can_manage_members(request.user, organisation),
        },
    )
