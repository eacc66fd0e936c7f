from collections.abc import Callable
from typing import Any

from tests.access.matrix import NOBODY, Rule, Rules, only

LEARNER = only("learner")
PLANS = only("manager_a", "manager_b", "training_officer")
EDITS_A, EDITS_B = only("manager_a", "training_officer"), only("manager_b", "training_officer")
EDITS_COMMON = only("training_officer")
SEES = PLANS | only("officer_north", "officer_south", "supervisor", "exam_officer", "leader", "auditor", "inspector")
QUESTION = {"question_kind": "single", "stem": "先做什么？", "lines": "开灯\n*关阀门", "explanation": "先关阀门。"}
TEXT = {"title": "第一课", "body": "先关阀门。", "minutes": "8"} | QUESTION


def of_lesson(scene: Any) -> list[Any]:
    return [scene.begun_in.pk, scene.begun.pk]


def segment(scene: Any) -> list[Any]:
    return [scene.segment.pk]


def right_answer(scene: Any) -> dict[str, Any]:
    return {"version": scene.begun.check_question.current_id, "given": [1]}


def a_lesson(name: str, *more: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, f"course_{name}").pk, getattr(scene, f"lesson_of_course_{name}").pk, *more]


def a_course(name: str, *more: str) -> Callable[[Any], list[Any]]:
    return lambda scene: [getattr(scene, name).pk, *more]


def text(scene: Any) -> dict[str, Any]:
    return TEXT


def new_course(scene: Any) -> dict[str, Any]:
    return {"title": "新课"}


def course_of_a(scene: Any) -> dict[str, Any]:
    return {"title": "新课", "organisation": scene.organisation_a.pk}


def nothing(scene: Any) -> dict[str, Any]:
    return {}


def both(**told: Any) -> tuple[Rule, ...]:
    """The same for a course of each organisation; what of an address follows the lesson stands in `more`."""
    more = told.pop("more", ())
    return (Rule(EDITS_A, a_lesson("a", *more), **told), Rule(EDITS_B, a_lesson("b", *more), **told))


RULES: Rules = {
    # Nobody learns for another, whatever his office.
    "learning:lessons": (Rule(LEARNER, lambda scene: [scene.begun_in.pk]),),
    "learning:lesson": (Rule(LEARNER, of_lesson),),
    "learning:lesson_open": (Rule(LEARNER, of_lesson, method="post", data=lambda scene: {"device": "phone"}),),
    "learning:lesson_check": (Rule(LEARNER, of_lesson, method="post", data=right_answer),),
    "learning:segment_beat": (Rule(LEARNER, segment, method="post", data=lambda scene: {"idle": "1"}),),
    "learning:segment_close": (Rule(LEARNER, segment, method="post", data=lambda scene: {"ending": "left"}),),
    # Courses: drafts are their authors' business, what is published everybody's who has to do with training.
    "learning:course_list": (Rule(SEES),),
    "learning:course_detail": (
        Rule(SEES, a_course("common_course")),
        Rule(EDITS_A, a_course("course_a")),
        Rule(EDITS_B, a_course("course_b")),
    ),
    "learning:lesson_preview": (
        Rule(SEES, lambda scene: [scene.common_course.pk, scene.begun.pk]),
        *both(),
    ),
    "learning:course_new": (Rule(PLANS),),
    "learning:course_edit": (
        Rule(EDITS_COMMON, a_course("common_course"), data=new_course),
        Rule(EDITS_A, a_course("course_a"), data=course_of_a),
        Rule(EDITS_B, a_course("course_b"), data=new_course),
    ),
    "learning:course_publish": (
        Rule(EDITS_A, a_course("course_a"), method="post", data=nothing),
        Rule(EDITS_B, a_course("course_b"), method="post", data=nothing),
    ),
    "learning:course_questions": (
        Rule(EDITS_A, a_course("course_a")),
        Rule(EDITS_B, a_course("course_b")),
    ),
    "learning:lesson_new": (
        Rule(EDITS_A, a_course("course_a", "text"), data=text),
        Rule(EDITS_B, a_course("course_b", "text"), data=text),
        Rule(NOBODY, a_course("course_a", "quiz"), data=text),
    ),
    "learning:lesson_edit": both(data=text),
    "learning:lesson_move": (
        *both(more=("up",), method="post", data=nothing),
        Rule(NOBODY, a_lesson("a", "sideways"), method="post", data=nothing),
    ),
    "learning:lesson_remove": both(method="post", data=nothing),
}
