"""The forms of managing an exam: its draft with the parts of the paper, who is admitted, what is looked for."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exams.models import Exam, PaperPart, QuestionBank, QuestionVersion
from people.models import Membership, Organisation
from ui.forms import ReasonForm
from ui.layout import page_form

MOST_PARTS = 20
MOST_QUESTIONS = 500


def moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class ExamForm(forms.ModelForm[Exam]):
    opens_at = moment_field(_("Opens"))
    closes_at = moment_field(_("Closes"))

    class Meta:
        model = Exam
        fields = ["title", "organisation", "opens_at", "closes_at", "duration_minutes", "pass_percent", "attempts"]
        labels = {
            "title": _("Name of the exam"),
            "duration_minutes": _("Time allowed (minutes)"),
            "pass_percent": _("Pass mark, in per cent of the points"),
            "attempts": pgettext_lazy("exam", "Attempts"),
        }

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], bureau: bool, **kwargs: Any) -> None:
        """`bureau`: may hold exams of the bureau itself, which belong to no organisation."""
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["organisation"]
        owner.queryset, owner.required = organisations, not bureau
        owner.empty_label = _("The bureau's own") if bureau else None
        owner.help_text = ""
        if not bureau and self.instance.pk is None:
            owner.initial = organisations.first()
        for name, field in self.fields.items():
            style = "form-select" if name == "organisation" else "form-control"
            field.widget.attrs["class"] = f"{style} is-invalid" if name in self.errors else style

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The exam must close after it opens."))
        return data


class BankChoice(forms.ModelChoiceField):
    def label_from_instance(self, bank: QuestionBank) -> str:  # type: ignore[override]
        return f"{bank.name} · {bank.organisation}" if bank.organisation else bank.name


class PartForm(forms.Form):
    bank = BankChoice(QuestionBank.objects.none(), label=_("Question bank"))
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Kind"), choices=QuestionVersion.Kind.choices)
    count = forms.IntegerField(label=pgettext_lazy("number", "Questions"), min_value=1, max_value=MOST_QUESTIONS)
    points = forms.IntegerField(label=_("Points each"), min_value=1, max_value=100)

    def __init__(self, *args: Any, banks: QuerySet[QuestionBank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True
        field: Any = self.fields["bank"]
        field.queryset, field.empty_label = banks, _("Choose a bank …")
        for name, one in self.fields.items():
            style = "form-select" if name in {"bank", "kind"} else "form-control"
            one.widget.attrs |= {"class": style, "aria-label": one.label}

    def has_changed(self) -> bool:
        """A row without bank and numbers is an empty row, whatever stood there before; the kind is always chosen."""
        if not self.is_bound:
            return super().has_changed()
        return any(self[name].data not in (None, "") for name in ("bank", "count", "points"))

    def part(self) -> PaperPart:
        return PaperPart(**{name: self.cleaned_data[name] for name in ("bank", "kind", "count", "points")})


class PartFormSetBase(forms.BaseFormSet[PartForm]):
    def __init__(self, *args: Any, owner: Organisation | None = None, **kwargs: Any) -> None:
        self.owner = owner
        super().__init__(*args, **kwargs)

    @property
    def filled(self) -> list[PartForm]:
        return [form for form in self.forms if form.has_changed() and form.is_valid()]

    def parts(self) -> list[PaperPart]:
        return [form.part() for form in self.filled]

    def clean(self) -> None:
        if any(self.errors):
            return
        parts = self.parts()
        if not parts:
            raise ValidationError(_("Give at least one part: from which bank, what kind, how many questions."))
        lines = [(part.bank, part.kind) for part in parts]
        if len(set(lines)) < len(lines):
            raise ValidationError(_("The same bank and kind stand in two rows: put them into one."))
        if any(part.bank.organisation_id not in (None, self.owner and self.owner.pk) for part in parts):
            raise ValidationError(_("A bank belongs to another organisation than the exam."))
        if sum(part.count for part in parts) > MOST_QUESTIONS:
            raise ValidationError(_("More than 500 questions are too many for one exam."))


PartFormSet = forms.formset_factory(
    PartForm, formset=PartFormSetBase, extra=2, max_num=MOST_PARTS, validate_max=True, absolute_max=MOST_PARTS + 10
)


class ExamFilter(forms.Form):
    q = forms.CharField(required=False, max_length=60, label=_("Title"))
    state = forms.ChoiceField(required=False, label=_("All states"))

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [("", state.label), *states]
        self.fields["q"].widget.attrs |= {"class": "form-control", "placeholder": self.fields["q"].label}
        for field in self.fields.values():
            field.widget.attrs |= {"aria-label": field.label}
        state.widget.attrs |= {"class": "form-select"}

    def filters(self) -> dict[str, str]:
        """What was understood; a wrong value in the address filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "state")}


class AdmitForm(forms.Form):
    """Whom to admit: today's members of one organisation, narrowed down; nobody is chosen by typing a name."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    category = forms.MultipleChoiceField(
        label=_("Categories"),
        choices=Membership.Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all"),
    )
    department = forms.CharField(label=_("Department"), max_length=60, required=False, help_text=_("Empty: all"))

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset, field.empty_label = organisations, None if organisations.count() == 1 else _("Choose …")

    def members(self, at: datetime) -> QuerySet[Membership]:
        data = self.cleaned_data
        found = Membership.objects.active(at).filter(organisation=data["organisation"], user__is_active=True)
        if data["category"]:
            found = found.filter(category__in=data["category"])
        if data["department"].strip():
            found = found.filter(department=data["department"].strip())
        return found


class ResultFilter(forms.Form):
    state = forms.ChoiceField(required=False, label=_("All states"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, label=_("All organisations"))

    def __init__(self, *args: Any, states: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [("", fields["state"].label), *states]
        fields["organisation"].queryset = organisations
        fields["organisation"].empty_label = fields["organisation"].label
        for field in fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}

    def filters(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": self.cleaned_data.get("state") or "", "organisation": self.cleaned_data.get("organisation")}


class ExtraTimeForm(ReasonForm):
    minutes = forms.IntegerField(label=_("Extra minutes"), min_value=1, max_value=240)
    field_order = ("minutes", "reason")


class TicketForm(forms.Form):
    """The last four characters of the identity number or of the phone number: on the ticket stands neither."""

    tail = forms.CharField(
        label=_("Last four characters of your identity number or of your phone number"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-code", "autocapitalize": "characters"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["tail"], _("Yes, go in"))
