"""Which edition of the public site stands. Each change to what readers see makes a new one, for every process on every
host that asks the database again: at most a second after the change is committed."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Count, Max, Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Orderable, Page, Site

from campaign.models import Entry, Scheme, ThemedDay
from duties.models import Article, Regulation
from exams.models import Question, QuestionVersion
from media.models import Document, Image, MediaFile
from portal.models import ContentChange, HazardTag, Masthead

SHOWN_TO_READERS = (
    *(Page, Orderable, Masthead, HazardTag, Site, Locale, Redirect, Image, Document, MediaFile),
    *(Regulation, Article, Question, QuestionVersion, Scheme, Entry, ThemedDay),
)
ASKED_AGAIN_AFTER = 1.0  # seconds; with one more in front, in nginx, a change shows within two
CHANGES_KEPT = timedelta(days=1)
NEVER = float("-inf")

logger = logging.getLogger(__name__)

Edition = tuple[int, int]


class Asked:
    """What this process last heard, and when. One thread asks, the others go on with what they have."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.edition: Edition = (0, 0)
        self.at = NEVER
        self.lock = threading.Lock()

    def now(self) -> Edition:
        if self.clock() - self.at >= ASKED_AGAIN_AFTER and self.lock.acquire(blocking=self.at == NEVER):
            try:
                self.at, self.edition = self.clock(), standing()
            except DatabaseError:  # readers still get what is in memory, which nobody can have changed
                logger.exception("the database does not answer: published pages stay as they are")
                connection.close()
            finally:
                self.lock.release()
        return self.edition


asked = Asked()


def standing() -> Edition:
    """Number and last of the changes. Both: a transaction that began earlier may commit later, and the last stays."""
    row = ContentChange.objects.aggregate(count=Count("pk"), last=Max("pk"))
    return row["count"], row["last"] or 0


def connect() -> None:
    for signal in (post_save, post_delete):
        signal.connect(changed, dispatch_uid=f"portal.edition.{id(signal)}")
    m2m_changed.connect(changed, dispatch_uid="portal.edition.m2m")


def changed(sender: type[Model], instance: Any = None, **kwargs: Any) -> None:
    """In the transaction of the change itself: what is rolled back makes no edition."""
    if isinstance(instance, SHOWN_TO_READERS):
        ContentChange.objects.create()


def forget_old_changes() -> int:
    """How many of the day before were dropped; dropping makes a new edition, which costs a page one rendering."""
    return ContentChange.objects.filter(at__lt=timezone.now() - CHANGES_KEPT).delete()[0]
