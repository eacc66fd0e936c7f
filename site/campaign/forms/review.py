from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import ActivityDecision

Verdict = ActivityDecision.Verdict


class ReviewForm(forms.Form):
    """What is decided on the version that was read; a return says why."""

    verdict = forms.ChoiceField(choices=[(one.value, one.label) for one in (Verdict.APPROVE, Verdict.RETURN)])
    seen = forms.IntegerField()
    reason = forms.CharField(required=False, max_length=300, label=_("What is to be put right"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == Verdict.RETURN and len((data.get("reason") or "").strip()) < 4:
            self.add_error("reason", _("Say what is to be put right, in at least four characters."))
        return data
