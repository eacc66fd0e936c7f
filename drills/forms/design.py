"""The forms of a drill's design: what it is, its objectives, its units; the list's filter."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from drills.models import Drill, Objective, PlanVersion
from drills.permissions import organisations_held_by
from duties.vocabulary import Hazard
from people.models import Division, Organisation
from people.rules import normal_code
from ui.layout import page_form

LEVELS = {
    Organisation.Kind.ENTERPRISE: Drill.Level.ENTERPRISE,
    Organisation.Kind.SCHOOL: Drill.Level.ENTERPRISE,
    Organisation.Kind.VILLAGE_COMMITTEE: Drill.Level.VILLAGE,
    Organisation.Kind.COMMUNITY_COMMITTEE: Drill.Level.VILLAGE,
}


def moment_field(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version: PlanVersion) -> str:  # type: ignore[override]
        return f"{version} · {version.plan.organisation}"


class DivisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, division: Division) -> str:  # type: ignore[override]
        return "　" * (division.depth - 1) + division.label


class DrillForm(forms.ModelForm[Drill]):
    starts_at = moment_field(pgettext_lazy("drill", "Begins"))
    ends_at = moment_field(pgettext_lazy("drill", "Ends"))

    class Meta:
        model = Drill
        fields = (
            "title",
            "hazard",
            "level",
            "form",
            "scope",
            "purpose",
            "notice",
            "organisation",
            "plan_version",
            "starts_at",
            "ends_at",
            "division",
            "place",
            "background",
            "safety_plan",
            "stop_word",
            "duty_phone",
            "air_ground",
            "airspace_approval",
        )
        field_classes = {"plan_version": VersionChoice, "division": DivisionChoice}
        widgets = {"background": forms.Textarea(attrs={"rows": 5}), "safety_plan": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["title"].label = _("Name of the drill")
        self.fields["title"].help_text = _("Without 【演练】: the platform puts it before every text.")
        self.fields["airspace_approval"].help_text = _("Its number; asked for before the drill is ready")
        self.set_up_owner()
        self.set_up_choices()
        self.helper = page_form(self.layout(), _("Save the draft"))

    def set_up_owner(self) -> None:
        held = organisations_held_by(self.user).select_related("division").order_by("name", "pk")
        field: Any = self.fields["organisation"]
        field.queryset, field.help_text, field.empty_label = held, "", _("Choose …")
        first = list(held[:2])
        if len(first) == 1 and not self.instance.pk:
            (only,) = first
            field.empty_label = None
            level = LEVELS.get(Organisation.Kind(only.kind), "")
            self.initial.update({"organisation": only.pk, "division": only.division_id, "level": level})

    def set_up_choices(self) -> None:
        fields: dict[str, Any] = self.fields
        versions = PlanVersion.objects.visible_to(self.user).issued().filter(plan__withdrawn_on__isnull=True)
        chosen = PlanVersion.objects.filter(pk__in=[self.instance.plan_version_id or 0])
        fields["plan_version"].queryset = (
            (versions | chosen).select_related("plan__organisation").order_by("plan__title", "plan", "-number")
        )
        fields["plan_version"].empty_label = _("None yet")
        fields["division"].queryset = Division.objects.visible_to(self.user)
        fields["division"].empty_label = _("Choose …")
        for name in ("hazard", "level"):
            fields[name].choices = [("", _("Choose …")), *fields[name].choices[1:]]

    def layout(self) -> list[Any]:
        """In the order in which one thinks: what, for whom, when and where, what could go wrong."""
        return [
            Fieldset(
                _("What is drilled"),
                "title",
                Div("hazard", "level", "form", "scope", "purpose", "notice", css_class="pairs"),
            ),
            Fieldset(_("By whom, by which plan"), "organisation", "plan_version"),
            Fieldset(
                _("When and where"), Div("starts_at", "ends_at", css_class="pairs"), "division", "place", "background"
            ),
            Fieldset(_("Safety"), "safety_plan", Div("stop_word", "duty_phone", css_class="pairs")),
            Fieldset(_("Aircraft"), "air_ground", "airspace_approval"),
        ]

    def clean_title(self) -> str:
        """The mark is put before it everywhere: written by hand it would stand twice."""
        return str(self.cleaned_data["title"]).removeprefix("【演练】").strip()

    def clean_stop_word(self) -> str:
        return str(self.cleaned_data["stop_word"]).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The drill must end after it begins."))
        if "title" in data and not data["title"]:
            self.add_error("title", _("Give it a name."))
        return data


# ── Objectives ───────────────────────────────────────────────────────────────
ELEMENTS = ("who", "condition", "task", "standard", "effect")
MOST_OBJECTIVES = 20


class ObjectiveForm(forms.ModelForm[Objective]):
    class Meta:
        model = Objective
        fields = ELEMENTS
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("condition", "task", "standard", "effect")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "who": _("Town emergency command, rescue team one …"),
            "condition": _("After the warning is given, at night, without mobile network …"),
            "task": _("Warn every household and lead it to the shelter …"),
            "standard": _("Within 20 minutes, nobody left behind …"),
            "effect": _("Everybody is safe, the numbers are checked …"),
        }
        for name, hint in hints.items():
            field = self.fields[name]
            field.help_text = hint
            field.widget.attrs["class"] = "form-control"

    def full_clean(self) -> None:
        """Red where it is wrong; not before the formset has added its own fields."""
        super().full_clean()
        for name in set(self.errors) & set(ELEMENTS):
            self.fields[name].widget.attrs["class"] = "form-control is-invalid"


class ObjectiveFormSetBase(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this objective")
        form.fields["DELETE"].widget.attrs["class"] = "form-check-input"
        form.fields["ORDER"].label = _("Order")
        form.fields["ORDER"].widget.attrs |= {"class": "form-control", "min": 1}

    def objectives(self) -> list[Objective]:
        """Those that are written, in their order; a row without a number comes last."""
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if form not in self.deleted_forms]
        return [form.instance for form in sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 10**6)]


ObjectiveFormSet = forms.inlineformset_factory(
    Drill,
    Objective,
    form=ObjectiveForm,
    formset=ObjectiveFormSetBase,
    extra=1,
    can_order=True,
    can_delete=True,
    max_num=MOST_OBJECTIVES,
    validate_max=True,
    absolute_max=MOST_OBJECTIVES + 10,
)


# ── Taking-part units ────────────────────────────────────────────────────────
class UnitsForm(forms.Form):
    """Looked for by a part of the name among the organisations in scope; by full name or credit code among all."""

    q = forms.CharField(label=_("Name or credit code of the unit"), max_length=100, required=False)
    units = forms.ModelMultipleChoiceField(Organisation.objects.all(), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        label = self.fields["q"].label
        self.fields["q"].widget.attrs |= {"class": "form-control", "aria-label": label, "placeholder": label}

    def found(self) -> QuerySet[Organisation]:
        words = str(self.cleaned_data.get("q") or "").strip()
        if not words:
            return Organisation.objects.none()
        inside = Organisation.objects.visible_to(self.user).filter(name__icontains=words)
        exact = Organisation.objects.filter(name=words) | Organisation.objects.filter(credit_code=normal_code(words))
        return (inside | exact).select_related("division").order_by("name", "pk")

    def chosen(self) -> list[Organisation]:
        """Of those ticked, the ones that the words may find: an address made up by hand adds nothing."""
        ticked = {one.pk for one in self.cleaned_data.get("units") or ()}
        return [one for one in self.found() if one.pk in ticked]


class CloneForm(forms.Form):
    title = forms.CharField(label=_("Name of the drill"), max_length=120)
    starts_at = moment_field(pgettext_lazy("drill", "Begins"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["title", "starts_at"], _("Make the copy"))


# ── The list ─────────────────────────────────────────────────────────────────
UPCOMING, PAST = "upcoming", "past"


class DrillFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    q = forms.CharField(required=False, max_length=60, label=_("Name, number or place"))
    state = forms.ChoiceField(required=False, label=_("All states"))
    hazard = forms.ChoiceField(required=False, label=_("All hazards"))
    form = forms.ChoiceField(required=False, label=_("All forms"))
    level = forms.ChoiceField(required=False, label=_("All levels"))
    township = DivisionChoice(Division.objects.none(), required=False, label=_("All townships"))
    period = forms.ChoiceField(required=False, label=_("Any time"))

    def __init__(self, *args: Any, divisions: QuerySet[Division], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        choices: dict[str, list[Any]] = {
            "state": list(Drill.State.choices),
            "hazard": list(Hazard.choices),
            "form": list(Drill.Form.choices),
            "level": list(Drill.Level.choices),
            "period": [
                (UPCOMING, _("Still to come")),
                (PAST, _("The last 30 days")),
                *((year, year) for year in years),
            ],
        }
        for name, rows in choices.items():
            fields[name].choices = [("", fields[name].label), *rows]
        fields["township"].queryset = divisions
        fields["township"].empty_label = fields["township"].label
        for field in fields.values():
            field.widget.attrs |= {"class": "form-select", "aria-label": field.label}
        fields["q"].widget.attrs |= {"class": "form-control", "placeholder": fields["q"].label}

    def filters(self, today: date) -> dict[str, Any]:
        self.is_valid()
        data = self.cleaned_data
        told = {name: str(data.get(name) or "").strip() for name in ("q", "state", "hazard", "form", "level")}
        return told | {"township": data.get("township"), "days": days_of(str(data.get("period") or ""), today)}


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day meant; None is open."""
    if period == UPCOMING:
        return today, None
    if period == PAST:
        return today - timedelta(days=30), today
    if period.isdigit():
        return date(int(period), 1, 1), date(int(period), 12, 31)
    return None, None
