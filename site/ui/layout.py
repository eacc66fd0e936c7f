from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout


def page_form(fields: Any, button: Any, *, css_class: str = "btn-primary") -> FormHelper:
    """A form with its fields one below the other and one button; it posts to its own address, `?next=` included."""
    helper = FormHelper()
    helper.attrs = {"novalidate": ""}
    submit = StrictButton(button, type="submit", css_class=css_class)
    helper.layout = Layout(*fields, Div(submit, css_class="form-actions"))
    return helper


def relabel(form: Any, **labels: Any) -> None:
    """Our words on a form of allauth's; placeholders go: a label that vanishes while typing helps nobody."""
    for name, label in labels.items():
        form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
