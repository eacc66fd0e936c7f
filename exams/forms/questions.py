"""How an editor of the bureau writes a question in Wagtail's admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm

from duties.vocabulary import Hazard
from exams import line_rules, rules
from exams.importers.written import with_blanks
from exams.models import Question, QuestionBank, QuestionVersion
from exams.services import write_question

WORDING = ("kind", "stem", "options", "answer", "explanation", "difficulty", "hazard")
HOW_TYPED = _(
    "Choice: an option a line, an asterisk (*) before the right ones. Blanks: an answer a line, 甲|乙 where both are "
    "accepted, 4±0.5Ω for a number with its tolerance and unit; in the stem ____ for each. Order: an item a line, in "
    "the right order. Pairs: 左 → 右 a line. Short answer and essay: what is looked for, such as 断开电源（2分）."
)
FAULTS = [  # what exams.rules and exams.line_rules say, which know no languages; named here for translation
    gettext_noop("There is no such kind of question."),
    gettext_noop("A question needs at least two options."),
    gettext_noop("Two options are the same."),
    gettext_noop("The answer must name options that exist."),
    gettext_noop("A multiple-choice question has at least two right options."),
    gettext_noop("This kind of question has exactly one right option."),
    gettext_noop("A question of order needs at least three items."),
    gettext_noop("Two items are the same."),
    gettext_noop("The items stand in the right order."),
    gettext_noop("A matching question has a left and a right side."),
    gettext_noop("A matching question needs at least two pairs."),
    gettext_noop("Each item of the left side needs its partner on the right."),
    gettext_noop("A question with blanks needs an answer for each blank."),
    gettext_noop("There are not as many blanks (____) in the stem as answers."),
    gettext_noop("A number or its tolerance can't be read."),
    gettext_noop("A blank needs at least one accepted answer."),
    gettext_noop("A question marked by a person needs a rubric: what is looked for, and its share."),
    gettext_noop("Each line of the rubric has a text and a share above 0."),
    gettext_noop("Begin the right option with an asterisk (*)."),
    gettext_noop("Each line names a pair: left → right."),
    gettext_noop("Either each line of the rubric names its points, or none does."),
]


class QuestionForm(WagtailAdminModelForm):
    """One screen for a question; saving a changed wording makes a new version and leaves the old one untouched."""

    instance: Question
    kind = forms.ChoiceField(label=_("Kind of question"), choices=QuestionVersion.Kind)
    stem = forms.CharField(label=_("Stem"), widget=forms.Textarea(attrs={"rows": 3}))
    lines = forms.CharField(
        label=_("Options and key"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=HOW_TYPED,
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown after the answer: why it is right"),
    )
    difficulty = forms.TypedChoiceField(label=_("Difficulty"), choices=QuestionVersion.Difficulty, coerce=int)
    hazard = forms.ChoiceField(label=_("Hazard"), choices=[("", _("None")), *Hazard.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banks = QuestionBank.objects.filter(organisation=None).order_by("pk")
        self.fields["bank"].queryset = banks
        self.fields["bank"].empty_label = None
        self.fields["bank"].disabled = bool(self.instance.pk)
        version = self.instance.current
        if version:
            self.initial |= {name: getattr(version, name) for name in WORDING if name in self.fields}
            self.initial["lines"] = typed_lines(version)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not {"lines", "kind", "stem"} <= data.keys():
            return data
        try:
            return data | read_key(data)
        except ValidationError as fault:
            raise ValidationError({"lines": fault}) from fault

    def save(self, commit: bool = True) -> Question:
        data = self.cleaned_data
        wording: Any = {name: data[name] for name in WORDING}
        key = self.instance.key or free_key(data["bank"])
        version = self.instance.current
        if version is None or any(getattr(version, name) != wording[name] for name in WORDING):
            kept: Any = {"articles": version.articles.all(), "picture": version.picture} if version else {}
            self.instance = write_question(data["bank"], key, wording, by=self.for_user, **kept)
        return self.instance

    class Meta:
        model = Question
        fields = ["bank"]


def read_key(data: dict[str, Any]) -> dict[str, Any]:
    """Stem, options and answer out of what was typed; ValidationError where it can't be asked so."""
    kind = data["kind"]
    stem = with_blanks(data["stem"]) if kind == QuestionVersion.Kind.FILL else data["stem"]
    try:
        options, answer = line_rules.read_lines(kind, data["lines"])
        rules.check_question(kind, stem, options, answer)
    except rules.QuestionFault as fault:
        raise ValidationError(gettext(str(fault))) from fault
    return {"stem": stem, "options": options, "answer": answer}


def typed_lines(version: QuestionVersion) -> str:
    return line_rules.lines_of(version.kind, version.options, version.answer)


def free_key(bank: QuestionBank) -> str:
    """A name within the bank that nobody has to think of."""
    number = bank.questions.count() + 1
    while bank.questions.filter(key=f"q{number}").exists():
        number += 1
    return f"q{number}"


class FindQuestion(BaseFilterForm):
    """Finds Chinese words inside a stem: a chooser over some thousand rows needs no index."""

    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects: QuerySet) -> QuerySet:
        objects = super().filter(objects)
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        if not self.search_query:
            return objects
        return objects.filter(Q(current__stem__icontains=self.search_query) | Q(key__icontains=self.search_query))
