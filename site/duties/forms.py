"""How an editor of the bureau writes the rulebook in Wagtail's admin."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm

from duties.vocabulary import Tag


class KeyedForm(WagtailAdminModelForm):
    """A key is chosen once: texts and records refer to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["key"].disabled = True


class DutyRuleForm(KeyedForm):
    industry_tags = forms.MultipleChoiceField(
        label=_("Organisations concerned"),
        choices=Tag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every organisation."),
    )


class FindForm(BaseFilterForm):
    """Finds Chinese words inside the fields named: a chooser over a few hundred rows needs no index."""

    fields_searched: tuple[str, ...] = ()
    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: QuerySet) -> QuerySet:
        objects = super().filter(objects)
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        if not self.search_query:
            return objects
        found = Q()
        for name in self.fields_searched:
            found |= Q(**{f"{name}__icontains": self.search_query})
        return objects.filter(found)


class FindRegulation(FindForm):
    fields_searched = ("key", "title", "short_title", "document_number")


class FindArticle(FindForm):
    fields_searched = ("label", "heading", "summary", "regulation__key", "regulation__title", "regulation__short_title")


class FindRule(FindForm):
    fields_searched = ("key", "subject", "matter")
