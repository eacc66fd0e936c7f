"""One question of a bank: look, write, retire. The key is shown to whoever edits the bank, and to nobody else."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exams.forms.banks import QuestionForm
from exams.importers.headers import LETTERS
from exams.models import Question, QuestionBank, QuestionVersion
from exams.permissions import banks_edited_by, can_edit_bank, edits_banks
from exams.services import banks as services
from exams.views.banks import edited
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office
from ui.forms import ReasonForm
from ui.http import file_response


def find(banks: Any, pk: int) -> Question:
    questions = Question.objects.filter(current__isnull=False).select_related("bank__organisation", "current__picture")
    return get_object_or_404(questions, pk=pk, bank__in=banks)


def options_of(version: QuestionVersion, *, with_key: bool) -> list[dict[str, Any]]:
    return [
        {"letter": LETTERS[place] if place < len(LETTERS) else "", "text": text,
         "right": with_key and place in version.answer}
        for place, text in enumerate(version.options)
    ]  # fmt: skip


@only_for(has_office)
def question_detail(request: SignedIn, pk: int) -> HttpResponse:
    question = find(QuestionBank.objects.visible_to(request.user), pk)
    edits = can_edit_bank(request.user, question.bank)
    versions = question.versions.select_related("author").order_by("-number") if edits else []
    return render(
        request,
        "exams/bank_question.html",
        {
            "question": question,
            "bank": question.bank,
            "version": question.current,
            "options": options_of(question.current, with_key=edits) if question.current else [],
            "articles": question.current.articles.select_related("regulation") if question.current else [],
            "history": [(version, options_of(version, with_key=True)) for version in versions],
            "edits": edits,
        },
    )


@only_for(edits_banks)
def question_new(request: SignedIn, pk: int) -> HttpResponse:
    bank = edited(request, pk)
    form = QuestionForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        question = services.add_question(
            bank,
            form.wording(),
            chapter=data["chapter"],
            picture=data["new_picture"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("The question is in the bank."))
        return redirect("exams:question_detail", question.pk)
    return render(request, "exams/bank_question_form.html", {"form": form, "bank": bank})


@only_for(edits_banks)
def question_edit(request: SignedIn, pk: int) -> HttpResponse:
    question = find(banks_edited_by(request.user), pk)
    form = QuestionForm(posted(request), request.FILES or None, question=question)
    if form.is_bound and form.is_valid():
        data, kept = form.cleaned_data, question.current.picture if question.current else None
        picture = data["new_picture"] or (None if data.get("without_picture") else kept)
        changed = services.change_question(
            question, form.wording(), chapter=data["chapter"], picture=picture, by=request.user, now=timezone.now()
        )
        if changed:
            messages.success(request, _("Saved. Exams published before keep the wording they had."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("exams:question_detail", question.pk)
    context = {"form": form, "bank": question.bank, "question": question}
    return render(request, "exams/bank_question_form.html", context)


@only_for(edits_banks)
def question_retire(request: SignedIn, pk: int) -> HttpResponse:
    """Retire a question, or put a retired one back in use; both with a reason."""
    question = find(banks_edited_by(request.user), pk)
    retired = question.retired_at is not None
    button, style = (_("Put it back in use"), "btn-primary") if retired else (_("Retire the question"), "btn-danger")
    form = ReasonForm(posted(request), button=button, css_class=style)
    if form.is_bound and form.is_valid():
        decide = services.restore_question if retired else services.retire_question
        decide(question, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        messages.success(request, _("It is in use again.") if retired else _("It is drawn into no further paper."))
        return redirect("exams:question_detail", question.pk)
    context = {"form": form, "bank": question.bank, "question": question, "retired": retired}
    return render(request, "exams/bank_question_retire.html", context)


@only_for(has_office)
def version_picture(request: SignedIn, pk: int) -> Any:
    banks = QuestionBank.objects.visible_to(request.user)
    versions = QuestionVersion.objects.filter(question__bank__in=banks, picture__isnull=False)
    version = get_object_or_404(versions.select_related("picture"), pk=pk)
    if version.picture is None:
        raise Http404
    response = file_response(request, version.picture.absolute, content_type=version.picture.content_type)
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
