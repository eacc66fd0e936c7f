"""Content shipped with the product, brought up to date without ever touching what an editor changed."""

import json
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from records.models import StarterItem

Thing = TypeVar("Thing")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # an editor changed or deleted it, or made it before we did


@transaction.atomic
def sync(
    key: str,
    shipped: dict[str, Any],
    *,
    find: Callable[[], Thing | None],
    read: Callable[[Thing], dict[str, Any]],
    write: Callable[[Thing | None, dict[str, Any]], Thing],
) -> Outcome:
    """Make or renew one object. `read` gives back what `write` wrote, in the shape of `shipped`."""
    item = StarterItem.objects.filter(key=key).first()
    thing = find()
    if thing is None:
        return Outcome.KEPT if item else remember(key, shipped, read(write(None, shipped)), Outcome.CREATED)
    if item is None:
        return adopt(key, shipped, read(thing))
    if fingerprint(read(thing)) != item.written_hash:
        return Outcome.KEPT
    if fingerprint(shipped) == item.shipped_hash:
        return Outcome.UNCHANGED
    return remember(key, shipped, read(write(thing, shipped)), Outcome.UPDATED)


def adopt(key: str, shipped: dict[str, Any], found: dict[str, Any]) -> Outcome:
    """Somebody made it before we did: ours from now on only if it is the same to the letter."""
    same = fingerprint(found) == fingerprint(shipped)
    return remember(key, shipped, found, Outcome.UNCHANGED) if same else Outcome.KEPT


def remember(key: str, shipped: dict[str, Any], written: dict[str, Any], outcome: Outcome) -> Outcome:
    hashes = {"shipped_hash": fingerprint(shipped), "written_hash": fingerprint(written)}
    StarterItem.objects.update_or_create(key=key, defaults=hashes)
    return outcome


def fingerprint(value: dict[str, Any]) -> str:
    told = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return sha256(told.encode()).hexdigest()
