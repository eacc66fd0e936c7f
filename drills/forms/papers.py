"""Several papers at once, brought as evidence."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drills.plan_papers import DOCUMENTS, JPEG, PNG, BadPaper, Paper, read_paper

KINDS = (*DOCUMENTS, JPEG, PNG)
ACCEPT = ".pdf,.docx,.doc,.jpg,.jpeg,.png"
AT_ONCE = 9


class PapersInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PapersInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", _("PDF, Word or photo; several at once, 30 MB each at most"))
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Paper]:  # type: ignore[override]
        given = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(given) > AT_ONCE:
            raise ValidationError(_("At most %(most)d files at once."), params={"most": AT_ONCE})
        return [self.read(upload) for upload in given]

    def read(self, upload: Any) -> Paper:
        try:
            return read_paper(upload, KINDS)
        except BadPaper as bad:
            raise ValidationError(f"{upload.name}：{bad}", code=bad.code) from bad
