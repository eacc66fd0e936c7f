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
from exams import rules
from exams.models import Question, QuestionBank, QuestionVersion
from exams.services import write_question

RIGHT = "*＊"  # what marks a right option, typed on either kind of keyboard
WORDING = ("kind", "stem", "options", "answer", "explanation", "difficulty", "hazard")
FAULTS = [  # what exams.rules says, which knows no languages; named here for translation
    gettext_noop("A question needs at least two options."),
    gettext_noop("Two options are the same."),
    gettext_noop("The answer must name options that exist."),
    gettext_noop("A multiple-choice question has at least two right options."),
    gettext_noop("This kind of question has exactly one right option."),
]


class QuestionForm(WagtailAdminModelForm):
    """One screen for a question; saving a changed wording makes a new version and leaves the old one untouched."""

    instance: Question
    kind = forms.ChoiceField(label=_("Kind of question"), choices=QuestionVersion.Kind)
    stem = forms.CharField(label=_("Stem"), widget=forms.Textarea(attrs={"rows": 3}))
    lines = forms.CharField(
        label=_("Options"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line; begin the right ones with an asterisk (*)."),
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
            self.initial["lines"] = marked_lines(version)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not {"lines", "kind"} <= data.keys():
            return data
        try:
            data["options"], data["answer"] = read_lines(data["kind"], data["lines"])
        except ValidationError as fault:
            raise ValidationError({"lines": fault}) from fault
        return data

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


def read_lines(kind: str, typed: str) -> tuple[list[str], list[int]]:
    """Options and positions of the right ones, out of one line each; ValidationError where they can't be asked so."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    options = [line.lstrip(RIGHT).strip() for line in lines]
    answer = [place for place, line in enumerate(lines) if line.startswith(tuple(RIGHT))]
    if not answer:
        raise ValidationError(_("Begin the right option with an asterisk (*)."))
    try:
        rules.check_choices(kind, options, answer)
    except rules.QuestionFault as fault:
        raise ValidationError(gettext(str(fault))) from fault
    return options, answer


def marked_lines(version: QuestionVersion) -> str:
    """The options as an editor types them: one a line, the right ones with an asterisk."""
    marks = ["*" if place in version.answer else "" for place in range(len(version.options))]
    return "\n".join(mark + text for mark, text in zip(marks, version.options, strict=True))


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
