"""What is true of a certificate, told from plain values: no queries, no clock, no Django."""

import hmac
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"
DIGITS = "〇一二三四五六七八九"


def state(*, valid_until: date | None, revoked: bool, on: date) -> str:
    """The last day counts; without a last day there is no term."""
    if revoked:
        return REVOKED
    return EXPIRED if valid_until is not None and on > valid_until else VALID


def canonical(value: Any) -> bytes:
    """One spelling for one content, whatever order a database gives its keys back in."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(number: str, content: Mapping[str, Any]) -> str:
    """What anybody can recompute from the number and the printed facts."""
    return sha256(canonical([number, dict(content)])).hexdigest()


def seal(key: bytes, facts: Mapping[str, Any]) -> str:
    """What only the holder of the key can make: it covers the row, so that nobody changes it in the database unseen."""
    return hmac.digest(key, canonical(dict(facts)), sha256).hex()


def stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else ""


def same_name(one: str, other: str) -> bool:
    """In constant time, and whatever kind of middle dot, width or spacing was typed."""
    return hmac.compare_digest(plain_name(one).encode(), plain_name(other).encode())


def plain_name(name: str) -> str:
    kept = [char for char in unicodedata.normalize("NFKC", name) if char.isalnum()]
    return "".join(kept).casefold()


def same_code(typed: str, digest: str, shown: int) -> bool:
    """A check code read from paper (its first characters) or the whole digest."""
    code = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "").lower()
    return len(code) >= shown and hmac.compare_digest(code.encode(), digest[: len(code)].encode())


def hours_text(hours: Decimal | float | None) -> str:
    """24, 24.5: without zeros that say nothing."""
    if hours is None:
        return ""
    text = f"{Decimal(str(hours)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese_day(day: date) -> str:
    """二〇二六年十一月二十四日, as an official paper is dated."""
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def plain_day(day: date) -> str:
    """2026年11月24日"""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else DIGITS[tens]) + "十"
    return head + (DIGITS[ones] if ones else "")
