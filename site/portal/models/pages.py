"""The tree the pieces hang in: the home page, the sections, the laws; and who runs the site."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable, Page

from campaign.models import Entry
from duties.models import Regulation
from portal.models.piece import PublicPage


@register_setting(icon="cog")
class Masthead(BaseSiteSetting):
    """Who runs the site, and the numbers a public site in China shows at its foot."""

    organiser = models.CharField(_("organiser"), max_length=80, default="示例县应急管理局")
    icp_number = models.CharField(_("ICP number"), max_length=60, blank=True)
    police_number = models.CharField(_("public security number"), max_length=60, blank=True)
    site_code = models.CharField(_("website code"), max_length=40, blank=True)
    duty_phone = models.CharField(_("duty phone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("masthead and footer")


class HomePage(PublicPage):
    promise = models.CharField(_("promise"), max_length=40)
    promise_note = models.CharField(_("line below the promise"), max_length=80, blank=True)
    quiz = models.ForeignKey(
        "portal.QuizPage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("quiz")
    )

    parent_page_types = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("promise"),
        FieldPanel("promise_note"),
        InlinePanel("situations", heading=_("What to do now"), label=_("Situation"), min_num=1, max_num=4),
        PageChooserPanel("quiz"),
    ]

    class Meta:
        verbose_name = _("home page")


class HomeSituation(Orderable):
    """A card on the first screen, chosen by the editor for the season."""

    home = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="situations")
    topic = models.ForeignKey(
        "portal.HazardTopicPage", models.CASCADE, related_name="+", verbose_name=_("hazard topic")
    )
    title = models.CharField(_("title"), max_length=20)
    hint = models.CharField(_("hint"), max_length=30)

    panels = [PageChooserPanel("topic"), FieldPanel("title"), FieldPanel("hint")]


class IndexPage(PublicPage):
    """A page whose matter is the list of what stands below it."""

    introduction = models.CharField(_("introduction"), max_length=200, blank=True)

    is_creatable = False
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        abstract = True


class TopicIndexPage(IndexPage):
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.HazardTopicPage"]
    template = "portal/topic_index.html"

    class Meta:
        verbose_name = _("hazard topics")


class LibraryPage(IndexPage):
    parent_page_types = ["portal.HomePage"]
    subpage_types = [
        "portal.ArticlePage",
        "portal.CasePage",
        "portal.QuizPage",
        "portal.PosterPage",
        "portal.GuidePage",
    ]
    template = "portal/library.html"

    class Meta:
        verbose_name = _("library")


class EntryIndexPage(IndexPage):
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.EntryPage"]
    template = "portal/entry_index.html"

    class Meta:
        verbose_name = _("seven entries")


class EntryPage(IndexPage):
    """One of the seven settings: what is worth knowing there."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("entry"))

    parent_page_types = ["portal.EntryIndexPage"]
    subpage_types: list[str] = []
    template = "portal/entry.html"
    content_panels = [*IndexPage.content_panels, FieldPanel("entry")]

    class Meta:
        verbose_name = _("entry page")


class RegulationIndexPage(IndexPage):
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.RegulationPage"]
    template = "portal/regulation_index.html"

    class Meta:
        verbose_name = _("laws and rules")


class RegulationPage(PublicPage):
    """A regulation of the rulebook with the articles we rely on; its text comes from `duties`, never from here."""

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="+", verbose_name=_("regulation"))

    parent_page_types = ["portal.RegulationIndexPage"]
    subpage_types: list[str] = []
    template = "portal/regulation.html"
    kind = _("Law")
    content_panels = [*Page.content_panels, FieldPanel("regulation")]

    class Meta:
        verbose_name = _("regulation")
