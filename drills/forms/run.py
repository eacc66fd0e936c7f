from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.models import Drill, Participation
from drills.queries.log_page import GROUPS
from drills.run_rules import STANDS, TAKEN_BACK
from ui.layout import page_form


class DelayForm(forms.Form):
    """`uid` is made with the page: pressed twice, it is one delay."""

    seconds = forms.TypedChoiceField(choices=[(60, "60"), (300, "300")], coerce=int)
    uid = forms.UUIDField()


class SkipForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=200)


class NoteForm(forms.Form):
    """What the console writes down: of a stop, of an observation."""

    text = forms.CharField(label=_("What happened"), required=False, max_length=200)


class ObservationForm(forms.Form):
    text = forms.CharField(label=_("What was seen"), min_length=2, max_length=1000)
    uid = forms.UUIDField()


class AmendForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(label=_("Message"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Use these words"))


class EndForm(forms.Form):
    sure = forms.BooleanField(
        label=_("The tasks are done, everybody has been told that the drill is over"),
        error_messages={"required": _("Confirm it: a drill that has ended does not go on.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("End the drill"))


class AbortForm(forms.Form):
    WHY = [
        ("real_incident", _("A real emergency")),
        ("unsafe", _("It was no longer safe")),
        ("weather", _("Weather")),
        ("other", _("Another cause")),
    ]
    why = forms.ChoiceField(label=_("Why"), choices=WHY, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("What happened"), min_length=4, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Abort the drill"), css_class="btn-danger")


class SignInForm(forms.Form):
    parts = forms.ModelMultipleChoiceField(
        Participation.objects.none(), error_messages={"required": _("Tick at least one person.")}
    )

    def __init__(self, *args: Any, drill: Drill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parts"]
        field.queryset = drill.participations.filter(is_group=False).select_related("user")


class HeadsForm(forms.Form):
    count = forms.IntegerField(label=_("People counted"), min_value=0, max_value=100_000)
    basis = forms.ChoiceField(label=_("How counted"), choices=Drill.Basis)


class LogFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    group = forms.ChoiceField(required=False, label=_("Everything"))
    part = forms.ModelChoiceField(Participation.objects.none(), required=False, empty_label=_("By everybody"))
    late = forms.BooleanField(required=False, label=_("Only what came late"))

    def __init__(self, *args: Any, drill: Drill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["group"].choices = [("", _("Everything")), *((name, label) for name, (label, _kinds) in GROUPS.items())]
        fields["part"].queryset = drill.participations.filter(events__isnull=False).distinct().select_related("user")
        for name, label in (("group", _("What")), ("part", _("Told by"))):
            fields[name].widget.attrs |= {"class": "form-select", "aria-label": label}
        fields["late"].widget.attrs |= {"class": "form-check-input"}

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        part = self.cleaned_data.get("part")
        return {
            "group": self.cleaned_data.get("group") or "",
            "part": part.pk if part else None,
            "late": bool(self.cleaned_data.get("late")),
        }


class DecisionForm(forms.Form):
    uid = forms.UUIDField()
    decision = forms.ChoiceField(choices=[(STANDS, _("Stands")), (TAKEN_BACK, _("Does not count"))])
    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=200)
