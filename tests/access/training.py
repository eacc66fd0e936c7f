"""The scenery of programmes: one of each organisation with somebody who is late, a draft, a rule."""

from datetime import date
from typing import Any

from django.utils import timezone

from learning.models import ProgrammeRule
from tests.learning.factories import LessonFactory, enrol, programme_of


def training_scenery(learner: Any, learner_b: Any) -> dict[str, Any]:
    places = {one: one.memberships.get().organisation for one in (learner, learner_b)}
    lesson = LessonFactory()
    window = {"opens_on": date(2020, 1, 1), "closes_on": date(2099, 12, 31), "required_hours": 0}
    ours = programme_of(lesson, organisation=places[learner], **window)
    theirs = programme_of(lesson, organisation=places[learner_b], **window)
    return {
        "lesson": lesson,
        "programme": ours,
        "programme_b": theirs,
        "draft": programme_of(lesson, organisation=places[learner], state="draft", **window),
        "enrolment": enrol(learner, ours, due_on=date(2026, 1, 1)),
        "enrolment_b": enrol(learner_b, theirs, due_on=date(2026, 1, 1)),
        "rule": ProgrammeRule.objects.create(programme=ours, categories=["intern"], created_at=timezone.now()),
    }
