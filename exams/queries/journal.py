"""What happened in one sitting, for the person who has to judge about it: facts and no opinion."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet

from exams.models import AnswerEvent, Sitting

SHOWN = 300  # of one sitting; more is a page nobody reads
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
    decided = sitting.marks.exclude(by=None).order_by("-pk").values_list("recorded_at", flat=True).first()
    return late.filter(recorded_at__gt=decided) if decided else late


def line(sitting: Sitting, event: AnswerEvent) -> dict[str, Any]:
    order = sitting.paper.slots[event.slot]["order"] if event.slot < len(sitting.paper.slots) else []
    letters = sorted(LETTERS[order.index(position)] for position in event.given if position in order)
    return {
        "event": event,
        "question": event.slot + 1,
        "given": "".join(letters),
        "counts": event.verdict == AnswerEvent.Verdict.ACCEPTED,
        "apart": abs((event.recorded_at - event.happened_at).total_seconds()) > 60,
    }
