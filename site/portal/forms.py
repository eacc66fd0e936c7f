"""Forms of the public site and of the desk behind it."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import CORRECTION_LONGEST, REASON_LONGEST, Correction, VillageCard
from ui.layout import page_form


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong, or what is missing?"),
        max_length=CORRECTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The sentence, and what it should say. No names and no phone numbers, please."),
        error_messages={"required": _("Write what is wrong, in a sentence.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["text"], _("Send"))
        self.helper.disable_csrf = True  # no cookie is set here; the view looks at where the request began


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(Correction.State.CORRECTED, _("Corrected")), (Correction.State.KEPT, _("Left as it is"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the page was corrected.")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=CORRECTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The reader sees it at the address he was given."),
        error_messages={"required": _("Answer in a sentence: the reader waits for it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["state", "answer"], _("Answer"))


APPROVE, RETURN = "approve", "return"


class ReviewForm(forms.Form):
    """One tap approves; a return says what is to be put right."""

    verdict = forms.ChoiceField(choices=[(APPROVE, _("Approve")), (RETURN, _("Give back"))])
    reason = forms.CharField(required=False, max_length=REASON_LONGEST)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == RETURN and not data.get("reason"):
            self.add_error("reason", _("Say what is to be put right: the author reads it."))
        return data


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=REASON_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the log. Readers are not told; they no longer find the page."),
        error_messages={"required": _("Say why, in a sentence.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["reason"], _("Take it off the site"), css_class="btn-danger")


class VillageCardForm(forms.ModelForm):
    class Meta:
        model = VillageCard
        fields = ["dangers", "signal", "route", "shelter", "helpers", "duty_phone", "checked_on", "public"]
        widgets = {
            "route": forms.Textarea(attrs={"rows": 3}),
            "helpers": forms.Textarea(attrs={"rows": 2}),
            "checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(list(self.fields), _("Save"))

    def clean_checked_on(self) -> date:
        day: date = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come: give the day on which somebody walked the way."))
        return day
