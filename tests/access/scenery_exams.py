"""Exams for the access matrix: one of organisation A's, one of the bureau's that a learner of B sits, and drafts."""

from datetime import datetime, timedelta
from typing import Any

from exams import services
from exams.models import Candidate, Sitting
from exams.sitting_rules import Save
from tests.exams.factories import DEVICE, make_bank, make_candidate, make_exam, make_published


def exams_scenery(learner: Any, learner_b: Any, organisation_a: Any, now: datetime) -> dict[str, Any]:
    bank, member, member_b = make_bank("考试题库"), learner.memberships.get(), learner_b.memberships.get()
    exam = make_published(bank, now=now, organisation=organisation_a, title="exam of A")
    county = make_published(bank, now=now, title="exam of the bureau")
    ready = make_candidate(make_published(bank, now=now, organisation=organisation_a, title="not begun"), member)
    candidate, candidate_b = make_candidate(exam, member), make_candidate(county, member_b)
    return {
        "exam_bank": bank,
        "exam_a": exam,
        "exam_county": county,
        "draft_a": make_exam(bank, now=now, organisation=organisation_a, title="draft of A"),
        "draft_county": make_exam(bank, now=now, title="draft of the bureau"),
        "candidate": candidate,
        "candidate_b": candidate_b,
        "candidate_ready": ready,
        "sitting_open": services.start_sitting(candidate, device=DEVICE, now=now),
        "sitting_over": handed_in(learner, member, bank, organisation_a, now),
        "sitting_late": late(learner, member, bank, organisation_a, now),
        "exam_ticket": services.issue_tickets([candidate_b], by=None, now=now)[candidate_b.pk],
    }


def late(learner: Any, member: Any, bank: Any, organisation: Any, now: datetime) -> Sitting:
    """One answer came after the deadline."""
    candidate = make_candidate(make_published(bank, now=now, organisation=organisation, title="late"), member)
    sitting = services.start_sitting(candidate, device=DEVICE, now=now)
    after = sitting.deadline + timedelta(hours=1)
    services.save_answers(sitting.pk, [Save(0, (0,), 1, now)], device=DEVICE, epoch=1, now=after)
    services.submit_sitting(sitting, now=after)
    services.mark_sitting(sitting.pk, now=after)
    return Sitting.objects.get(pk=sitting.pk)


def handed_in(learner: Any, member: Any, bank: Any, organisation: Any, now: datetime) -> Sitting:
    candidate: Candidate = make_candidate(
        make_published(bank, now=now, organisation=organisation, title="handed in"), member
    )
    sitting = services.start_sitting(candidate, device=DEVICE, now=now)
    services.submit_sitting(sitting, now=now)
    services.mark_sitting(sitting.pk, now=now)
    return Sitting.objects.get(pk=sitting.pk)
