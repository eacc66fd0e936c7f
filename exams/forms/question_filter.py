"""What is looked for in a bank."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duties.models import Article
from exams.models import QuestionBank, QuestionVersion
from exams.queries import banks as queries
from exams.queries.banks import ALL, IN_USE, QUARANTINED, RETIRED, REVIEWED, SORTS, UNREVIEWED
from people.models import Sector

NARROWING = ("difficulty", "point", "sector", "article", "case", "review")  # below “More filters”


class QuestionFilter(forms.Form):
    q = forms.CharField(required=False, max_length=100, label=_("Word in the stem or chapter"))
    kind = forms.ChoiceField(
        required=False,
        label=_("All kinds of questions"),
        choices=[("", _("All kinds of questions")), *QuestionVersion.Kind.choices],
    )
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[
            ("", _("In use")),
            (QUARANTINED, _("Out of use for now")),
            (RETIRED, _("Retired")),
            (ALL, _("In use and retired")),
        ],
    )
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("", _("Newest first")), ("oldest", _("Oldest first")), ("stem", _("By stem")),
                 ("chapter", _("By chapter"))],
    )  # fmt: skip
    difficulty = forms.TypedChoiceField(
        required=False,
        label=_("Difficulty"),
        coerce=int,
        empty_value="",
        choices=[("", _("All difficulties")), *QuestionVersion.Difficulty.choices],
    )
    point = forms.CharField(required=False, max_length=60, label=_("Knowledge point"))
    sector = forms.ModelChoiceField(
        Sector.objects.all(), required=False, label=_("Sector"), empty_label=_("All sectors")
    )
    article = forms.ModelChoiceField(
        Article.objects.all(), required=False, label=_("Article"), empty_label=_("All articles")
    )
    case = forms.CharField(required=False, max_length=80, label=_("Case"))
    review = forms.ChoiceField(
        required=False,
        label=_("Review"),
        choices=[("", _("Reviewed or not")), (REVIEWED, _("Reviewed")), (UNREVIEWED, _("Not reviewed yet"))],
    )

    def __init__(self, *args: Any, bank: QuestionBank | None = None, **kwargs: Any) -> None:
        """With a bank, the articles offered are those that its questions cite."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if bank:
            fields["article"].queryset = queries.articles_cited(bank)
        for field in fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}
        for name in ("q", "point", "case"):
            field = fields[name]
            field.widget.attrs |= {"class": "form-control", "placeholder": field.label}
        fields["point"].widget.attrs |= {"list": "points-of-bank"}

    def filters(self) -> dict[str, Any]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return given | {"state": given["state"] or IN_USE, "sort": given["sort"] or next(iter(SORTS))}

    @property
    def narrowed(self) -> bool:
        """Whether something below “More filters” is set."""
        return any(self.filters()[name] for name in NARROWING)
