"""The bureau's own questions in Wagtail's admin: an editor writes one, changes its wording, and puts it in a quiz."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser, snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from exams.forms.questions import FindQuestion, QuestionForm
from exams.models import Question


def questions_of_the_bureau() -> QuerySet[Question]:
    return Question.objects.filter(bank__organisation=None).select_related("current", "bank")


class KeepsAll(ModelPermissionPolicy):
    """A question that was asked stays: old sittings refer to it. Nobody deletes one, not even a superuser."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class OfTheBureau:
    """Wagtail's views fetch by number alone; an organisation's questions are not to be had that way."""

    def get_object(self, *args: Any) -> Question:
        found = super().get_object(*args)  # type: ignore[misc]  # stands before one of Wagtail's views
        if found.bank.organisation_id is not None:
            raise Http404
        return found


class EditView(OfTheBureau, snippets.EditView):
    pass


class HistoryView(OfTheBureau, snippets.HistoryView):
    pass


class UsageView(OfTheBureau, snippets.UsageView):
    pass


class Askable:
    filter_form_class = FindQuestion

    def get_object_list(self) -> QuerySet[Question]:
        return questions_of_the_bureau().filter(retired_at=None).order_by("-pk")


class ChooseView(Askable, chooser.ChooseView):
    pass


class ChooseResultsView(Askable, chooser.ChooseResultsView):
    pass


class ChosenView(OfTheBureau, chooser.SnippetChosenView):
    pass


class ChosenMultipleView(chooser.SnippetChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Question]:
        return questions_of_the_bureau().filter(pk__in=pks)


class QuestionChooserViewSet(chooser.SnippetChooserViewSet):
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    menu_order = 320
    add_to_admin_menu = True
    copy_view_enabled = False
    chooser_viewset_class = QuestionChooserViewSet
    edit_view_class = EditView
    history_view_class = HistoryView
    usage_view_class = UsageView
    list_display = ["__str__", "bank"]
    list_filter = ["bank"]
    list_per_page = 50
    search_backend_name = None
    search_fields = ["key", "current__stem"]
    panels = [FieldPanel(name) for name in ("kind", "stem", "lines", "explanation", "difficulty", "hazard", "bank")]

    def get_form_class(self, for_update: bool = False) -> type[QuestionForm]:
        return QuestionForm

    def get_queryset(self, request: Any) -> QuerySet[Question]:
        return questions_of_the_bureau().order_by("-pk")


register_permission_policy(Question, KeepsAll(Question))
register_snippet(QuestionViewSet)
