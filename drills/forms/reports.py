from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from drills.models import DrillReport
from drills.report_texts import SECTIONS, Section
from drills.services.reports import fingerprint


class ReportForm(forms.Form):
    """A field for each section, filled with what was written or, where nothing was, with what is proposed."""

    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: DrillReport, proposed: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report, self.proposed, self.overtaken = report, proposed, False
        for section in self.sections:
            text = report.texts.get(section.key, proposed[section.key])
            self.fields[section.key] = forms.CharField(
                required=False,
                label=section.title,
                initial=text,
                max_length=8000,
                widget=forms.Textarea(attrs={"rows": max(3, min(12, text.count("\n") + 2 + len(text) // 60))}),
            )
        self.initial["base"] = fingerprint(report.texts)

    @property
    def sections(self) -> tuple[Section, ...]:
        return SECTIONS[self.report.kind]

    def rows(self) -> list[tuple[Section, Any, str]]:
        """Each section with its field and, where the words are a person's own, with the proposal beside them."""
        return [(section, self[section.key], self.differing(section.key)) for section in self.sections]

    def differing(self, key: str) -> str:
        written = str(self[key].value() or "").replace("\r\n", "\n").strip()
        return "" if written == self.proposed[key].strip() else self.proposed[key]

    def stand_against(self, report: DrillReport) -> None:
        """Somebody saved meanwhile: whoever has compared may put his words in their place by saving once more."""
        self.data = {**self.data.dict(), self.add_prefix("base"): fingerprint(report.texts)}  # type: ignore[attr-defined]
        words = _("Somebody else has saved this report meanwhile. Compare; save again to put your words in its place.")
        self.add_error(None, words)
        self.overtaken = True

    def words(self) -> dict[str, str]:
        return {section.key: self.cleaned_data[section.key].replace("\r\n", "\n") for section in self.sections}
