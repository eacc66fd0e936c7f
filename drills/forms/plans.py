"""The ledger's filter and what one writes about an emergency plan."""

from datetime import date
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from drills.models import (
    EmergencyPlan,
    PlanClause,
    PlanEvaluation,
    PlanFiling,
    PlanRevisionProposal,
    PlanVersion,
)
from drills.plan_papers import ACCEPT, DOCUMENTS, SCANS, BadPaper, Paper, read_paper
from drills.queries.plans import DEFAULT_SORT, STATES, Filter
from duties.vocabulary import Hazard
from people.models import Division, Organisation
from ui.layout import page_form


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PaperField(forms.FileField):
    """Cleaned to a Paper, or None where nothing was chosen."""

    def __init__(self, *, kinds: tuple[str, ...], **kwargs: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ACCEPT[kinds]})
        super().__init__(required=False, widget=widget, **kwargs)
        self.kinds = kinds

    def clean(self, data: Any, initial: Any = None) -> Paper | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return read_paper(upload, self.kinds)
        except BadPaper as bad:
            raise ValidationError(str(bad), code=bad.code) from bad


def document_field(**kwargs: Any) -> PaperField:
    return PaperField(kinds=DOCUMENTS, help_text=_("PDF or Word, at most 30 MB"), **kwargs)


def scan_field(label: Any) -> PaperField:
    return PaperField(kinds=SCANS, label=label, help_text=_("PDF, JPEG or PNG, at most 30 MB"))


# ── The ledger ───────────────────────────────────────────────────────────────
class DivisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, division: Division) -> str:  # type: ignore[override]
        return "　" * (division.depth - 1) + division.label


STATE_NAMES = {
    "in_use": _("In use"),
    "draft": _("Not issued yet"),
    "overdue": _("Evaluation overdue"),
    "not_filed": _("Version in use not filed"),
    "proposals": _("Proposals to decide"),
    "withdrawn": _("No longer used"),
}


class LedgerFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    q = forms.CharField(required=False, max_length=60, label=_("Plan or organisation"))
    kind = forms.ChoiceField(required=False, label=_("All kinds of plans"))
    hazard = forms.ChoiceField(required=False, label=_("All hazards"))
    division = DivisionChoice(Division.objects.none(), required=False, label=_("All divisions"))
    state = forms.ChoiceField(required=False, label=_("All in use or in the making"))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, divisions: QuerySet[Division], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        states = [(state, STATE_NAMES[state]) for state in STATES]
        for name, choices in (("kind", EmergencyPlan.Kind.choices), ("hazard", Hazard.choices), ("state", states)):
            fields[name].choices = [("", fields[name].label), *choices]
        fields["division"].queryset, fields["division"].empty_label = divisions, fields["division"].label
        for name in ("kind", "hazard", "division", "state"):
            fields[name].widget.attrs |= {"class": "form-select", "aria-label": fields[name].label}
        words = fields["q"].label
        fields["q"].widget.attrs |= {"class": "form-control", "aria-label": words, "placeholder": words}

    def filter(self) -> Filter:
        self.is_valid()
        data = self.cleaned_data
        words = {name: data.get(name) or "" for name in ("q", "kind", "hazard", "state")}
        return Filter(division=data.get("division"), sort=data.get("sort") or DEFAULT_SORT, **words)

    def told(self) -> list[str]:
        """The filter in words, for the head of the workbook."""
        wanted = self.filter()
        kinds, hazards = dict(EmergencyPlan.Kind.choices), dict(Hazard.choices)
        said = [
            kinds.get(wanted.kind),
            hazards.get(wanted.hazard),
            wanted.division.label if wanted.division else None,
            STATE_NAMES.get(wanted.state),
            wanted.q,
        ]
        return [str(one) for one in said if one]


# ── The head ─────────────────────────────────────────────────────────────────
class PlanForm(forms.ModelForm[EmergencyPlan]):
    class Meta:
        model = EmergencyPlan
        fields = ["title", "organisation", "kind", "hazard"]
        labels = {"title": _("Name of the plan"), "kind": _("Kind of plan")}

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        held = organisations.order_by("name")
        fields["organisation"].queryset = held
        if not self.instance.pk:
            only = list(held[:2])
            fields["organisation"].empty_label = None if len(only) == 1 else _("Choose …")
            fields["kind"].choices = [("", _("Choose …")), *EmergencyPlan.Kind.choices]
        fields["hazard"].choices = [("", _("Several hazards")), *Hazard.choices]
        fields["hazard"].help_text = ""
        self.helper = page_form(self.layout(), self.button())

    def layout(self) -> list[Any]:
        return ["title", "organisation", Div("kind", "hazard", css_class="pairs")]

    def button(self) -> Any:
        return _("Save")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        organisation, kind = data.get("organisation"), data.get("kind")
        if organisation and kind in EmergencyPlan.GOVERNMENT and organisation.kind != Organisation.Kind.OFFICE:
            self.add_error("kind", _("Only a government office draws up this kind of plan."))
        return data


