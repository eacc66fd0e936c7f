"""Banks, and what is decided about their questions."""

from datetime import datetime

from django.db import transaction

from exams.importers.pictures import SafePicture
from exams.models import Question, QuestionBank, QuestionVersion
from exams.services.questions import Wording, write_question
from people.models import Organisation, User
from records.models import PrivateFile
from records.services import log, store_private

PICTURE = "exams.question_picture"


@transaction.atomic
def create_bank(name: str, *, organisation: Organisation | None, by: User | None, now: datetime) -> QuestionBank:
    bank = QuestionBank.objects.create(name=name, organisation=organisation)
    log("exams.bank_created", by=by, obj=bank, now=now)
    return bank


@transaction.atomic
def add_question(
    bank: QuestionBank, wording: Wording, *, chapter: str, picture: SafePicture | None, by: User, now: datetime
) -> Question:
    QuestionBank.objects.select_for_update().get(pk=bank.pk)  # two writers would take the same free key
    kept = store_picture(picture, by=by) if picture else None
    question = write_question(bank, free_keys(bank, 1)[0], wording, picture=kept, by=by)
    set_chapter(question, chapter)
    log("exams.question_written", by=by, obj=question, payload={"version": 1}, now=now)
    return question


@transaction.atomic
def change_question(
    question: Question,
    wording: Wording,
    *,
    chapter: str,
    picture: SafePicture | PrivateFile | None,
    by: User,
    now: datetime,
) -> bool:
    """A changed wording or picture is a new version; what was asked before stays as it was. False: nothing changed."""
    version = QuestionVersion.objects.select_related("picture").get(pk=question.current_id or 0)
    moved = set_chapter(question, chapter)
    same = picture == version.picture and all(getattr(version, name) == value for name, value in wording.items())
    if not same:
        kept = store_picture(picture, by=by) if isinstance(picture, SafePicture) else picture
        articles = version.articles.all()
        write_question(question.bank, question.key, wording, articles=articles, picture=kept, by=by)
        question.refresh_from_db()
    if moved or not same:
        number = version.number if same else version.number + 1
        log("exams.question_written", by=by, obj=question, payload={"version": number}, now=now)
    return moved or not same


def set_chapter(question: Question, chapter: str) -> bool:
    changed = Question.objects.filter(pk=question.pk).exclude(chapter=chapter).update(chapter=chapter)
    question.chapter = chapter
    return bool(changed)


def store_picture(picture: SafePicture, *, by: User | None) -> PrivateFile:
    return store_private(PICTURE, picture.name, picture.content, by=by, content_type=picture.content_type)


def free_keys(bank: QuestionBank, count: int) -> list[str]:
    """Names within the bank that nobody has to think of; the caller holds the bank's row."""
    taken = set(bank.questions.filter(key__startswith="q").values_list("key", flat=True))
    number, keys = len(taken), list[str]()
    while len(keys) < count:
        number += 1
        if f"q{number}" not in taken:
            keys.append(f"q{number}")
    return keys


@transaction.atomic
def retire_question(question: Question, *, reason: str, by: User, now: datetime) -> bool:
    """It is drawn into no further paper; False when it was retired already."""
    done = Question.objects.filter(pk=question.pk, retired_at=None).update(retired_at=now)
    if done:
        log("exams.question_retired", by=by, obj=question, payload={"reason": reason}, now=now)
    return bool(done)


@transaction.atomic
def restore_question(question: Question, *, reason: str, by: User, now: datetime) -> bool:
    done = Question.objects.filter(pk=question.pk, retired_at__isnull=False).update(retired_at=None)
    if done:
        log("exams.question_restored", by=by, obj=question, payload={"reason": reason}, now=now)
    return bool(done)
