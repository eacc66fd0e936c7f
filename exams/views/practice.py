"""Practice: choose, answer one question a page, see at once whether it was right and why; the own wrong ones."""

import random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams import practice_rules
from exams.forms.practice import AnswerForm, ChoiceForm, Unclear, read_given
from exams.models import MockExam, PracticeAnswer, Question, QuestionBank, QuestionVersion
from exams.permissions import banks_practised_by
from exams.queries import practice as queries
from exams.queries.practice import Choice, Ground
from exams.queries.practice_pages import Explained, Shown
from exams.services.practice import Given, answer_practice, judge_own
from exams.sitting_rules import Forged
from people.gates import SignedIn
from ui.http import file_response

PER_PAGE = 25
FIELD = "given"
WRONG = "wrong"  # where a page of an answer leads on to: the own wrong ones


# ── Choosing ─────────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_safe
def practice_home(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    ground = queries.ground_of(request.user, now)
    mocks = MockExam.objects.visible_to(request.user)
    return render(
        request,
        "exams/practice_home.html",
        {
            "banks": queries.bank_counts(ground),
            "progress": queries.progress(ground),
            "exams": queries.blueprints_of(request.user, now),
            "open_mock": mocks.filter(handed_in_at=None).first(),
            "mocks": mocks.filter(handed_in_at__isnull=False)[:5],
        },
    )


def bank_of(request: SignedIn, pk: int) -> QuestionBank:
    bank: QuestionBank = get_object_or_404(banks_practised_by(request.user), pk=pk)
    return bank


@login_required
@never_cache
@require_safe
def practice_bank(request: SignedIn, pk: int) -> HttpResponse:
    bank = bank_of(request, pk)
    ground = Ground(request.user, [bank], now=timezone.now())
    choice = ChoiceForm(request.GET).choice()
    facets, total = queries.facets(ground, choice)
    context = {"bank": bank, "facets": facets, "total": total, "progress": queries.progress(ground, choice)}
    return render(request, "exams/practice_bank.html", context | {"chosen": choice != Choice()})


# ── Answering ────────────────────────────────────────────────────────────────
@login_required
@never_cache
def practice_ask(request: SignedIn, pk: int) -> HttpResponse:
    """One question; the POST answers it and leads to what is right."""
    bank = bank_of(request, pk)
    ground = Ground(request.user, [bank], now=timezone.now())
    choice = ChoiceForm(request.GET).choice()
    query = urlencode({name: value for name, value in vars(choice).items() if value})
    back = f"{reverse('exams:practice_bank', args=[pk])}?{query}"
    if request.method == "POST":
        return answer(request, ground, bank.name, back, f"bank={pk}&{query}")
    done = queries.progress(ground, choice)
    question = queries.next_question(ground, choice, done, random.Random())  # noqa: S311  no secret
    return ask_page(request, question, bank.name, back, done=done)


@login_required
@never_cache
def wrong_ask(request: SignedIn) -> HttpResponse:
    ground = queries.ground_of(request.user, timezone.now())
    title, back = _("My wrong questions"), reverse("exams:practice_wrong")
    if request.method == "POST":
        return answer(request, ground, title, back, f"from={WRONG}")
    question = queries.next_wrong(ground, Choice()) or queries.next_wrong(ground, Choice(), alone=True)
    return ask_page(request, question, title, back, done=queries.progress(ground))


def ask_page(request: SignedIn, question: Question | None, title: str, back: str, **more: Any) -> HttpResponse:
    if question is None or question.current is None:
        return render(request, "exams/practice_none.html", {"title": title, "back": back, "wrong": back_to_wrong(back)})
    key = uuid4().hex
    shown = Shown(question.current, FIELD, order_of(question.current, key))
    return render(request, "exams/practice_ask.html", {"shown": shown, "key": key, "title": title, "back": back} | more)


def back_to_wrong(back: str) -> bool:
    return back == reverse("exams:practice_wrong")


def order_of(version: QuestionVersion, key: str) -> list[int]:
    there = version.options["right"] if version.kind == "matching" else version.options
    return practice_rules.shown_order(version.kind, len(there), key)


def answer(request: SignedIn, ground: Ground, title: str, back: str, query: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise BadRequest("no such answer")
    key = form.cleaned_data["key"]
    version = get_object_or_404(
        QuestionVersion.objects.select_related("question"),
        pk=form.cleaned_data["version"],
        question__in=Question.objects.filter(bank__in=ground.banks),
    )
    if not ground.questions().filter(pk=version.question_id).exists():
        messages.info(request, _("That question can't be practised at the moment. Here is another."))
        return redirect(request.get_full_path())
    given, problem = read(request, version)
    if problem:
        shown = Shown(version, FIELD, order_of(version, key), given)
        context = {"shown": shown, "key": key, "title": title, "back": back, "problem": problem}
        return render(request, "exams/practice_ask.html", context, status=422)
    kept = answer_practice(request.user, [Given(version, given, key)], now=timezone.now())[0]
    return redirect(f"{reverse('exams:practice_answered', args=[kept.pk])}?{query}")


def read(request: SignedIn, version: QuestionVersion) -> tuple[list[Any], str]:
    """The answer and what is wrong with it. Whoever does not know says so: that is an answer too."""
    if "unknown" in request.POST:
        return [], ""
    try:
        given = read_given(version, FIELD, request.POST)
    except Forged as forged:
        raise BadRequest(str(forged)) from forged
    except Unclear as unclear:
        return [], str(unclear)
    return given, "" if given else _("Answer first, or choose “I don't know”.")


# ── What was right ───────────────────────────────────────────────────────────
def own_answer(request: SignedIn, pk: int) -> PracticeAnswer:
    answers = PracticeAnswer.objects.visible_to(request.user).filter(judges=None)
    found = answers.select_related("practice", "version__question__bank", "judgement")
    return get_object_or_404(found, pk=pk)


@login_required
@never_cache
@require_safe
def practice_answered(request: SignedIn, pk: int) -> HttpResponse:
    kept = own_answer(request, pk)
    ground = queries.ground_of(request.user, timezone.now())
    context = {
        "one": Explained(kept.version, kept.given, kept),
        "practice": kept.practice,
        "times_right": practice_rules.TIMES_RIGHT,
        "onward": onward(request, kept),
        "back": request.GET.urlencode(),
        "may_see": ground.shows(kept.version.question),
        "articles": kept.version.articles.select_related("regulation"),
    }
    return render(request, "exams/practice_answered.html", context)


def onward(request: SignedIn, kept: PracticeAnswer) -> dict[str, str]:
    """The next question of the same choice, and the page to leave to. The address is made here, not taken over."""
    if request.GET.get("from") == WRONG:
        return {"next": reverse("exams:practice_wrong_ask"), "leave": reverse("exams:practice_wrong")}
    choice = ChoiceForm(request.GET).choice()
    query = urlencode({name: value for name, value in vars(choice).items() if value})
    bank = kept.version.question.bank_id
    return {
        name: f"{reverse(f'exams:{page}', args=[bank])}?{query}"
        for name, page in (("next", "practice_ask"), ("leave", "practice_bank"))
    }


@login_required
@require_POST
def practice_judge(request: SignedIn, pk: int) -> HttpResponse:
    """Known, or to be practised again: said by the person himself, of a short answer or an essay."""
    kept = own_answer(request, pk)
    if request.POST.get("right") in {"yes", "no"}:
        judge_own(kept, request.POST["right"] == "yes", now=timezone.now())
    if kept.mock_id:
        return redirect(f"{reverse('exams:mock_result', args=[kept.mock_id])}#q{(kept.place or 0) + 1}")
    return redirect(f"{reverse('exams:practice_answered', args=[pk])}?{request.GET.urlencode()}")


@login_required
@require_safe
def practice_picture(request: SignedIn, pk: int) -> Any:
    ground = queries.ground_of(request.user, timezone.now())
    versions = QuestionVersion.objects.filter(question__in=ground.questions(), picture__isnull=False)
    version = get_object_or_404(versions.select_related("picture"), pk=pk)
    response = file_response(request, version.picture.absolute, content_type=version.picture.content_type)  # type: ignore[union-attr]
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


# ── The own wrong ones ───────────────────────────────────────────────────────
@login_required
@never_cache
@require_safe
def wrong_list(request: SignedIn) -> HttpResponse:
    ground = queries.ground_of(request.user, timezone.now())
    page = Paginator(queries.wrong_rows(ground), PER_PAGE).get_page(request.GET.get("page"))
    done = queries.progress(ground)
    context = {"page": page, "progress": done, "times_right": practice_rules.TIMES_RIGHT}
    return render(request, "exams/practice_wrong.html", context)
