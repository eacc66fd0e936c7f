from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drills.permissions import organisations_held_by
from ui.layout import page_form


class UseExampleForm(forms.Form):
    organisation: Any = forms.ModelChoiceField(queryset=None, label=_("Organised by"), empty_label=None)
    starts_at = forms.DateTimeField(
        label=_("Begins"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        morning = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=7), time(9)))
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].initial = timezone.localtime(morning)
        field: Any = self.fields["organisation"]
        field.queryset = organisations_held_by(user).order_by("name")
        self.helper = page_form(list(self.fields), _("Make a draft of it"))
