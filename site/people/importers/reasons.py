"""Why a row was not taken, in words; the codes stand in the staged rows, so that the words follow the page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Any] = {
    "name_missing": _("The name is missing."),
    "name_odd": _("“%(name)s” is not a name: 2 to 30 characters without digits or brackets."),
    "identity_missing": _("Neither identity number nor employee number: nobody can be told apart without one."),
    "identity_lost": _(
        "The identity number has lost its last digits because it was stored as a number. Format the column as text and "
        "type the number anew."
    ),
    "identity_old": _("This is an identity number of 15 digits; give the one of 18 characters."),
    "identity_length": _("The identity number must have 17 digits and a last digit or X."),
    "identity_check": _("The check character of the identity number is wrong: a digit was mistyped."),
    "identity_birth": _("The identity number holds no possible date of birth."),
    "phone": _("The phone number is wrong: 11 digits for a mobile phone, area code and number for a landline."),
    "credit_code": _("“%(code)s” is no valid unified social credit code."),
    "credit_code_missing": _("The credit code is missing and no single organisation is called “%(name)s”."),
    "other_organisation": _("The row belongs to another organisation: “%(name)s”."),
    "organisation_name": _("This credit code belongs to “%(known)s”, the row says “%(name)s”."),
    "organisation_name_missing": _("The organisation is new here and its name is missing."),
    "employee_number": _("The employee number is too long or has lost digits."),
    "employee_number_twice": _("Row %(row)s has the same employee number."),
    "employee_number_taken": _("Somebody else in the organisation has this employee number."),
    "too_long": _("A text has more than %(longest)s characters."),
    "category": _(
        "“%(word)s” is no category known here. Use one of the template's, or say above that the column is not used."
    ),
    "hired": _("The date of hiring can't be read for certain; write it like 2019-07-03 or 2019-07."),
    "other_name": _("The identity number belongs to somebody with another name. Check number and name."),
    "number_other_name": _("The employee number belongs to somebody with another name. Check number and name."),
    "number_other_person": _("The employee number belongs to somebody with another identity number."),
    "duplicate": _("Same identity number as in row %(row)s."),
    "duplicate_elsewhere": _("Same identity number as in row %(row)s of the sheet “%(sheet)s”."),
    "duplicate_name": _("Same identity number as in row %(row)s, but another name."),
    "duplicate_number": _("Same person and employee number as in row %(row)s."),
}


def told(reasons: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """All that is wrong with a row, one sentence after the other."""
    return " ".join(str(REASONS[code]) % dict(about) for code, about in reasons).replace("。 ", "。")
