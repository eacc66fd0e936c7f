"""What is asked about uploads: the parts of a file, and one description for all."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media import rules
from media.models import Credit, MediaFile, Upload
from media.services import Told

ALT_LONGEST = 200


class StartForm(forms.Form):
    name = forms.CharField(max_length=200)
    size = forms.IntegerField(min_value=1)
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$")


class OffsetForm(forms.Form):
    offset = forms.IntegerField(min_value=0)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFiles(attrs={"accept": rules.ACCEPTED, "data-files": ""})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(ManyFilesField, self).clean(one, initial) for one in data or [] if one]


class DescriptionForm(forms.Form):
    """One for all. What stands in a file's own row comes before it."""

    NAMES, WORDS_AND_NAME, NUMBERED = "names", "words_and_name", "numbered"
    TITLES = [
        (NAMES, _("From the file's name")),
        (WORDS_AND_NAME, _("These words, then the file's name")),
        (NUMBERED, _("These words, then a number")),
    ]
    chosen = ManyFilesField(label=_("Files"), required=False)
    titles = forms.ChoiceField(label=_("Titles of the files"), choices=TITLES, initial=NAMES)
    words = forms.CharField(label=_("Words of the title"), max_length=100, required=False)
    alt = forms.CharField(
        label=_("What the pictures show"),
        max_length=ALT_LONGEST,
        required=False,
        help_text=_("For those who cannot see them. Pictures that differ get their own words in their row."),
    )
    caption = forms.CharField(label=_("Caption below the picture"), max_length=200, required=False)
    licence = forms.ChoiceField(label=_("Licence"))
    licence_note = forms.CharField(
        label=_("Terms"), max_length=200, required=False, help_text=_("Only for another licence: what it permits")
    )
    author = forms.CharField(label=_("Made by"), max_length=120, required=False, help_text=_("Named below pictures"))
    origin = forms.CharField(label=_("Unit or person that gave it"), max_length=200, required=False)
    people_seen = forms.ChoiceField(label=_("Can people be recognised?"), widget=forms.RadioSelect)
    consent_note = forms.CharField(
        label=_("Who agreed, and how"),
        max_length=200,
        required=False,
        help_text=_("For example: all six in the picture, by word of mouth; children: their parents, on paper"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        asked = [one for one in Credit.Licence.choices if one[0] != Credit.Licence.OWN]
        fields["licence"].choices = [("", _("Choose …")), *asked]
        fields["people_seen"].choices = [one for one in Credit.Seen.choices if one[0]]
        for name, field in fields.items():
            css = {"titles": "form-select", "licence": "form-select", "people_seen": "form-check-input"}
            if name != "chosen":
                field.widget.attrs["class"] = css.get(name, "form-control")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        needs = (
            ("licence", Credit.Licence.OTHER, "licence_note", _("Write what this licence permits.")),
            ("licence", Credit.Licence.PERMITTED, "origin", _("Write who gave it and agreed.")),
            ("people_seen", Credit.Seen.AGREED, "consent_note", _("Write who agreed, and how.")),
            ("titles", self.WORDS_AND_NAME, "words", _("Write the words of the title.")),
            ("titles", self.NUMBERED, "words", _("Write the words of the title.")),
        )
        for field, value, other, words in needs:
            if data.get(field) == value and not data.get(other) and other not in self.errors:
                self.add_error(other, words)
        return data

    # ── Of each file ─────────────────────────────────────────────────────────
    def told(self, uploads: Iterable[Upload], films: Iterable[MediaFile]) -> list[tuple[Upload, Told]]:
        named, listed = {str(film.pk): film for film in films}, list(uploads)
        return [
            (upload, self.told_of(upload, number, len(listed), named.get(self.own(upload, "film"))))
            for number, upload in enumerate(listed, 1)
        ]

    def told_of(self, upload: Upload, number: int, total: int, film: MediaFile | None) -> Told:
        data = self.cleaned_data
        credit = ("author", "origin", "licence", "licence_note", "people_seen", "consent_note")
        return Told(
            title=self.own(upload, "title") or self.title(upload, number, total),
            alt=self.own(upload, "alt") or data["alt"],
            caption=data["caption"],
            credit=tuple((name, data[name]) for name in credit),
            film=film,
        )

    def title(self, upload: Upload, number: int, total: int) -> str:
        words, way = self.cleaned_data["words"], self.cleaned_data["titles"]
        if way == self.NUMBERED:
            return rules.numbered(words, number, total)
        name = rules.title_from(upload.name)
        return name if way == self.NAMES else f"{words} {name}"

    def own(self, upload: Upload, name: str) -> str:
        """What was typed in the file's own row."""
        return self.data.get(f"{name}-{upload.pk.hex}", "").strip()[:ALT_LONGEST]
