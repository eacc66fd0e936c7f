"""宣传海报: what to do in one situation, to be read from three metres. Its limits are those of the sheet."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.blocks import PosterStepsBlock
from portal.models.piece import Piece
from portal.plaintext import stream_text

HEADLINE_LONGEST, DANGER_LONGEST = 12, 36  # characters


class PosterPage(Piece):
    headline = models.CharField(
        _("headline"),
        max_length=HEADLINE_LONGEST,
        help_text=_("What to do, in at most 12 characters; a comma in it begins the second line"),
    )
    steps = StreamField(PosterStepsBlock(min_num=3, max_num=5), verbose_name=_("steps"))
    danger = models.CharField(
        _("the one red sentence"), max_length=DANGER_LONGEST, help_text=_("What would cost a life; 36 characters")
    )
    calls = models.CharField(
        _("numbers to dial"),
        max_length=20,
        default="119 120",
        validators=[
            RegexValidator(r"^\d{3,5}( \d{3,5}){0,2}$", _("At most three numbers with a space between them: 119 120"))
        ],
    )

    parent_page_types = ["portal.LibraryPage"]
    subpage_types: list[str] = []
    template = "portal/posters/page.html"
    kind = pgettext_lazy("a page of the library", "Poster")
    content_panels = [
        Piece.title_panel,
        Piece.summary_panel,
        FieldPanel("headline"),
        FieldPanel("steps", help_text=_("Three to five; on the sheet each is one line with a small remark beside it")),
        FieldPanel("danger"),
        FieldPanel("calls"),
        *Piece.picture_panels,
        *Piece.about_panels,
    ]

    class Meta:
        verbose_name = pgettext_lazy("a page of the library", "poster")
        verbose_name_plural = pgettext_lazy("pages of the library", "posters")

    @property
    def call_numbers(self) -> list[str]:
        return self.calls.split()

    def searchable_text(self) -> str:
        return "\n".join([self.summary, self.headline, stream_text(self.steps), self.danger])
