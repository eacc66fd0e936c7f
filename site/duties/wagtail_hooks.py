"""The rulebook in Wagtail's admin, for the county's editors: a text has no owner, so Wagtail's permissions suffice."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from duties.forms import DutyRuleForm, FindArticle, FindForm, FindRegulation, FindRule, KeyedForm
from duties.models import Article, DutyRule, Regulation

TRUST = MultiFieldPanel(
    [
        FieldRowPanel([FieldPanel("effective_from"), FieldPanel("effective_to")]),
        FieldPanel("verified"),
        FieldPanel("source"),
        FieldPanel("note"),
    ],
    heading=_("Where it comes from and when it holds"),
)


class InForceFilters(WagtailFilterSet):
    in_force = django_filters.ChoiceFilter(
        label=_("In force today"), choices=[("yes", _("Yes")), ("no", _("No"))], method="filter_in_force"
    )

    def filter_in_force(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        current = self._meta.model.objects.in_force(timezone.localdate())
        return rows.filter(pk__in=current) if value == "yes" else rows.exclude(pk__in=current)


class RegulationFilters(InForceFilters):
    class Meta:
        model = Regulation
        fields = ["level", "verified"]


class ArticleFilters(InForceFilters):
    class Meta:
        model = Article
        fields = ["regulation", "verified"]


class DutyRuleFilters(InForceFilters):
    class Meta:
        model = DutyRule
        fields = ["kind", "level", "status", "verified", "regulation"]


def finder(form: type[FindForm], *related: str) -> type[chooser.SnippetChooserViewSet]:
    """A chooser that finds by words, and fetches what the rows' names are made of in the same query."""

    class Rows:
        filter_form_class = form

        def get_object_list(self) -> QuerySet:
            return super().get_object_list().select_related(*related)  # type: ignore[misc]

    class ChooseView(Rows, chooser.ChooseView):
        pass

    class ChooseResultsView(Rows, chooser.ChooseResultsView):
        pass

    attributes: dict[str, Any] = {"choose_view_class": ChooseView, "choose_results_view_class": ChooseResultsView}
    return type("Finder", (chooser.SnippetChooserViewSet,), attributes)


class RulebookViewSet(SnippetViewSet):
    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None


class RegulationViewSet(RulebookViewSet):
    model = Regulation
    icon = "doc-full"
    menu_label = _("Regulations")
    chooser_viewset_class = finder(FindRegulation)
    list_display = ["short_title", "document_number", "level", "effective_from", BooleanColumn("verified")]
    search_fields = ["key", "title", "short_title", "document_number"]
    filterset_class = RegulationFilters
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("key"),
                    FieldPanel("title"),
                    FieldPanel("short_title"),
                    FieldPanel("title_en"),
                    FieldRowPanel([FieldPanel("document_number"), FieldPanel("issuer")]),
                    FieldPanel("level"),
                ],
                heading=_("Names and number"),
            ),
            FieldPanel("summary"),
            TRUST,
        ],
        base_form_class=KeyedForm,
    )


class ArticleViewSet(RulebookViewSet):
    model = Article
    icon = "pilcrow"
    menu_label = _("Articles")
    chooser_viewset_class = finder(FindArticle, "regulation")
    list_display = ["__str__", "heading", BooleanColumn("verified")]
    search_fields = ["label", "heading", "summary", "regulation__title", "regulation__short_title"]
    filterset_class = ArticleFilters
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("regulation"),
                FieldRowPanel([FieldPanel("number"), FieldPanel("label")]),
                FieldPanel("heading"),
                FieldPanel("summary"),
            ],
            heading=_("The article"),
        ),
        TRUST,
    ]

    def get_queryset(self, request: Any) -> QuerySet:
        return Article.objects.select_related("regulation")


class DutyRuleViewSet(RulebookViewSet):
    model = DutyRule
    icon = "tasks"
    menu_label = _("Duty rules")
    chooser_viewset_class = finder(FindRule)
    list_display = ["key", "subject", "matter", "level", "status", BooleanColumn("verified")]
    search_fields = ["key", "subject", "matter", "subject_en", "matter_en", "region", "source"]
    filterset_class = DutyRuleFilters
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("key"), FieldPanel("kind")]),
                    FieldRowPanel([FieldPanel("subject"), FieldPanel("subject_en")]),
                    FieldRowPanel([FieldPanel("matter"), FieldPanel("matter_en")]),
                    FieldRowPanel([FieldPanel("subject_kind"), FieldPanel("trigger")]),
                    FieldPanel("industry_tags"),
                    FieldPanel("values"),
                ],
                heading=_("Who must do what"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("status"), FieldPanel("level"), FieldPanel("region")]),
                    FieldPanel("regulation"),
                    FieldPanel("article"),
                    FieldPanel("replaces"),
                ],
                heading=_("Which text says so"),
            ),
            TRUST,
        ],
        base_form_class=DutyRuleForm,
    )

    def get_queryset(self, request: Any) -> QuerySet:
        return DutyRule.objects.select_related("regulation", "article")


class RulebookGroup(SnippetViewSetGroup):
    items = (RegulationViewSet, ArticleViewSet, DutyRuleViewSet)
    menu_label = _("Rulebook")
    menu_icon = "form"
    menu_order = 350
    add_to_admin_menu = True


register_snippet(RulebookGroup)
