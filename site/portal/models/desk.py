"""What the editor's desk knows beside the pages: words to avoid, words of equal meaning, what readers say, what they
looked for in vain."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

CORRECTION_LONGEST = 500  # characters


class WrongWord(models.Model):
    """A word that no piece of the bureau should use, and what it says instead."""

    wrong = models.CharField(_("not"), max_length=30, unique=True)
    right = models.CharField(_("but"), max_length=60, blank=True, help_text=_("Left empty: leave it out"))
    reason = models.CharField(_("why"), max_length=120, blank=True)

    panels = [FieldPanel("wrong"), FieldPanel("right"), FieldPanel("reason")]

    class Meta:
        verbose_name = _("word to avoid")
        verbose_name_plural = _("words to avoid")
        ordering = ["wrong"]

    def __str__(self) -> str:
        return self.wrong


class PageDay(models.Model):
    """Of one page on one day: how often it was read, and how many found it of use. Nothing about who."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    day = models.DateField()
    reads = models.PositiveIntegerField(default=0)
    useful = models.PositiveIntegerField(default=0)
    useless = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "day"], name="portal_pageday_unique")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.day}"


class MissedSearch(models.Model):
    """Words for which the search of that day had nothing: what readers want and the library lacks."""

    query = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "language", "day"], name="portal_missed_unique")]

    def __str__(self) -> str:
        return self.query


def new_token() -> str:
    return secrets.token_urlsafe(12)


class Correction(models.Model):
    """What a reader says is wrong with a page, and what the bureau answers. No name is asked; the reader finds the
    answer at an address that only he was told."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        CORRECTED = "corrected", _("corrected")
        KEPT = "kept", _("left as it is")

    page = models.ForeignKey(Page, models.CASCADE, related_name="+", verbose_name=_("page"))
    token = models.CharField(max_length=24, unique=True, default=new_token)
    text = models.CharField(_("what is wrong"), max_length=CORRECTION_LONGEST)
    sent_at = models.DateTimeField(_("sent"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=CORRECTION_LONGEST, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("reader's correction")
        verbose_name_plural = _("readers' corrections")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return self.text[:40]


class ContentChange(models.Model):
    """Something that readers see was changed, in the same transaction; see `portal.edition`."""

    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.at}"
