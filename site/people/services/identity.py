from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from people import rules
from people.models import User
from people.permissions import can_view_identity
from records import crypto
from records.services import log

PURPOSE = "people.identity"


def identity_fields(number: str) -> dict[str, Any]:
    """How an identity number is kept: a keyed hash to find, an encrypted copy to show, four digits to tell apart."""
    number = rules.normal_code(number)
    if not number:
        return {}
    return {
        "identity_hash": crypto.keyed_hash(number, PURPOSE),
        "identity_encrypted": crypto.encrypt(number, PURPOSE),
        "identity_tail": number[-4:],
    }


def read_identity(person: User) -> str:
    """The number itself; callers mask it or have logged why they need it."""
    if not person.identity_encrypted:
        return ""
    return crypto.decrypt(bytes(person.identity_encrypted), PURPOSE)


def reveal_identity(person: User, *, by: User, reason: str, now: datetime) -> str:
    """The whole number for somebody whose work needs it; the look itself is recorded first."""
    if not can_view_identity(by, person):
        raise PermissionDenied
    log("people.identity_revealed", by=by, obj=person, payload={"reason": reason}, now=now)
    return read_identity(person)
