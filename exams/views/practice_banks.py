"""Whoever looks after a bank opens it for practice, and says which of its questions he has read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.forms.practice import PracticeBankForm
from exams.permissions import edits_banks
from exams.queries.practice import unreviewed
from exams.services import practice as services
from exams.views.banks import edited
from people.gates import SignedIn, only_for

PER_PAGE = 20


@only_for(edits_banks)
def practice_settings(request: SignedIn, pk: int) -> HttpResponse:
    bank, now = edited(request, pk), timezone.now()
    if request.method == "POST":
        if "reviewed" in request.POST:
            versions = [int(one) for one in request.POST.getlist("version") if one.isdecimal()]
            count = services.mark_reviewed(bank, versions, by=request.user, now=now)
            said = ngettext("%(count)s question is reviewed.", "%(count)s questions are reviewed.", count)
            messages.success(request, said % {"count": count})
        else:
            opened = "open_for_practice" in request.POST
            services.open_for_practice(bank, opened, by=request.user, now=now)
            messages.success(
                request, _("The bank is open for practice.") if opened else _("The bank is closed for practice.")
            )
        return redirect("exams:practice_settings", pk)
    page = Paginator(unreviewed(bank), PER_PAGE).get_page(1)
    context = {"bank": bank, "form": PracticeBankForm(instance=bank), "page": page}
    return render(request, "exams/practice_settings.html", context)
