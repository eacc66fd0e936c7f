"""What readers leave behind: counts without a name, words they sought in vain, and what they say is wrong."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from wagtail.models import Page

from portal.models import Correction, MissedSearch, PageDay
from records.services import log

COUNTERS = ("reads", "useful", "useless")


def count(page_id: int, counter: str, *, today: date) -> None:
    """One more of `counter` (one of COUNTERS) for the page on this day."""
    PageDay.objects.bulk_create([PageDay(page_id=page_id, day=today)], ignore_conflicts=True)
    PageDay.objects.filter(page_id=page_id, day=today).update(**{counter: F(counter) + 1})


def note_missed_search(query: str, language: str, *, today: date) -> None:
    """So that editors see what the library lacks. Digits in a row may be somebody's number: those are not kept."""
    if any(part.isdecimal() and len(part) > 5 for part in query.split()):
        return
    words = " ".join(query.split())[:60]
    MissedSearch.objects.bulk_create([MissedSearch(query=words, language=language, day=today)], ignore_conflicts=True)
    MissedSearch.objects.filter(query=words, language=language, day=today).update(count=F("count") + 1)


def send_correction(page: Page, text: str, *, now: datetime) -> Correction:
    return Correction.objects.create(page=page, text=text, sent_at=now)


@transaction.atomic
def answer_correction(correction: Correction, *, state: str, answer: str, by: Any, now: datetime) -> bool:
    """Once: of two editors who answer at the same moment the second is told so (False)."""
    waiting = Correction.objects.filter(pk=correction.pk, state=Correction.State.OPEN)
    if waiting.update(state=state, answer=answer, answered_by=by, answered_at=now) != 1:
        return False
    log("portal.correction_answered", by=by, obj=correction, payload={"state": state}, now=now)
    return True
