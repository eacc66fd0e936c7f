from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people import rules


class ThreeKindsValidator:
    """Grade protection as practised: at least three of lower case, upper case, digits and other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        if rules.character_kinds(password) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_few_kinds")

    def get_help_text(self) -> str:
        return _("Use at least three of these: small letters, capital letters, digits, other characters.")
