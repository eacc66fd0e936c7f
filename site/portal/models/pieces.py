"""What a villager, a parent or a worker reads: articles, cases, hazard topics, quizzes."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from duties.vocabulary import Hazard, hazard_icon
from exams.models import Question
from portal.blocks import BodyBlock, NowBlock
from portal.models.piece import Piece
from portal.plaintext import stream_text


class ArticlePage(Piece):
    body = StreamField(BodyBlock(), verbose_name=_("text"))

    parent_page_types = ["portal.LibraryPage"]
    subpage_types: list[str] = []
    template = "portal/article.html"
    kind = _("Article")
    content_panels = [
        Piece.title_panel,
        Piece.summary_panel,
        *Piece.picture_panels,
        FieldPanel("body", help_text=_("What is left empty is not shown")),
        *Piece.about_panels,
    ]

    class Meta:
        verbose_name = pgettext_lazy("a page of the library", "article")  # the rulebook has articles of law
        verbose_name_plural = pgettext_lazy("pages of the library", "articles")

    def searchable_text(self) -> str:
        return f"{self.summary}\n{stream_text(self.body)}"


class CasePage(Piece):
    """An accident in general form: what happened, why, and what would have prevented it."""

    body = StreamField(BodyBlock(), verbose_name=_("text"))

    parent_page_types = ["portal.LibraryPage"]
    subpage_types: list[str] = []
    template = "portal/article.html"
    kind = _("Accident case")
    content_panels = ArticlePage.content_panels
    searchable_text = ArticlePage.searchable_text

    class Meta:
        verbose_name = _("accident case")
        verbose_name_plural = _("accident cases")


class HazardTopicPage(Piece):
    """What to do now, first; how to recognise and prepare, after."""

    hazard = models.CharField(_("hazard"), max_length=30, choices=Hazard)
    now = StreamField(NowBlock(min_num=2, max_num=4), verbose_name=_("What to do now"))
    danger = models.CharField(_("the one red sentence"), max_length=80)
    calls = models.CharField(
        _("numbers to dial"),
        max_length=40,
        default="119 120",
        validators=[RegexValidator(r"^\d{3,5}( \d{3,5})*$", _("Numbers with a space between them, e.g. 119 120"))],
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    parent_page_types = ["portal.TopicIndexPage"]
    subpage_types: list[str] = []
    template = "portal/topic.html"
    kind = _("Hazard")
    content_panels = [
        Piece.title_panel,
        Piece.summary_panel,
        FieldPanel("hazard"),
        FieldPanel("now"),
        FieldPanel("danger", help_text=_("What would cost a life; stands above everything else")),
        FieldPanel("calls"),
        *Piece.picture_panels,
        FieldPanel("body"),
        *Piece.about_panels,
    ]

    class Meta:
        verbose_name = _("hazard topic")
        verbose_name_plural = _("hazard topics")

    @property
    def icon(self) -> str:
        return hazard_icon(self.hazard)

    @property
    def name_here(self) -> str:
        """The hazard's name in the reader's language, also where the text is not translated yet."""
        return str(self.get_hazard_display()) if self.shown_untranslated else self.title

    @property
    def call_numbers(self) -> list[str]:
        return self.calls.split()

    def searchable_text(self) -> str:
        return "\n".join([self.summary, stream_text(self.now), self.danger, stream_text(self.body)])


class QuizPage(Piece):
    """A few questions of the bank, answered without signing in; each answer is explained."""

    parent_page_types = ["portal.LibraryPage"]
    subpage_types: list[str] = []
    template = "portal/quiz.html"
    kind = _("Quiz")
    content_panels = [
        Piece.title_panel,
        Piece.summary_panel,
        InlinePanel("questions", heading=_("Questions"), label=_("Question"), min_num=1, max_num=20),
        *Piece.picture_panels,
        *Piece.about_panels,
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def searchable_text(self) -> str:
        stems = self.questions.values_list("question__current__stem", flat=True)
        return "\n".join([self.summary, *(stem for stem in stems if stem)])


class QuizQuestion(Orderable):
    quiz = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name=_("question"))

    panels = [FieldPanel("question")]
