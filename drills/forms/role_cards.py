from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.models import Participation
from drills.services.role_cards import SIZES

ALL = "all"


class PrintForm(forms.Form):
    """Which cards, and how large."""

    which = forms.ChoiceField(label=_("Whose cards"))
    size = forms.TypedChoiceField(
        label=_("On a sheet of A4"),
        coerce=int,
        choices=[(SIZES[0], _("Eight, to put in a pocket")), (SIZES[1], _("Four, to hang round the neck"))],
        initial=SIZES[0],
    )

    def __init__(self, *args: Any, parts: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        self.fields["which"].choices = [(ALL, _("Everybody")), *self.groups()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def groups(self) -> list[tuple[str, Any]]:
        """Roles and teams that there are."""
        roles = dict.fromkeys((f"role:{part.role}", part.get_role_display()) for part in self.parts)
        teams = dict.fromkeys((f"team:{part.team}", part.team) for part in self.parts if part.team)
        return [*roles, *teams]

    def chosen(self) -> list[Participation]:
        kind, _colon, value = self.cleaned_data["which"].partition(":")
        return [part for part in self.parts if kind == ALL or getattr(part, kind) == value]

    def clean_which(self) -> str:
        if not self.parts:
            raise forms.ValidationError(_("Nobody has a part yet."))
        return str(self.cleaned_data["which"])

    def first_fault(self) -> str:
        return str(next(iter(self.errors.values()))[0])
