from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exams.forms.exams import moment_field
from exams.models import Exam, ExamHall
from ui.forms import LookUpForm
from ui.layout import page_form


class HallForm(forms.ModelForm[ExamHall]):
    opens_at = moment_field(_("Doors open"))

    class Meta:
        model = ExamHall
        fields = ["name", "place", "seats", "opens_at"]
        labels = {"name": _("Name of the hall"), "place": _("Address, building, floor"), "seats": _("Seats")}

    def __init__(self, *args: Any, exam: Exam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.exam = exam
        self.helper = page_form(list(self.fields), _("Save the hall"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_at"), self.instance.exam.closes_at
        if opens and opens >= closes:
            self.add_error("opens_at", _("The exam has closed by then."))
        same = ExamHall.objects.filter(exam=self.instance.exam, name=data.get("name", ""), opens_at=opens or closes)
        if opens and same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is a hall of this name at this time already."))
        return data


class DoorForm(LookUpForm):
    what = _("Name, seat, number or phone")


class WalkInForm(LookUpForm):
    what = _("Name, number or phone")
