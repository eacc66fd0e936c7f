"""News from the lessons and from the exam room leads to the same look at the enrolment."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from exams.models import Sitting
from exams.signals import sitting_marked
from learning import tasks
from learning.models import Enrolment, Lesson
from learning.services.completion import review_enrolment, waiting_for
from learning.signals import lesson_finished, time_credited
from media.services import draw_later
from records.rules import cause
from records.services import enqueue

logger = logging.getLogger(__name__)


def learnt(sender: Any, enrolment: Enrolment, now: datetime, **kwargs: Any) -> None:
    review([enrolment], now)


def marked(sender: Any, sitting: Sitting, mark: Any, **kwargs: Any) -> None:
    review(waiting_for(sitting.candidate), mark.recorded_at)


def review(enrolments: Iterable[Enrolment], now: datetime) -> None:
    """A certificate that cannot be issued must not take the mark or the minutes with it: a job tries again and tells
    whoever looks after jobs."""
    for enrolment in enrolments:
        try:
            with transaction.atomic():
                review_enrolment(enrolment, now=now)
        except Exception as error:  # whatever it is, the evidence before it stays
            logger.error("enrolment %s could not be reviewed: %s", enrolment.pk, cause(error))
            enqueue(tasks.review_enrolment, enrolment.pk)


def lesson_kept(sender: Any, instance: Lesson, raw: bool = False, **kwargs: Any) -> None:
    """Whoever wrote the lesson, its document is shown page by page."""
    if not raw and instance.kind == Lesson.Kind.DOCUMENT and instance.document is not None:
        draw_later(instance.document)


def connect() -> None:
    post_save.connect(lesson_kept, sender=Lesson, dispatch_uid="learning.lesson_kept")
    lesson_finished.connect(learnt, dispatch_uid="learning.lesson_finished")
    time_credited.connect(learnt, dispatch_uid="learning.time_credited")
    sitting_marked.connect(marked, dispatch_uid="learning.sitting_marked")
