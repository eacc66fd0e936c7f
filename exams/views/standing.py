"""How a candidate stands, in the words and with the one next step that his pages show."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.models import Candidate, Exam, Sitting
from exams.queries.results import Outcome, State, outcome_of
from exams.sitting_rules import Refusal
from ui.templatetags.ui import moment

TAGS = {
    State.NOT_BEGUN: "wait",
    State.SITTING: "late",
    State.HANDED_IN: "wait",
    State.PASSED: "ok",
    State.FAILED: "off",
    State.MISSED: "off",
}


def in_order(candidacies: Iterable[Any], now: datetime) -> list[dict[str, Any]]:
    """What can be sat now comes first, then what is to come, then what is over; the first of all is the next thing."""
    rows = [row_of(candidate, outcome_of(candidate, now)) for candidate in candidacies]
    rows.sort(key=lambda row: row["rank"])
    for place, row in enumerate(rows):
        row["next"] = place == 0 and row["rank"] < 3
    return rows


def row_of(candidate: Candidate, outcome: Outcome) -> dict[str, Any]:
    ranks = {None: 1, Refusal.SITTING: 0, Refusal.NOT_YET: 2}
    actions = {None: _("To the exam"), Refusal.SITTING: _("Continue the exam"), Refusal.NOT_YET: _("Waiting room")}
    when = {None: _("Open now"), Refusal.SITTING: _("Your exam is running"), Refusal.NOT_YET: _("Next exam")}
    return {
        "exam": candidate.exam,
        "rank": ranks.get(outcome.refusal, 3),
        "when": when.get(outcome.refusal, ""),
        "action": actions.get(outcome.refusal, _("Details")),
        "url": reverse("exams:waiting", args=[candidate.pk]),
        "minutes": candidate.exam.duration_minutes + candidate.extra_minutes,
        "label": outcome.state.label,
        "tag": TAGS[outcome.state],
        "points": outcome.points,
        "total": outcome.total_points,
        "attempts_left": 0 if outcome.state == State.PASSED else outcome.attempts_left,
    }


def room_of(candidate: Candidate, sittings: Sequence[Sitting], outcome: Outcome, device: str) -> dict[str, Any]:
    exam = candidate.exam
    going_on = next((one for one in sittings if one.state == Sitting.State.OPEN), None)
    paper = exam.papers.first()
    return {
        "may_start": outcome.may_start,
        "coming": outcome.refusal == Refusal.NOT_YET,
        "why_not": why_not(outcome.refusal, exam) if outcome.refusal else "",
        "open_sitting": going_on,
        "other_device": going_on is not None and going_on.device != device,
        "minutes": exam.duration_minutes + candidate.extra_minutes,
        "questions": len(paper.slots) if paper else 0,
        "total": paper.total_points if paper else 0,
        "attempt_words": attempt_words(outcome),
        "sittings": [
            {
                "pk": one.pk,
                "number": one.number,
                "submitted_at": one.submitted_at,
                "label": one.get_state_display(),
                "mark": next(reversed(one.marks.all()), None),
            }
            for one in sittings
            if one.state != Sitting.State.OPEN
        ],
    }


def attempt_words(outcome: Outcome) -> str:
    allowed = outcome.used + outcome.attempts_left
    words = ngettext("%(left)s of %(all)s attempt left", "%(left)s of %(all)s attempts left", allowed)
    return words % {"left": outcome.attempts_left, "all": allowed}


def why_not(refusal: Refusal, exam: Exam) -> str:
    """In words for the candidate, with what to do next."""
    told = {
        Refusal.NOT_PUBLISHED: _("This exam was withdrawn."),
        Refusal.WITHDRAWN: _("You are no candidate of this exam any more."),
        Refusal.NOT_YET: _("The exam opens on %(moment)s.") % {"moment": moment(exam.opens_at)},
        Refusal.SITTING: _("Your exam is running."),
        Refusal.PASSED: _("You have passed this exam. There is nothing left to do."),
        Refusal.OVER: _("The exam closed on %(moment)s.") % {"moment": moment(exam.closes_at)},
        Refusal.NO_ATTEMPT_LEFT: _("There is no attempt left."),
        Refusal.WAITS_FOR_RESULT: _("Your last attempt is being marked. The result appears in a moment."),
    }[refusal]
    asks = {Refusal.NOT_PUBLISHED, Refusal.WITHDRAWN, Refusal.OVER, Refusal.NO_ATTEMPT_LEFT}
    next_step = _("If you still need it, ask your safety officer or the exam officer.")
    return _("%(told)s %(next)s") % {"told": told, "next": next_step} if refusal in asks else told


def points_needed(exam: Exam, total: int) -> int:
    """The least whole number of points that passes: the pass mark is a percentage."""
    return -(-exam.pass_percent * total // 100)
