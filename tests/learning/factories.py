from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Collection

from exams.models import Question, QuestionBank
from exams.services import write_question
from learning.models import Course, Enrolment, Lesson, Programme, ProgrammeCourse
from media.models import MediaFile
from people.models import Membership

WORDING = {
    "kind": "single",
    "stem": "闻到燃气味，第一件事做什么？",
    "options": ["开灯看看", "关阀门，开窗", "打电话问物业"],
    "answer": [1],
    "explanation": "电火花能点着燃气：先关阀门、开窗，到外面再打电话。",
    "difficulty": 1,
    "hazard": "gas",
}


class QuestionFactory(DjangoModelFactory):
    """A question with its first version, in a bank of the bureau unless told otherwise."""

    class Meta:
        model = Question

    key = factory.Sequence(lambda n: f"check-{n}")

    @classmethod
    def _create(cls, model_class: type[Question], *args: object, **kwargs: object) -> Question:
        bank = kwargs.pop("bank", None) or QuestionBank.objects.get_or_create(name="题库", organisation=None)[0]
        key = kwargs.pop("key")
        return write_question(bank, key, WORDING | kwargs)


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    title = factory.Sequence(lambda n: f"第{n}门课")
    created_at = factory.LazyFunction(timezone.now)
    published_at = factory.LazyFunction(timezone.now)


class LessonFactory(DjangoModelFactory):
    """A text of ten minutes."""

    class Meta:
        model = Lesson

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"第{n}课")
    kind = Lesson.Kind.TEXT
    body = "## 先关阀门\n\n闻到燃气味，不碰任何电开关。\n\n- 关阀门\n- 开窗"
    minutes = 10
    check_question = factory.SubFactory(QuestionFactory)


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    title = factory.Sequence(lambda n: f"第{n}期培训")
    required_hours = 1
    opens_on = date(2020, 1, 1)
    closes_on = date(2099, 12, 31)
    state = Programme.State.PUBLISHED
    created_at = factory.LazyFunction(timezone.now)


def programme_of(*lessons: Lesson, **fields: object) -> Programme:
    """A published programme that asks for the courses of these lessons."""
    programme = ProgrammeFactory(**fields)
    for position, course in enumerate(dict.fromkeys(lesson.course for lesson in lessons), 1):
        ProgrammeCourse.objects.create(programme=programme, course=course, position=position)
    return programme


def enrol(user: object, programme: Programme, **fields: object) -> Enrolment:
    membership = Membership.objects.get(user=user)
    told = {"assigned_at": timezone.now(), "due_on": date(2099, 12, 31)} | fields
    return Enrolment.objects.create(
        programme=programme, user=user, membership=membership, organisation=membership.organisation, **told
    )


def library() -> None:
    """The root of the media library, which migrations bring elsewhere."""
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


def make_video(**fields: object) -> MediaFile:
    """Two minutes long."""
    library()
    told = {"title": "片子", "type": "video", "duration": 120.4, "file": "media/film.mp4"} | fields
    return MediaFile.objects.create(**told)
