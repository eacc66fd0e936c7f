"""What the public search knows: one row a page, and words of equal meaning."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.synonyms import is_findable, words_in


class SearchEntry(models.Model):
    """What the public search knows of a page. The database's own full-text index stands on the two bigram columns."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="search_entry")
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=255)
    text = models.TextField()
    title_grams = models.TextField()
    text_grams = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["language", "kind"], name="portal_search_facets"),
            # Holds all that a look through the titles needs, so that the long texts are left alone.
            models.Index(fields=["language", "title", "page"], name="portal_search_titles"),
        ]

    def __str__(self) -> str:
        return self.title


class SynonymGroup(models.Model):
    """Words of equal meaning: whoever searches one of them is shown what holds the others, too."""

    key = models.SlugField(max_length=40, blank=True, editable=False)  # names a group that ships; an editor's has none
    words = models.CharField(_("words"), max_length=300, help_text=_("Words of equal meaning, with 、 between them"))

    panels = [FieldPanel("words")]

    class Meta:
        verbose_name = _("words of equal meaning")
        verbose_name_plural = _("words of equal meaning")
        ordering = ["words"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="portal_synonyms_key_unique")
        ]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        words = words_in(self.words)
        self.words = "、".join(words)
        if len(words) < 2:
            raise ValidationError({"words": _("At least two different words, with 、 between them.")})
        if lone := next((word for word in words if not is_findable(word)), ""):
            raise ValidationError({"words": _("“%(word)s” is too short to be searched for.") % {"word": lone}})
