from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from drills.models import EvaluationItem, Finding, PlanClause, RunEvent
from drills.queries.observations import observations_of
from ui.clock import local
from ui.layout import page_form

SHOWN = 80  # characters of an observation in the list to tick


class ObservationChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, event: RunEvent) -> str:  # type: ignore[override]
        who = event.participation.label if event.participation else ""
        text = str(event.payload.get("text", ""))
        told = [f"{local(event.happened_at):%H:%M:%S}", who, text[:SHOWN] + ("…" if len(text) > SHOWN else "")]
        return " · ".join(part for part in told if part)


class FindingForm(forms.ModelForm):
    evidence = ObservationChoice(
        RunEvent.objects.none(),
        required=False,
        label=_("Evidence from the run log"),
        help_text=_("Tick the observations that show it"),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Finding
        fields = ("kind", "text", "severity", "element", "root_cause", "clause", "item")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "root_cause": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, in_use: bool, **kwargs: Any) -> None:
        """`in_use`: a plan's revision was opened by it, so that its weight is no longer taken back."""
        super().__init__(*args, **kwargs)
        drill, fields = self.instance.drill, dict[str, Any](self.fields)
        fields["clause"].queryset = PlanClause.objects.filter(version=drill.plan_version_id)
        fields["clause"].empty_label = _("No particular clause")
        fields["item"].queryset = EvaluationItem.objects.filter(
            section__version__in=drill.forms.values("version")
        ).select_related("section")
        fields["item"].empty_label = _("No particular item")
        fields["kind"].label = _("Problem or good practice")
        fields["severity"].choices = [("", _("Choose for a problem")), *Finding.Severity.choices]
        fields["element"].choices = [("", _("Choose what it concerns")), *Finding.Element.choices]
        self.offer_evidence(fields)
        for name in ("kind", "severity", "element"):
            fields[name].disabled = in_use
        for name in ("clause", "item"):
            if not fields[name].queryset.exists():
                del self.fields[name]
        pair = [name for name in ("clause", "item") if name in self.fields]
        layout = ["kind", "text", Div("severity", "element", css_class="pairs"), "root_cause"]
        tail = ["evidence"] if "evidence" in self.fields else []
        self.helper = page_form([*layout, Div(*pair, css_class="pairs"), *tail], _("Save"))

    def offer_evidence(self, fields: dict[str, Any]) -> None:
        keys = [event.pk for event in observations_of(self.instance.drill)]
        if not keys:
            del self.fields["evidence"]
            return
        order = Case(*(When(pk=pk, then=place) for place, pk in enumerate(keys)))
        seen = RunEvent.objects.filter(pk__in=keys).select_related("participation__user")
        fields["evidence"].queryset = seen.order_by(order)
        if self.instance.pk:
            self.initial["evidence"] = list(self.instance.evidence.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Finding.Kind.GAP:
            if not data.get("severity"):
                self.add_error("severity", _("Say how serious the problem is."))
        else:
            data["severity"] = ""
        return data

    def chosen(self) -> list[RunEvent]:
        return list(self.cleaned_data.get("evidence") or [])
