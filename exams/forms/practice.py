"""What plain HTML fields say to a question of any kind, and what is to be practised."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.models import QuestionBank, QuestionVersion
from exams.paper_rules import Slot
from exams.practice_rules import MOST_QUESTIONS
from exams.queries.practice import Choice
from exams.rules import BY_HAND, CHOICES
from exams.sitting_rules import check_given
from people.models import Sector
from ui.layout import page_form


class Unclear(ValueError):
    """The fields can't be read as one answer; the message says what is to be mended."""


# ── An answer ────────────────────────────────────────────────────────────────
def read_given(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    """As `exams.rules` tells for each kind; empty where nothing was answered. Raises Forged for what no page of ours
    sends, Unclear for items in order that share a number or lack one."""
    given = READERS.get(version.kind, read_choice)(version, name, data)
    check_given(given, slot_of(version))
    return given


def slot_of(version: QuestionVersion) -> Slot:
    there = version.options["right"] if version.kind == "matching" else version.options
    return Slot(version=version.pk, kind=version.kind, points=1, order=list(range(len(there))))


def read_choice(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    return sorted({number(value) for value in data.getlist(name)})


def read_text(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    text = data.get(name, "").replace("\r\n", "\n").strip()
    return [text] if text else []


def read_blanks(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    texts = [data.get(f"{name}-{place}", "").strip() for place in range(len(version.answer))]
    return texts if any(texts) else []


def read_pairs(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    pairs = [number(data.get(f"{name}-{place}") or "-1") for place in range(len(version.answer))]
    return pairs if set(pairs) != {-1} else []


def read_order(version: QuestionVersion, name: str, data: Any) -> list[Any]:
    places = {item: data.get(f"{name}-{item}", "") for item in range(len(version.options))}
    if not any(places.values()):
        return []
    numbers = {item: number(value) for item, value in places.items() if value}
    if sorted(numbers.values()) != list(range(1, len(version.options) + 1)):
        raise Unclear(_("Give each item its own number, from first to last."))
    return sorted(numbers, key=lambda item: numbers[item])


READERS: Mapping[str, Any] = {
    "fill": read_blanks,
    "matching": read_pairs,
    "ordering": read_order,
    **dict.fromkeys(BY_HAND, read_text),
    **dict.fromkeys(CHOICES, read_choice),
}


def number(text: str) -> int:
    """What is no small whole number names no option."""
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 6 else -9


class AnswerForm(forms.Form):
    """What goes with the fields of the question: which version was shown, and the key of this page."""

    version = forms.IntegerField(min_value=1)
    key = forms.UUIDField()

    def clean_key(self) -> str:
        key: UUID = self.cleaned_data["key"]
        return key.hex


# ── What to practise ─────────────────────────────────────────────────────────
class ChoiceForm(forms.Form):
    kind = forms.ChoiceField(required=False, choices=[("", ""), *QuestionVersion.Kind.choices])
    point = forms.CharField(required=False, max_length=60)
    chapter = forms.CharField(required=False, max_length=120)
    difficulty = forms.ChoiceField(required=False, choices=[("", ""), *QuestionVersion.Difficulty.choices])
    sector = forms.ModelChoiceField(Sector.objects.all(), required=False, to_field_name="code")

    def choice(self) -> Choice:
        """A wrong value in the address chooses nothing."""
        self.is_valid()
        given: dict[str, Any] = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        sector = given.pop("sector")
        return Choice(**given, sector=sector.code if sector else "")


class MockForm(forms.Form):
    """How many questions of each kind, and how long. The fields of the kinds are those the bank holds."""

    minutes = forms.IntegerField(label=gettext_lazy("Time (minutes)"), min_value=5, max_value=180, initial=45)

    def __init__(self, *args: Any, counts: Mapping[str, int], usual: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = dict(QuestionVersion.Kind.choices)
        for kind, there in counts.items():
            self.fields[kind] = forms.IntegerField(
                label=kinds[kind],
                required=False,
                min_value=0,
                max_value=min(there, MOST_QUESTIONS),
                initial=usual[kind],
                help_text=_("%(count)s in the bank") % {"count": there},
            )
        self.kinds = list(counts)
        self.helper = page_form([*self.kinds, "minutes"], _("Begin the mock exam"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        total = sum(self.counts().values())
        if not self.errors and not 1 <= total <= MOST_QUESTIONS:
            raise ValidationError(_("A mock exam has between 1 and %(most)s questions.") % {"most": MOST_QUESTIONS})
        return data

    def counts(self) -> dict[str, int]:
        return {kind: self.cleaned_data.get(kind) or 0 for kind in self.kinds}


class PracticeBankForm(forms.ModelForm[QuestionBank]):
    class Meta:
        model = QuestionBank
        fields = ["open_for_practice"]
        labels = {"open_for_practice": gettext_lazy("This bank may be practised with")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form(["open_for_practice"], _("Save"))
