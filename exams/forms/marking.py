"""The forms of marking by hand: the points of one answer, and who may mark."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exams.models.sittings import tidy
from people.models import Membership, User
from people.queries import find_people
from people.scopes import scope_of
from ui.layout import page_form


class MarkForm(forms.Form):
    """A number for each line of the rubric; `lines` are its texts, each with the most it gives."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text=_("Without your name; candidates read it where the exam shows them the answers."),
    )
    reason = forms.CharField(
        label=_("Why the mark changes"),
        min_length=4,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("The result of this paper is known already: a changed mark is a new result with your reason."),
    )

    def __init__(self, *args: Any, lines: Sequence[tuple[str, Decimal]], needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"line_{place}" for place in range(len(lines))]
        for name, (text, most) in zip(self.names, lines, strict=True):
            field: Any = forms.DecimalField(label=text, min_value=0, max_value=most, decimal_places=2, max_digits=7)
            field.most = tidy(most)  # as a page writes it
            field.widget.attrs |= {"class": "form-control", "step": "any", "inputmode": "decimal", "data-line": ""}
            self.fields[name] = field
        if not needs_reason:
            del self.fields["reason"]
        for name in self.errors:  # asked last: it looks at the fields there are
            self.fields[name].widget.attrs["class"] = "form-control is-invalid"

    def lines(self) -> list[Any]:
        return [self[name] for name in self.names]

    def points(self) -> list[Decimal]:
        return [self.cleaned_data[name] for name in self.names]


class AppointForm(forms.Form):
    person = forms.CharField(label=_("Person"), max_length=254, help_text=_("Phone number, e-mail or account"))

    def __init__(self, *args: Any, by: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.now = by, now
        self.helper = page_form(["person"], _("Appoint the marker"))

    def clean_person(self) -> User:
        """Among the people whom the one who appoints sees: the answer tells nothing about others."""
        scope = scope_of(self.by, self.now)
        found = find_people(self.cleaned_data["person"])
        if not scope.everything:
            members = Membership.objects.active(self.now).filter(scope.organisations_q("organisation__"))
            seen = set(members.filter(user__in=found).values_list("user", flat=True))
            found = [one for one in found if one.pk in seen]
        if not found:
            raise ValidationError(_("Nobody has this phone number, e-mail or account."))
        if len(found) > 1:
            raise ValidationError(_("Several people share it: give the account, which stands on the person's page."))
        return found[0]
