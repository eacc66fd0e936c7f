"""What waits on the editor's desk: read from the pages, the counts and what readers sent; nothing of it is stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from portal.models import Correction, MissedSearch, PageDay, Piece, WrongWord
from portal.proofreading import Objection, objections

REVIEW_AFTER = timedelta(days=365)  # ours, not the law's: what nobody has read for a year is read again
LOOK_BACK = timedelta(days=90)
A_MONTH = timedelta(days=30)
MOST_WORDS, MOST_PIECES = 20, 20


def own_pieces() -> Any:
    """The published Chinese pieces: the other languages follow them."""
    return Piece.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).select_related("locale")


def due_for_review(today: date) -> QuerySet[Piece]:
    """复审到期: published, and last reviewed more than a year ago or never; the oldest first."""
    old = Q(reviewed_on__lt=today - REVIEW_AFTER) | Q(reviewed_on__isnull=True)
    return own_pieces().filter(old).order_by(F("reviewed_on").asc(nulls_first=True), "title")


@dataclass(frozen=True)
class Spoken:
    piece: Piece
    objections: list[Objection]


def spoken_against(today: date) -> list[Spoken]:
    """Published pieces against which something speaks by now: a law that ended, a page withdrawn, a word to avoid."""
    words = list(WrongWord.objects.all())
    read = ((piece, objections(piece, today=today, words=words)) for piece in own_pieces().specific())
    return [Spoken(piece, found) for piece, found in read if found]


def missed_searches(today: date) -> list[Any]:
    """What readers sought in vain in the last quarter, the most wanted first."""
    rows = MissedSearch.objects.filter(day__gt=today - LOOK_BACK).values("query", "language")
    return list(rows.annotate(times=Sum("count")).order_by("-times", "query")[:MOST_WORDS])


def open_corrections() -> QuerySet[Correction]:
    return Correction.objects.filter(state=Correction.State.OPEN).select_related("page__locale").order_by("sent_at")


@dataclass(frozen=True)
class Reading:
    piece: Piece
    reads: int
    useful: int
    useless: int


def readings(today: date) -> list[Reading]:
    """The pieces most read in the last month; reads are pages looked at, not people."""
    days = PageDay.objects.filter(day__gt=today - A_MONTH).values("page")
    rows = days.annotate(reads=Sum("reads"), useful=Sum("useful"), useless=Sum("useless")).order_by("-reads", "page")
    top = list(rows[:MOST_PIECES])
    pieces = Piece.objects.select_related("locale").in_bulk([row["page"] for row in top])
    shown = [row for row in top if row["page"] in pieces]
    return [Reading(pieces[row["page"]], row["reads"], row["useful"], row["useless"]) for row in shown]
