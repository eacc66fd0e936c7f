"""What of the courses rests on an article of the law."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from duties.models import Article
from duties.registry import Touched
from learning.models import Course, Lesson


def courses_resting_on(article: Article, user: Any, at: datetime) -> Iterator[Touched]:
    """With a lesson whose check question cites it."""
    citing = Lesson.objects.filter(course=OuterRef("pk"), check_question__current__articles=article)
    for course in Course.objects.visible_to(user).filter(Exists(citing)).order_by("title", "pk"):
        yield Touched(course.title, reverse("learning:course_detail", args=[course.pk]))
