from datetime import date
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from drills.forms.papers import PapersField
from drills.models import CorrectiveAction, Drill
from drills.permissions import HOLDING
from drills.queries.actions import VIEWS, Filter
from people.models import Membership, Organisation
from people.permissions import scope_as
from ui.forms import ReasonForm
from ui.layout import page_form

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MemberChoice(forms.ModelChoiceField):
    """Two of one name are told apart by department, number and post."""

    def label_from_instance(self, member: Membership) -> str:  # type: ignore[override]
        told = (member.user.full_name, member.department, member.employee_number, member.post)
        return " · ".join(part for part in told if part)


class ActionForm(forms.ModelForm):
    """Who does what until when. The responsible person is looked up among the members of the organisation."""

    person = forms.CharField(
        label=_("Responsible person"), max_length=60, help_text=_("Name or employee number in that organisation")
    )
    member = MemberChoice(
        Membership.objects.none(),
        required=False,
        label=_("Which of them"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": _("Choose one of these people.")},
    )

    class Meta:
        model = CorrectiveAction
        fields = ("text", "organisation", "due_on", "criterion", "mandatory")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "due_on": DAY}

    def __init__(self, *args: Any, user: Any, drill: Drill, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.drill, self.today = user, drill, today
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = organisations_involved(drill)
        fields["organisation"].empty_label = None
        fields["organisation"].initial = drill.organisation_id
        fields["mandatory"].label, fields["mandatory"].help_text = _("Mandatory: the drill is closed only after it"), ""
        fields["due_on"].widget.attrs["min"] = today.isoformat()
        fields["person"].widget.attrs |= {"autocomplete": "off", "list": "people"}
        if self.instance.pk:
            self.initial["person"] = self.instance.owner.full_name
        self.offer_members(fields["member"])
        self.helper = self.with_layout(())

    def with_layout(self, member: tuple[Any, ...]) -> Any:
        who = Div("organisation", "person", css_class="pairs")
        when = Div("due_on", css_class="pairs")
        return page_form(["text", who, *member, when, "criterion", "mandatory"], _("Save the action"))

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise ValidationError(_("This day has passed."))
        return due_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        organisation, typed = data.get("organisation"), (data.get("person") or "").strip()
        if organisation and typed:
            self.find_owner(organisation, typed, data.get("member"))
        return data

    def find_owner(self, organisation: Organisation, typed: str, chosen: Membership | None) -> None:
        found = list(self.named(organisation, typed))
        if len(found) == 1:
            (chosen,) = found
        if chosen is not None:
            self.instance.owner = chosen.user
        elif found:
            self.helper = self.with_layout((Field("member"),))
            self.add_error("person", _("Several people have this name: choose one of them below."))
        else:
            self.add_error("person", _("Nobody of this name or number belongs to %(name)s.") % {"name": organisation})

    def offer_members(self, field: Any) -> None:
        """Before anything is cleaned: among whom the tick may be, by the name and the organisation that were sent."""
        chosen = self.data.get(self.add_prefix("organisation"), "")
        organisation = organisations_involved(self.drill).filter(pk=chosen).first() if chosen.isdecimal() else None
        if organisation is not None:
            field.queryset = self.named(organisation, self.data.get(self.add_prefix("person"), "").strip())

    def named(self, organisation: Organisation, typed: str) -> QuerySet[Membership]:
        return self.members_of(organisation).filter(Q(user__full_name=typed) | Q(employee_number=typed))

    def members_of(self, organisation: Organisation) -> QuerySet[Membership]:
        """All, where the user works for it; else whoever has a part in the drill."""
        members = Membership.objects.active().filter(organisation=organisation, user__is_active=True)
        if not scope_as(self.user, *HOLDING).covers(organisation):
            members = members.filter(user__in=self.drill.participations.values("user"))
        return members.select_related("user").order_by("department", "employee_number", "pk")

    def suggestions(self) -> list[str]:
        """Names of those who have a part in the drill: they are known to whoever plans it."""
        names = self.drill.participations.filter(user__isnull=False).values_list("user__full_name", flat=True)
        return sorted(set(names))


def organisations_involved(drill: Drill) -> QuerySet[Organisation]:
    taking, parts = drill.taking_part.values("organisation"), drill.participations.values("organisation")
    involved = Q(pk=drill.organisation_id) | Q(pk__in=taking) | Q(pk__in=parts)
    return Organisation.objects.filter(involved).order_by("name")


# ── Steps ────────────────────────────────────────────────────────────────────
class NoteForm(forms.Form):
    """What was done or seen, with the papers that show it."""

    note = forms.CharField(label=_("Note"), max_length=1000, min_length=2, widget=forms.Textarea(attrs={"rows": 3}))
    papers = PapersField(label=_("Evidence papers"), required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, button: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), button)


class ExtendForm(ReasonForm):
    due_on = forms.DateField(label=_("New due day"), widget=DAY)
    field_order = ("due_on", "reason")

    def __init__(self, *args: Any, after: date, **kwargs: Any) -> None:
        self.after = after
        super().__init__(*args, **kwargs)

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on <= self.after:
            raise ValidationError(_("Choose a day after the present one."))
        return due_on


class ActionFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    view = forms.CharField(required=False, widget=forms.HiddenInput)
    organisation = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("All organisations"))
    q = forms.CharField(required=False, max_length=60, label=_("Words of the action, the problem or the drill"))

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].choices = [("", fields["organisation"].label), *organisations]
        for name, look in (("organisation", "form-select"), ("q", "form-control")):
            fields[name].widget.attrs |= {"class": look, "aria-label": fields[name].label}
        fields["q"].widget.attrs["placeholder"] = fields["q"].label

    def filter(self) -> Filter:
        self.is_valid()
        data = self.cleaned_data
        view = data.get("view") if data.get("view") in VIEWS else "open"
        return Filter(view or "open", data.get("organisation"), (data.get("q") or "").strip())
