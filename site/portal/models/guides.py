"""场所指南: for whoever goes in to a venue, what to bring, to look at, to practise, to answer and to write down."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from campaign.models import VenueKind
from campaign.registry import HOUSEHOLDS
from portal.blocks import BodyBlock
from portal.models.piece import Piece
from portal.plaintext import stream_text

#: No home is registered as a venue, but homes are visited.
GUIDED_KINDS = [*VenueKind.choices, (HOUSEHOLDS, pgettext_lazy("venue", "Households"))]


class GuidePage(Piece):
    venue_kind = models.CharField(_("kind of venue"), max_length=16, choices=GUIDED_KINDS)
    body = StreamField(BodyBlock(), verbose_name=_("text"))

    parent_page_types = ["portal.LibraryPage"]
    subpage_types: list[str] = []
    template = "portal/guide.html"
    kind = _("Venue guide")
    content_panels = [
        Piece.title_panel,
        Piece.summary_panel,
        FieldPanel("venue_kind"),
        InlinePanel("bring", heading=_("What to bring"), label=_("Piece"), max_num=8),
        *Piece.picture_panels,
        FieldPanel("body", help_text=_("What is left empty is not shown")),
        *Piece.about_panels,
    ]

    class Meta:
        verbose_name = _("venue guide")
        verbose_name_plural = _("venue guides")

    def clean(self) -> None:
        super().clean()
        others = GuidePage.objects.filter(venue_kind=self.venue_kind, locale=self.locale_id).exclude(pk=self.pk)
        if self.alias_of_id is None and others.exists():
            raise ValidationError({"venue_kind": _("This kind of venue has a guide already: change that one.")})

    def searchable_text(self) -> str:
        return f"{self.summary}\n{stream_text(self.body)}"


class BroughtPiece(Orderable):
    """Of the library: to print and take along, or to open on the spot."""

    guide = ParentalKey(GuidePage, on_delete=models.CASCADE, related_name="bring")
    piece = models.ForeignKey(Piece, models.CASCADE, related_name="+", verbose_name=_("piece"))

    panels = [PageChooserPanel("piece")]
