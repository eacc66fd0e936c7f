"""The forms of question banks: a new bank, a question with its picture, an upload, what is looked for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from duties.vocabulary import Hazard
from exams.forms.questions import WORDING, marked_lines, read_lines
from exams.importers.notes import Refused
from exams.importers.pictures import LARGEST_PICTURE, SafePicture, made_safe
from exams.models import Question, QuestionBank, QuestionVersion
from exams.queries.banks import ALL, IN_USE, RETIRED, SORTS
from exams.queries.question_checks import told
from people.models import Organisation
from records.spreadsheets import Unreadable
from records.spreadsheets.reading import LARGEST
from ui.layout import page_form


class BankForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("Whose bank"), required=False)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], bureau: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset, owner.required = organisations, not bureau
        owner.empty_label = _("The bureau") if bureau else None
        if not bureau:
            owner.initial = organisations.first()
        shown = list(self.fields) if organisations.exists() else ["name"]
        self.helper = page_form(shown, _("Make the bank"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        same = QuestionBank.objects.filter(name=data.get("name"), organisation=data.get("owner"))
        if not self.errors and same.exists():
            self.add_error("name", _("There is a bank of this name already."))
        return data


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
        choices=[("", _("In use")), (RETIRED, _("Retired")), (ALL, _("In use and retired"))],
    )
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("", _("Newest first")), ("oldest", _("Oldest first")), ("stem", _("By stem")),
                 ("chapter", _("By chapter"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}
        self.fields["q"].widget.attrs |= {"class": "form-control", "placeholder": self.fields["q"].label}

    def filters(self) -> dict[str, str]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) or "" for name in ("q", "kind", "state", "sort")}
        return given | {"state": given["state"] or IN_USE, "sort": given["sort"] or next(iter(SORTS))}


class QuestionForm(forms.Form):
    """A question of a bank; where `question` is given, its next version."""

    kind = forms.ChoiceField(label=_("Kind of question"), choices=QuestionVersion.Kind)
    stem = forms.CharField(label=_("Stem"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    lines = forms.CharField(
        label=_("Options"),
        max_length=9000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line; begin the right ones with an asterisk (*)."),
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown after the answer: why it is right"),
    )
    chapter = forms.CharField(label=_("Chapter"), required=False, max_length=120)
    difficulty = forms.TypedChoiceField(label=_("Difficulty"), choices=QuestionVersion.Difficulty, coerce=int)
    hazard = forms.ChoiceField(label=_("Hazard"), choices=[("", _("None")), *Hazard.choices], required=False)
    new_picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("PNG or JPEG, at most 10 MB"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif,image/bmp"}),
    )
    without_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    def __init__(self, *args: Any, question: Question | None = None, **kwargs: Any) -> None:
        version = question.current if question else None
        if version and question:
            kept = {name: getattr(version, name) for name in WORDING if name not in {"options", "answer"}}
            kwargs["initial"] = kept | {"lines": marked_lines(version), "chapter": question.chapter}
        super().__init__(*args, **kwargs)
        if not (version and version.picture_id):
            del self.fields["without_picture"]
        self.helper = page_form(list(self.fields), _("Save the question"))

    def clean_new_picture(self) -> SafePicture | None:
        file = self.cleaned_data["new_picture"]
        if not file:
            return None
        if file.size > LARGEST_PICTURE:
            raise ValidationError(_("The picture is larger than 10 MB."))
        try:
            return made_safe(file.read())
        except Refused as refusal:
            raise ValidationError(told(refusal.note)) from refusal

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"lines", "kind"} <= data.keys():
            try:
                data["options"], data["answer"] = read_lines(data["kind"], data["lines"])
            except ValidationError as fault:
                self.add_error("lines", fault)
        return data

    def wording(self) -> Any:
        return {name: self.cleaned_data[name] for name in WORDING}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("Choose a file first.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(str(Unreadable("too_large")))
        return file
