"""What the holder of a role card has in his hand: a signed word for one part in one drill. It needs no session, stays
good as long as the part does, and dies when `Participation.epoch` is raised (a lost card, a card given to another)."""

import re
from typing import Any

from django.core import signing

from drills.models import Participation

LONGEST = 80
TOLD = re.compile(r"(\d{1,18})\.(\d{1,5})")
cards = signing.Signer(salt="drills.part", sep="~")


def part_token(participation: Participation) -> str:
    """Short, for a QR code. Begins with the number of the part and a dot, so that a phone that scans it without network
    knows whom it means; whether the card is good the server says later."""
    return cards.sign(f"{participation.pk}.{participation.epoch}")


def part_of_token(token: str) -> Participation | None:
    """With its drill and person; None when the token is forged or older than the part's epoch. One query."""
    return read_part(token, Participation.objects.select_related("drill", "user"))


def read_part(token: str, parts: Any) -> Participation | None:
    """The same out of a queryset of the caller's; a forged token asks the database nothing."""
    told = number_and_epoch(token)
    return parts.filter(pk=told[0], epoch=told[1]).first() if told else None


def number_and_epoch(token: str) -> tuple[int, int] | None:
    try:
        told = TOLD.fullmatch(cards.unsign(token[:LONGEST]))
    except signing.BadSignature:
        return None
    return (int(told[1]), int(told[2])) if told else None
