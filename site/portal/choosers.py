"""How an editor chooses pages of ours in Wagtail's admin, where the page tree would be a detour."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from portal.models import QuizPage


class ChooseView(chooser.ChooseView):
    i18n_enabled = False  # one language is offered: nothing to filter, nothing to say


class ChooseResultsView(chooser.ChooseResultsView):
    i18n_enabled = False


class QuizChooserViewSet(ChooserViewSet):
    """The quizzes that readers can open, newest first, in the language they are written in."""

    model = QuizPage
    icon = "help"
    choose_one_text = _("Choose a quiz")
    choose_another_text = _("Choose another quiz")
    edit_item_text = _("Edit this quiz")
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    per_page = 100  # one list to look through
    register_widget = False  # the home page's own field chooses in its own language

    def get_object_list(self):  # type: ignore[no-untyped-def]  # becomes a method of Wagtail's view
        pages = QuizPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
        return pages.order_by("-first_published_at", "title")


quiz_chooser = QuizChooserViewSet("quiz_chooser", url_prefix="quiz-chooser")
