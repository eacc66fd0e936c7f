"""Mock exams: all questions on one page, a deadline by the server's clock, explanations at the end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams import practice_rules
from exams.forms.practice import MockForm, Unclear, read_given
from exams.models import Exam, MockExam, QuestionVersion
from exams.queries import practice as queries
from exams.queries.practice import Ground
from exams.queries.practice_pages import Explained, Shown
from exams.services import mocks as services
from exams.sitting_rules import Forged
from exams.views.practice import bank_of
from people.gates import SignedIn, posted


# ── Beginning ────────────────────────────────────────────────────────────────
@login_required
@never_cache
def mock_new(request: SignedIn, pk: int) -> HttpResponse:
    now, bank = timezone.now(), bank_of(request, pk)
    ground = Ground(request.user, [bank], now=now)
    there = queries.kind_counts(ground)
    usual = {kind: practice_rules.usual_count(kind, count) for kind, count in there.items()}
    form = MockForm(posted(request), counts=there, usual=usual)
    if form.is_bound and form.is_valid():
        parts = services.parts_of_bank(ground, form.counts())
        minutes = form.cleaned_data["minutes"]
        mock = services.start_mock(request.user, bank.name, parts, minutes=minutes, now=now)
        return redirect("exams:mock_exam", mock.pk)
    return render(request, "exams/practice_mock_new.html", {"form": form, "bank": bank, "there": there})


@login_required
@require_POST
def mock_like(request: SignedIn, pk: int) -> HttpResponse:
    """By the blueprint of an exam this person is admitted to, with none of the questions its papers ask."""
    now = timezone.now()
    exam: Exam | None = next((one for one in queries.blueprints_of(request.user, now) if one.pk == pk), None)
    exam = exam or get_object_or_404(Exam.objects.none())
    asked = queries.questions_of(exam.papers.all())
    parts = services.parts_of_exam(request.user, exam, asked, now=now)
    try:
        mock = services.start_mock(request.user, exam.title, parts, minutes=exam.duration_minutes, now=now, exam=exam)
    except services.NothingToAsk:
        messages.info(
            request, _("The papers of this exam ask every question the bank has: nothing is left to practise.")
        )
        return redirect("exams:practice")
    if mock.exam_id == exam.pk and len(mock.slots) < sum(part.count for part in exam.parts.all()):
        messages.info(
            request, _("Shorter than the exam: its own papers ask many of the bank's questions, and those stay out.")
        )
    return redirect("exams:mock_exam", mock.pk)


# ── Going on ─────────────────────────────────────────────────────────────────
def own_mock(request: SignedIn, pk: int) -> MockExam:
    return get_object_or_404(MockExam.objects.visible_to(request.user).select_related("user"), pk=pk)


def versions_of(mock: MockExam) -> dict[int, QuestionVersion]:
    versions = QuestionVersion.objects.select_related("question__bank").prefetch_related("articles__regulation")
    return versions.in_bulk([slot["version"] for slot in mock.slots])


def secret_of(mock: MockExam, versions: dict[int, QuestionVersion]) -> Ground:
    return Ground(mock.user, {version.question.bank for version in versions.values()}, now=timezone.now())


@login_required
@never_cache
def mock_exam(request: SignedIn, pk: int) -> HttpResponse:
    """The page of questions. Once the time is over, what was saved until then is handed in by whoever looks first."""
    now, mock = timezone.now(), own_mock(request, pk)
    if mock.handed_in_at is None and not practice_rules.counts_still(mock.deadline, now):
        services.hand_in_mock(mock, now=now)
        messages.info(request, _("The time is over. What was saved until then has been handed in."))
    if mock.handed_in_at is not None:
        return redirect("exams:mock_result", pk)
    versions = versions_of(mock)
    problems: dict[int, str] = {}
    if request.method == "POST":
        given, problems = read_all(request, mock, versions)
        services.save_mock(mock, given, now=now)
        mock.given = {str(place): answer for place, answer in given.items()}
        if "hand_in" in request.POST and not problems:
            services.hand_in_mock(mock, now=now)
            return redirect("exams:mock_result", pk)
        if not problems:
            messages.success(request, _("Saved. You may go on, or come back before the time is over."))
            return redirect("exams:mock_exam", pk)
    return mock_page(request, mock, versions, problems, now)


def mock_page(request: SignedIn, mock: MockExam, versions: Any, problems: dict[int, str], now: Any) -> HttpResponse:
    ground = secret_of(mock, versions)
    rows = []
    for place, slot in enumerate(mock.slots):
        version = versions[slot["version"]]
        shown = Shown(version, f"q{place}", slot["order"], mock.given.get(str(place), []))
        shows = ground.shows(version.question)
        rows.append({"number": place + 1, "shown": shown, "shows": shows, "problem": problems.get(place, "")})
    left = max(0, int((mock.deadline - now).total_seconds() + 59) // 60)
    context = {"mock": mock, "rows": rows, "left": left, "answered": len(mock.given), "problems": problems}
    return render(request, "exams/practice_mock.html", context, status=422 if problems else 200)


def read_all(request: SignedIn, mock: MockExam, versions: Any) -> tuple[dict[int, list[Any]], dict[int, str]]:
    given: dict[int, list[Any]] = {}
    problems: dict[int, str] = {}
    for place, slot in enumerate(mock.slots):
        try:
            answer = read_given(versions[slot["version"]], f"q{place}", request.POST)
        except Forged as forged:
            raise BadRequest(str(forged)) from forged
        except Unclear as unclear:
            problems[place] = str(unclear)
        else:
            if answer:
                given[place] = answer
    return given, problems


# ── Afterwards ───────────────────────────────────────────────────────────────
@login_required
@never_cache
@require_safe
def mock_result(request: SignedIn, pk: int) -> HttpResponse:
    mock = own_mock(request, pk)
    if mock.handed_in_at is None:
        return redirect("exams:mock_exam", pk)
    versions = versions_of(mock)
    ground = secret_of(mock, versions)
    answers = {answer.place: answer for answer in mock.answers.filter(judges=None).select_related("judgement")}
    rows = []
    for place, slot in enumerate(mock.slots):
        version, answer = versions[slot["version"]], answers.get(place)
        one = Explained(version, answer.given if answer else [], answer)
        rows.append({"number": place + 1, "one": one, "shows": ground.shows(version.question)})
    told = [row for row in rows if row["shows"]]
    counts = {
        "right": sum(row["one"].right is True for row in told),  # type: ignore[attr-defined]
        "all": sum(not row["one"].by_hand or row["one"].right is not None for row in told),  # type: ignore[attr-defined]
    }
    return render(request, "exams/practice_mock_result.html", {"mock": mock, "rows": rows, "counts": counts})
