"""The forms of parts in a drill: who has which one."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from drills.models import Drill, Participation
from drills.parts_rules import LONGEST, MOST_LINES, MOST_PEOPLE
from drills.queries.parts import found_by, people_of, units_of
from people.models import Membership, Organisation
from ui.forms import LookUpForm
from ui.layout import page_form

SHOWN = 50  # people at once; who has more looks for a name
PASTED = 60_000  # characters


class PeopleForm(LookUpForm):
    """Looked for by POST, ticked and given a part in one page."""

    what = _("Name, department or post")
    unit = forms.ModelChoiceField(Organisation.objects.none(), required=False, label=_("All units"))

    def __init__(self, *args: Any, drill: Drill, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people_of(drill, user, now)
        unit: Any = self.fields["unit"]
        unit.queryset, unit.empty_label = units_of(drill), unit.label
        unit.widget.attrs |= {"class": "form-select", "aria-label": unit.label}
        self.several = drill.taking_part.exists()

    def found(self) -> QuerySet[Membership]:
        unit = self.cleaned_data.get("unit") if self.is_bound and self.is_valid() else None
        return found_by(self.people, self.words(), unit)


class GiveForm(forms.Form):
    """The part that everybody ticked gets."""

    members = forms.ModelMultipleChoiceField(
        Membership.objects.none(), error_messages={"required": _("Tick at least one person.")}
    )
    role = forms.ChoiceField(label=_("Role"))
    team = forms.CharField(label=_("Team"), required=False, max_length=LONGEST)
    site = forms.CharField(label=_("Post or site"), required=False, max_length=LONGEST)

    def __init__(self, *args: Any, people: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["members"].queryset = people
        fields["role"].choices = [("", _("Choose …")), *Participation.Role.choices]
        for name in ("role", "team", "site"):
            style = "form-select" if name == "role" else "form-control"
            fields[name].widget.attrs["class"] = f"{style} is-invalid" if name in self.errors else style

    def clean_team(self) -> str:
        return str(self.cleaned_data["team"]).strip()


class NamedForm(forms.ModelForm[Participation]):
    """Somebody without an account, or a group known by its number."""

    class Meta:
        model = Participation
        fields = ("is_group", "name", "expected", "organisation", "role", "team", "site")
        labels = {"name": _("Name of the person or group"), "team": _("Team"), "site": _("Post or site")}
        help_texts = {
            "name": _("Of a group for example: villagers of group two"),
            "expected": _("Of a person 1"),
            "team": _("Who evaluates names the team he looks at"),
        }

    def __init__(self, *args: Any, drill: Drill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.drill = drill
        fields: dict[str, Any] = self.fields
        fields["name"].required = True
        fields["organisation"].queryset = units_of(drill)
        fields["organisation"].empty_label = None
        fields["organisation"].required = True
        fields["role"].choices = [("", _("Choose …")), *Participation.Role.choices]
        fields["expected"].min_value = 1
        fields["expected"].widget.attrs |= {"min": 1, "max": MOST_PEOPLE}
        self.helper = page_form(list(fields), _("Add"))

    def clean_expected(self) -> int:
        expected = int(self.cleaned_data["expected"])
        if not 1 <= expected <= MOST_PEOPLE:
            raise ValidationError(_("Between 1 and 99,999 people."))
        return expected

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("is_group") and data.get("expected", 1) != 1:
            self.add_error("expected", _("Tick “a group” for more than one person."))
        return data


class PartForm(forms.ModelForm[Participation]):
    """A part that is there: who has it is handed over, not edited."""

    class Meta:
        model = Participation
        fields = ("name", "role", "team", "site", "expected")
        labels = {"team": _("Team"), "site": _("Post or site")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = self.instance
        if part.user_id:
            del self.fields["name"]
        else:
            self.fields["name"].required, self.fields["name"].help_text = True, ""
        if not part.is_group:
            del self.fields["expected"]
        self.fields["team"].help_text = _("Who evaluates names the team he looks at")
        self.helper = page_form(list(self.fields), _("Save"))


class HandOverForm(forms.Form):
    """One of the people found, or a name."""

    member = forms.ModelChoiceField(Membership.objects.none(), required=False, empty_label=None)
    name = forms.CharField(label=_("Or somebody without an account: name"), required=False, max_length=LONGEST)

    def __init__(self, *args: Any, people: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["member"]
        field.queryset = people
        self.fields["name"].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("member")) == bool(str(data.get("name") or "").strip()):
            raise ValidationError(_("Choose one person, or write one name."))
        return data


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Lines copied from the worksheet"),
        max_length=PASTED,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "form-control paste"}),
        strip=False,
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if len(text.splitlines()) > MOST_LINES:
            raise ValidationError(_("More than 500 lines at once: paste them in two goes."))
        return text
