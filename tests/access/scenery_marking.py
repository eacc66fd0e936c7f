"""Marking for the access matrix: a written exam of organisation A with a marker appointed, and a paper that its
candidate may read."""

from datetime import datetime, timedelta
from typing import Any

from exams.models import Exam, HandAnswer, QuestionVersion
from exams.services.hand_marking import appoint_marker
from tests.exams.factories import hand_in_texts, make_question, make_written_exam


def marking_scenery(cast: dict[str, Any], organisation_a: Any, now: datetime) -> dict[str, Any]:
    member = cast["learner"].memberships.get()
    written = make_written_exam(now=now, organisation=organisation_a, title="written exam of A")
    waiting = hand_in_texts(written, "先断电。", now=now, membership=member)
    shown = make_written_exam(now=now, organisation=organisation_a, title="read again", shows_answers="after_closing")
    read = hand_in_texts(shown, "", now=now, membership=member)
    Exam.objects.filter(pk=shown.pk).update(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    ticked = QuestionVersion.objects.get(pk=waiting.paper.slots[-1]["version"])
    make_question(ticked.question.bank, "single", 1, answer=[3])  # its key was wrong
    return {
        "written_a": written,
        "written_answer": HandAnswer.objects.get(sitting=waiting),
        "ticked_version": ticked,
        "marker_of_a": appoint_marker(written, cast["drill_officer"], by=None, now=now),
        "sitting_read": read,
    }
