"""Who would change, and who did, where the key of a question was wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from exams import correction_rules as rules
from exams import sitting_rules
from exams.models import (
    Answer,
    AnswerEvent,
    Certificate,
    Exam,
    KeyCorrection,
    Mark,
    QuestionBank,
    QuestionVersion,
    Sitting,
)
from exams.models.sittings import tidy
from exams.queries.results import in_force
from exams.registry import certificates_resting
from exams.rules import BY_HAND, QuestionFault, credit


@dataclass(frozen=True)
class Suspect:
    """A question of an exam that was corrected since; `fault` says why its key can't be taken over."""

    asked: QuestionVersion
    corrected: QuestionVersion
    fault: str
    done: KeyCorrection | None  # the correction in force, where it has the corrected key


@dataclass(frozen=True)
class Change:
    """What a corrected key makes of the mark in force."""

    mark: Mark
    points: Any
    passed: bool
    slots: list[int | str]


def key_from(asked: QuestionVersion, corrected: QuestionVersion) -> list[Any]:
    return rules.corrected_key(
        rules.Wording(asked.kind, asked.options, asked.answer),
        rules.Wording(corrected.kind, corrected.options, corrected.answer),
    )


def places_of(exam: Exam, version: int) -> dict[int, int]:
    """By paper: in which slot the version is asked."""
    return {
        paper: place
        for paper, slots in exam.papers.order_by("number").values_list("pk", "slots")
        for place, slot in enumerate(slots)
        if slot["version"] == version
    }


def versions_asked(exam: Exam) -> set[int]:
    return {slot["version"] for slots in exam.papers.values_list("slots", flat=True) for slot in slots}


def suspects(exam: Exam, banks: QuerySet[QuestionBank]) -> list[Suspect]:
    """The questions whose current version is not the one that was asked and has another key, of these banks."""
    asked = QuestionVersion.objects.filter(pk__in=versions_asked(exam), question__bank__in=banks)
    newer = asked.exclude(question__current=F("pk")).exclude(kind__in=BY_HAND)
    last = {one.version_id: one for one in KeyCorrection.objects.filter(exam=exam).order_by("pk")}
    found = [suspect(version, last.get(version.pk)) for version in newer.select_related("question__current")]
    return [one for one in found if one]


def suspect(asked: QuestionVersion, last: KeyCorrection | None) -> Suspect | None:
    corrected = asked.question.current
    if corrected is None:
        return None
    try:
        key = key_from(asked, corrected)
    except QuestionFault as fault:
        return Suspect(asked, corrected, str(fault), None)
    if key == asked.answer and last is None:
        return None
    return Suspect(asked, corrected, "", last if last and last.answer == key else None)


def sittings_asked(exam: Exam, version: QuestionVersion) -> QuerySet[Sitting]:
    """Everything handed in on a paper that asks it."""
    asked = Sitting.objects.filter(paper__in=places_of(exam, version.pk)).exclude(state=Sitting.State.OPEN)
    return asked.order_by("pk")


def changes(exam: Exam, version: QuestionVersion, key: Sequence[Any]) -> Iterator[Change]:
    """Every result in force that this key would change; a handful of statements for ten thousand."""
    places = places_of(exam, version.pk)
    wanted = Q(pk__in=[])
    for paper, place in places.items():
        wanted |= Q(sitting__paper=paper, slot=place)
    answers = dict(Answer.objects.filter(wanted).values_list("sitting", "given"))
    marks = list(
        in_force()
        .filter(sitting__paper__in=places)
        .select_related("sitting__paper", "sitting__candidate__exam", "sitting__candidate__user")
        .select_related("sitting__candidate__organisation")
        .order_by("sitting__candidate__organisation__name", "sitting__candidate__user__full_name", "pk")
    )
    admitted = AnswerEvent.objects.in_bulk({event for mark in marks for event in mark.admitted})
    for mark in marks:
        place = places[mark.sitting.paper_id]
        late = [admitted[event].given for event in mark.admitted if admitted[event].slot == place]
        given = late[-1] if late else answers.get(mark.sitting_id, [])
        change = change_of(mark.sitting, mark, {place: given}, version.pk, key)
        if change:
            yield change


def change_of(
    sitting: Sitting, mark: Mark, answers: Mapping[int, Sequence[Any]], version: int, key: Sequence[Any]
) -> Change | None:
    """None where the key gives the points there are."""
    slots = sitting.paper.slots
    place = next(number for number, slot in enumerate(slots) if slot["version"] == version)
    slot = slots[place]
    share = credit(slot["kind"], key, list(answers.get(place, ())), slot.get("partial", ""))
    points = sitting_rules.points_for(share or 0, slot["points"])
    if sitting_rules.in_json(points) == mark.slots[place]:
        return None
    exam = sitting.candidate.exam
    after = rules.remarked(mark.slots, place, points, total=mark.total_points, pass_percent=exam.pass_percent)
    return Change(mark, tidy(after.points), after.passed, after.slots)


# ── Afterwards ───────────────────────────────────────────────────────────────
def corrections_of(exam: Exam) -> QuerySet[KeyCorrection]:
    made = KeyCorrection.objects.filter(exam=exam).select_related("by", "version__question", "corrected")
    return made.order_by("-pk")


def to_be_looked_at(exam: Exam) -> QuerySet[Certificate]:
    """Certificates in force of people who passed before a correction and by no mark now: nobody touches them here."""
    corrected = Mark.objects.filter(sitting__candidate__exam=exam, correction__isnull=False, passed=False)
    passed = in_force().filter(passed=True, sitting__candidate=OuterRef("sitting__candidate"))
    people = corrected.filter(~Exists(passed)).values_list("sitting__candidate__user", flat=True)
    resting = certificates_resting(exam.pk, set(people))
    return resting.filter(revoked_at=None).select_related("user", "organisation").order_by("organisation__name", "pk")
