"""What happened in one sitting, for the person who has to judge about it: facts and no opinion."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from exams.models import AnswerEvent, Sitting
from exams.paper_rules import Slot
from exams.rules import BY_HAND

SHOWN = 300  # of one sitting; more is a page nobody reads
BEGINNING = 80  # characters of a long text: it is saved again and again while it grows
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def journal_of(sitting: Sitting) -> dict[str, Any]:
    """The latest events as the candidate saw the options, how many there are of each verdict, marks, answered."""
    events = sitting.events.order_by("-pk")
    counts = Counter(events.order_by().values_list("verdict", flat=True))
    marks = list(sitting.marks.all())
    return {
        "events": [line(sitting, event) for event in events[:SHOWN]],
        "verdicts": [(str(label), counts[value]) for value, label in AnswerEvent.Verdict.choices if counts[value]],
        "count": sum(counts.values()),
        "more": max(0, sum(counts.values()) - SHOWN),
        "answered": sum(1 for given in sitting.answers.values_list("given", flat=True) if given),
        "questions": len(sitting.paper.slots),
        "takeovers": sitting.epoch - 1,
        "marks": marks,
        "mark": marks[-1] if marks else None,
    }


def late_answers(sitting: Sitting) -> QuerySet[AnswerEvent]:
    """What came after the deadline and nobody has decided about yet, in its order."""
    late = sitting.events.filter(verdict=AnswerEvent.Verdict.LATE).order_by("pk")
    mark = sitting.result
    return late.exclude(pk__in=mark.admitted) if mark else late


def line(sitting: Sitting, event: AnswerEvent) -> dict[str, Any]:
    slots = sitting.paper.slots
    return {
        "event": event,
        "question": event.slot + 1,
        "given": words(slots[event.slot], event.given) if event.slot < len(slots) else "",
        "counts": event.verdict == AnswerEvent.Verdict.ACCEPTED,
        "apart": abs((event.recorded_at - event.happened_at).total_seconds()) > 60,
    }


def words(slot: Slot, given: Sequence[Any]) -> str:
    """What was answered, by the letters that the candidate saw: AC; an order BCA; pairs 1A 2–; blanks 119 / 120; a
    long text its beginning and length."""
    kind, letter = slot["kind"], letters(slot["order"])
    if kind in BY_HAND:
        return shortened(str(given[0])) if given else ""
    if kind == "fill":
        return " / ".join(text.strip() or "–" for text in given)
    if kind == "matching":
        return " ".join(f"{number}{letter.get(right, '–')}" for number, right in enumerate(given, 1))
    found = [letter[position] for position in given if position in letter]
    return "".join(found if kind == "ordering" else sorted(found))


def letters(order: Sequence[int]) -> dict[int, str]:
    return dict(zip(order, LETTERS, strict=False))


def shortened(text: str) -> str:
    if len(text) <= BEGINNING:
        return text
    told = ngettext("%(count)s character", "%(count)s characters", len(text)) % {"count": len(text)}
    return f"{text[:BEGINNING]}… ({told})"
