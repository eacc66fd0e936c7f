"""What a player sends; what makes no sense is refused, not guessed."""

from typing import Any

from django import forms

from learning.rules import HIDDEN, IDLE, LEFT, Sign


class OpenForm(forms.Form):
    device = forms.CharField(max_length=40)
    position = forms.FloatField(required=False)


class SignForm(forms.Form):
    position = forms.FloatField(required=False)
    hidden = forms.BooleanField(required=False)
    idle = forms.IntegerField(required=False, min_value=0)

    def sign(self) -> Sign:
        data = self.cleaned_data
        return Sign(data["position"], data["hidden"], data["idle"] or 0)


class CloseForm(forms.Form):
    position = forms.FloatField(required=False)
    ending = forms.ChoiceField(choices=[(word, word) for word in (LEFT, HIDDEN, IDLE)])

    def sign(self) -> Sign:
        return Sign(self.cleaned_data["position"])


class AnswerForm(forms.Form):
    """The answer to a check question: places of the author's options, from 0."""

    version = forms.IntegerField()
    given = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, options: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["given"].choices = [(str(place), "") for place in range(options)]
