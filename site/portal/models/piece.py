"""What all pages of the public tree, and all pieces that a reader reads, have in common."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtailmedia.edit_handlers import MediaChooserPanel

from campaign.models import Entry
from campaign.queries import default_entries
from duties.vocabulary import Hazard, hazard_icon

LOUDSPEAKER_LONGEST = 300  # characters, which take a village about a minute and a half to hear
SCRIPT_LONGEST = 280  # of them an editor's own; before it the loudspeaker says that this is no warning


class HazardTag(models.Model):
    """The hazards of `duties.vocabulary` as rows, so that a page can carry several and be found by each."""

    code = models.CharField(_("hazard"), max_length=30, choices=Hazard, unique=True)

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(Hazard(self.code).label)

    @property
    def icon(self) -> str:
        return hazard_icon(self.code)


class PublicPage(Page):
    """What all pages of the public tree have in common."""

    # What is published is for everybody: lists and the search show every live page, so none may be kept from some.
    private_page_options: list[str] = []

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Wagtail's rule (own, ancestors', and an alias's source's restrictions) in one query instead of two."""
        paths = [page.path[:end] for page in (self, self.alias_of) if page for end in range(4, len(page.path) + 1, 4)]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal import queries  # noqa: PLC0415  queries are written in terms of these models

        return super().get_context(request, *args, **kwargs) | queries.beside(self, request.GET)


class PieceForm(WagtailAdminPageForm):
    """Offers the entries that readers see; the other schemes name the same settings again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "entries" in self.fields:
            self.fields["entries"].queryset = default_entries()


class Piece(PublicPage):
    """Whatever a reader reads: a common table, so that lists and search need not ask each page type in turn."""

    slug: str
    summary = models.CharField(_("summary"), max_length=120)
    illustration = models.ForeignKey(
        "media.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("illustration")
    )
    illustration_alt = models.CharField(_("what the illustration shows"), max_length=200, blank=True)
    audio = models.ForeignKey(
        "media.MediaFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recording")
    )
    entries = ParentalManyToManyField(Entry, blank=True, related_name="+", verbose_name=_("entries"))
    hazards = ParentalManyToManyField(HazardTag, blank=True, related_name="+", verbose_name=_("hazards"))
    sources = models.TextField(_("sources"), blank=True, help_text=_("One a line, named as in print"))
    doubts = models.TextField(
        _("open doubts"),
        blank=True,
        help_text=_("One a line; shown to editors only, and nothing is published with one"),
    )
    loudspeaker = models.TextField(
        _("for the loudspeaker"),
        blank=True,
        max_length=SCRIPT_LONGEST,
        help_text=_("The same in spoken words, at most 280 characters; left empty, it is drawn from the text"),
    )
    reviewed_by = models.CharField(_("reviewed by"), max_length=60, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    is_creatable = False
    base_form_class = PieceForm
    template = "portal/piece.html"
    kind = _("Page")

    promote_panels: list[Any] = []  # addresses and search words make themselves
    title_panel = FieldPanel("title", classname="title", help_text=_("What the reader wants to know, in a few words"))
    summary_panel = FieldPanel("summary", help_text=_("One sentence below the title and in every list"))
    about_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "entries",
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("The article then stands on the page of each entry ticked"),
                ),
                FieldPanel(
                    "hazards",
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("Brings articles on the same hazard together under “Read next”"),
                ),
            ],
            heading=_("Where it belongs"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("loudspeaker"),
                FieldPanel("sources"),
                FieldPanel("doubts"),
                FieldPanel("reviewed_by", help_text=_("Name and post of whoever checked the facts")),
                FieldPanel("reviewed_on"),
            ],
            heading=_("Loudspeaker, sources and review"),
        ),
    ]
    picture_panels = [
        MultiFieldPanel(
            [
                FieldPanel("illustration"),
                FieldPanel(
                    "illustration_alt",
                    help_text=_("For those who cannot see it; left empty, the picture's own description is used"),
                ),
                MediaChooserPanel(
                    "audio",
                    media_type="audio",
                    help_text=_("The text read aloud as MP3; without it the reader's browser reads"),
                ),
            ],
            heading=_("Picture and recording"),
        )
    ]

    class Meta:
        verbose_name = _("piece")

    def minimal_clean(self) -> None:
        self.address_by_number()
        super().minimal_clean()

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.address_by_number()
        super().full_clean(*args, **kwargs)

    def address_by_number(self) -> None:
        """A Chinese title would make an address of escape codes: a short number instead, and nobody has to think."""
        if self.slug or self.title.isascii():
            return
        number = (Page.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1
        while Page.objects.filter(slug=f"a{number}").exists():
            number += 1
        self.slug = f"a{number}"

    def clean(self) -> None:
        super().clean()
        if self.illustration and not self.illustration_alt:
            self.illustration_alt = self.illustration.description[:200]

    def searchable_text(self) -> str:
        """All that a reader can read on the page, as plain text, for the search table and the read-aloud button."""
        return self.summary

    @property
    def kind_label(self) -> str:
        """What sort of piece it is, told from the common table too."""
        return str(self.specific_class.kind)

    @property
    def source_lines(self) -> list[str]:
        return [line for line in self.sources.splitlines() if line.strip()]

    @property
    def shown_untranslated(self) -> bool:
        """A page of another language that stands in until a translation exists."""
        return self.alias_of_id is not None