class NewPlanForm(PlanForm):
    """With the first version, since most plans have long been there when they are entered."""

    issued_on = forms.DateField(label=_("issued on"), widget=day_input(), help_text=_("The day printed on it"))
    review = forms.ChoiceField(
        label=_("how reviewed"), choices=PlanVersion.Review.choices, initial=PlanVersion.Review.INTERNAL
    )
    paper = document_field(label=_("File of the plan"))

    def layout(self) -> list[Any]:
        first = Fieldset(_("First version"), Div("issued_on", "review", css_class="pairs"), "paper")
        return [*super().layout(), first]

    def button(self) -> Any:
        return _("Save the draft")

    def version(self) -> PlanVersion:
        return PlanVersion(issued_on=self.cleaned_data["issued_on"], review=self.cleaned_data["review"])


class VersionForm(forms.ModelForm[PlanVersion]):
    paper = document_field(label=_("File of the plan"))
    without_file = forms.BooleanField(label=_("Take the present file away"), required=False)

    class Meta:
        model = PlanVersion
        fields = ["issued_on", "review", "changes"]
        widgets = {"issued_on": day_input(), "changes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.number == 1:
            del self.fields["changes"]
        if self.instance.file is None:
            del self.fields["without_file"]
        else:
            self.fields["paper"].label = _("Another file in the place of “%(name)s”") % {
                "name": self.instance.file.name
            }
        rest = [name for name in ("changes", "paper", "without_file") if name in self.fields]
        self.helper = page_form([Div("issued_on", "review", css_class="pairs"), *rest], _("Save the draft"))

    def content(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"paper": data["paper"], "without_file": bool(data.get("without_file"))}


# ── Filings and evaluations ──────────────────────────────────────────────────
class RecordForm(forms.ModelForm):
    """About an issued version: on a day between its issue and today."""

    day = ""  # the name of the field that holds it

    def __init__(self, *args: Any, version: PlanVersion, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.today = version, today
        self.instance.version = version
        self.fields[self.day].widget.attrs["max"] = today.isoformat()
        self.helper = page_form(list(self.fields), _("Record it"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day = data.get(self.day)
        if day and day > self.today:
            self.add_error(self.day, _("This day lies in the future."))
        elif day and day < self.version.issued_on:
            self.add_error(self.day, _("This version was issued later than that."))
        return data


class FilingForm(RecordForm):
    day = "filed_on"
    paper = scan_field(_("Scan of the certificate of filing"))

    class Meta:
        model = PlanFiling
        fields = ["number", "filed_on", "authority"]
        widgets = {"filed_on": day_input()}


class EvaluationForm(RecordForm):
    day = "held_on"
    paper = scan_field(_("Scan of the evaluation report"))

    class Meta:
        model = PlanEvaluation
        fields = ["held_on", "conclusion", "note"]
        widgets = {
            "held_on": day_input(),
            "conclusion": forms.RadioSelect,
            "note": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conclusion: Any = self.fields["conclusion"]
        conclusion.choices = PlanEvaluation.Conclusion.choices


# ── Proposals ────────────────────────────────────────────────────────────────
class ProposalForm(forms.ModelForm[PlanRevisionProposal]):
    class Meta:
        model = PlanRevisionProposal
        fields = ["clause", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, clauses: QuerySet[PlanClause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["clause"].queryset, fields["clause"].empty_label = clauses, _("The plan as a whole")
        fields["clause"].label, fields["text"].label = _("Clause"), _("What should be different, and why")
        if not clauses.exists():
            del self.fields["clause"]
        self.helper = page_form(list(self.fields), _("Propose it"))


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version: PlanVersion) -> str:  # type: ignore[override]
        told = _("Version %(number)d, issued on %(day)s") if version.issued_at else _("Version %(number)d, the draft")
        return told % {"number": version.number, "day": version.issued_on}


class AcceptForm(forms.Form):
    version = VersionChoice(PlanVersion.objects.none(), label=_("Taken into"), empty_label=None)

    def __init__(self, *args: Any, versions: QuerySet[PlanVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["version"]
        field.queryset = versions
        self.helper = page_form(["version"], _("Accept the proposal"))
