"""Question banks: the list, a new one, what one holds."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exams.forms.banks import BankForm, QuestionFilter
from exams.models import QuestionBank
from exams.permissions import BANKS_OF_THE_BUREAU, banks_edited_by, can_edit_bank, edits_banks
from exams.queries import banks as queries
from exams.services import banks as services
from people.gates import SignedIn, only_for, posted
from people.models import Organisation, Role
from people.permissions import has_office, scope_as

PER_PAGE = 25


def seen(request: SignedIn, pk: int) -> QuestionBank:
    banks = QuestionBank.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(banks, pk=pk)


def edited(request: SignedIn, pk: int) -> QuestionBank:
    return get_object_or_404(banks_edited_by(request.user).select_related("organisation"), pk=pk)


@only_for(has_office)
def bank_list(request: SignedIn) -> HttpResponse:
    page = Paginator(queries.bank_rows(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/bank_list.html", {"page": page, "may_add": edits_banks(request.user)})


@only_for(edits_banks)
def bank_new(request: SignedIn) -> HttpResponse:
    user = request.user
    form = BankForm(
        posted(request),
        organisations=Organisation.objects.filter(pk__in=scope_as(user, Role.ORG_MANAGER).organisations),
        bureau=scope_as(user, *BANKS_OF_THE_BUREAU).everything,
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        bank = services.create_bank(data["name"], organisation=data["owner"], by=user, now=timezone.now())
        messages.success(request, _("The bank is there. Bring in its questions."))
        return redirect("exams:bank_detail", bank.pk)
    return render(request, "exams/bank_new.html", {"form": form})


@only_for(has_office)
def bank_detail(request: SignedIn, pk: int) -> HttpResponse:
    bank = seen(request, pk)
    form = QuestionFilter(request.GET)
    filters = form.filters()
    rows = queries.question_rows(bank, **filters)
    edits = can_edit_bank(request.user, bank)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "exams/bank_detail.html",
        {
            "bank": bank,
            "holds": page.paginator.count or bank.questions.exists(),
            "kinds": queries.kinds_of(bank),
            "kind": filters["kind"],
            "form": form,
            "filtered": any(request.GET.get(name) for name in ("q", "kind", "state")),
            "page": page,
            "edits": edits,
            "imports": queries.imports_of(bank, request.user, timezone.now())[:5] if edits else [],
        },
    )
