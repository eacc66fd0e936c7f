"""A bank as a file: what the list shows at the moment, keys included, for whoever looks after it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.exporters.gift import gift_file
from exams.exporters.question_book import question_book
from exams.forms.question_filter import QuestionFilter
from exams.models import QuestionBank
from exams.permissions import edits_banks
from exams.queries import banks as queries
from exams.views.banks import edited
from people.gates import SignedIn, only_for
from records.services import log
from ui.clock import local
from ui.http import XLSX, attachment

GIFT = "text/plain; charset=utf-8"
AT_ONCE = 2000  # rows


@only_for(edits_banks)
@require_POST
def bank_export(request: SignedIn, pk: int, form: str) -> HttpResponse:
    bank = edited(request, pk)
    if form not in {"xlsx", "gift"}:
        raise Http404
    now = timezone.now()
    rows = queries.question_rows(bank, **QuestionFilter(request.GET, bank=bank).filters())
    count = rows.count()
    log("exams.bank_exported", by=request.user, obj=bank, payload={"form": form, "questions": count}, now=now)
    name = f"{bank.name}-{local(now):%Y%m%d-%H%M}"
    if form == "gift":
        return attachment(gift_file(by_chapter(rows), made=made(bank, count, now)).encode(), f"{name}.gift", GIFT)
    book = question_book(rows.iterator(chunk_size=AT_ONCE), title=bank.name, made=made(bank, count, now))
    return attachment(book, f"{name}.xlsx", XLSX)


def by_chapter(rows: Any) -> Any:
    """A category stands once, before all its questions."""
    return rows.order_by("chapter", "pk").iterator(chunk_size=AT_ONCE)


def made(bank: QuestionBank, count: int, now: Any) -> str:
    told = {"bank": bank.name, "count": count, "moment": f"{local(now):%Y-%m-%d %H:%M}"}
    return _("%(bank)s: %(count)s questions as of %(moment)s") % told
