"""What the candidate's page holds in its hand: a signed word that is good for one sitting on one device and nothing
else. Deadline, epoch and state stand in the row, never in here."""

from typing import NamedTuple

from django.core import signing

from exams.models import Sitting

attempts = signing.Signer(salt="exams.attempt")
pictures = signing.Signer(salt="exams.picture")


class Attempt(NamedTuple):
    sitting: int
    device: str


def attempt_token(sitting: Sitting, device: str) -> str:
    """Given to whoever began or took over the sitting with this device; it suffices for save, hand-in, left and state,
    so a ticket's holder needs no session."""
    return attempts.sign_object(Attempt(sitting.pk, device))


def read_attempt(token: str) -> Attempt | None:
    return Attempt(*read) if (read := unsigned(attempts, token)) and len(read) == 2 else None


def picture_token(sitting: int, slot: int) -> str:
    """Opens the picture of one question of one sitting, for an <img> that can send no header."""
    return pictures.sign_object((sitting, slot))


def opens_picture(token: str, sitting: int, slot: int) -> bool:
    return unsigned(pictures, token) == [sitting, slot]


def unsigned(signer: signing.Signer, token: str) -> list | None:
    try:
        return signer.unsign_object(token)
    except (signing.BadSignature, ValueError, UnicodeError):
        return None
