"""What a candidate's page says was answered, read into saves: as it comes by the network, or out of a rescue file."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from exams.sitting_rules import Forged, Save


def saves_of(sent: dict[str, Any]) -> list[Save]:
    saves = sent.get("saves", [])
    if not isinstance(saves, list):
        raise Forged("saves are a list")
    return [save_of(each) for each in saves]


def save_of(each: Any) -> Save:
    if not isinstance(each, dict):
        raise Forged("a save is an object")
    given = each.get("given")
    if not isinstance(given, list):
        raise Forged("given is a list")
    said = tuple(one if isinstance(one, str) else whole(one, "given") for one in given)
    return Save(whole(each.get("slot"), "slot"), said, whole(each.get("revision"), "revision"), moment(each))


def whole(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 1:
        raise Forged(f"{name} is a whole number")
    return value


def moment(each: dict[str, Any]) -> datetime:
    """By the device's clock, which may be years off; a time without a zone is none."""
    text = each.get("happened_at")
    try:
        parsed = parse_datetime(text) if isinstance(text, str) and len(text) <= 40 else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None or not 1971 <= parsed.year <= 9998:
        raise Forged("happened_at is a moment with its zone")
    return parsed
