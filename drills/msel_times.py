"""How times are written in tables of events, told from plain values: no queries, no clock, no Django.

A time of the house is a number of seconds from STARTEX. `offset_text` and `duration_text` write it, `read_offset` and
`read_duration` read what somebody types; `drills.importers.times` reads what strangers write.
"""

import re
import unicodedata

MINUTE, HOUR, DAY = 60, 3600, 86400
FURTHEST = 400 * DAY  # J-60 is usual, more than a year is a slip of the pen
LONGEST = 31 * DAY  # of a duration

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
#: How people write units, in Chinese, English and French; the longest first, so that 分钟 is not read as 分.
UNITS: dict[str, int] = {
    **dict.fromkeys(("seconds", "second", "secondes", "seconde", "secs", "sec", "秒钟", "秒", "s", '"', "″"), 1),
    **dict.fromkeys(("minutes", "minute", "mins", "min", "mn", "分钟", "分", "m", "'", "′"), MINUTE),
    **dict.fromkeys(("hours", "hour", "heures", "heure", "hrs", "hr", "小时", "时", "h"), HOUR),
    **dict.fromkeys(("days", "day", "jours", "jour", "天", "日", "d", "j"), DAY),
}
UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
PIECE = re.compile(rf"(\d+(?:\.\d+)?)\s*({UNIT})(?![a-z])\s*")
HMS = re.compile(r"(?:(\d{1,3})\s*(?:days?,?|d|j|天|日)\s*)?(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.0+)?)?")


def plain(text: str) -> str:
    """Half-width, lower case, single spaces, one kind of dash."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(DASHES).lower().split())


# ── Writing ──────────────────────────────────────────────────────────────────
def offset_text(seconds: int | None, *, minus: str = "−", day: str = "d") -> str:
    """+00:15, −00:05, +26:00, +00:00:30; from two days on with the days before it: −60d 00:00."""
    if seconds is None:
        return ""
    days, rest = divmod(abs(seconds), DAY) if abs(seconds) >= 2 * DAY else (0, abs(seconds))
    hours, minutes = divmod(rest // MINUTE, 60)
    tail = f":{rest % MINUTE:02}" if rest % MINUTE else ""
    return f"{minus if seconds < 0 else '+'}{f'{days}{day} ' if days else ''}{hours:02}:{minutes:02}{tail}"


def duration_text(seconds: int | None, *, second: str = "s") -> str:
    """Whole minutes as a bare number, anything else in seconds: 5, 100s."""
    if seconds is None:
        return ""
    return f"{seconds}{second}" if seconds % MINUTE else str(seconds // MINUTE)


# ── Reading what is typed ────────────────────────────────────────────────────
def read_offset(text: str) -> int:
    """What somebody typed under "time from the start": 15 and +15 are minutes, 0:15 and +00:15 hours and minutes.
    Raises ValueError."""
    told = plain(text)
    sign, rest = (-1, told[1:].lstrip()) if told.startswith("-") else (1, told.removeprefix("+").lstrip())
    seconds = int(rest) * MINUTE if re.fullmatch(r"\d{1,6}", rest) else read_amount(rest)
    if seconds > FURTHEST:
        raise ValueError(text)
    return sign * seconds


def read_duration(text: str) -> int:
    """What somebody typed under "within (minutes)": 5, 1.5, 100s, 2小时. Raises ValueError."""
    told = plain(text).lstrip("<≤≦").lstrip()
    bare = re.fullmatch(r"\d{1,6}(\.\d+)?", told)
    seconds = round(float(told) * MINUTE) if bare else read_amount(told)
    if seconds > LONGEST:
        raise ValueError(text)
    return seconds


def read_amount(told: str) -> int:
    """hh:mm, hh:mm:ss, 1小时30分, 90 min, in plain writing; with days before it where there are some."""
    if found := HMS.fullmatch(told):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return days * DAY + hours * HOUR + minutes * MINUTE + seconds
    pieces = PIECE.findall(told)
    if not pieces or PIECE.sub("", told).strip():
        raise ValueError(told)
    return round(sum(float(number) * UNITS[unit] for number, unit in pieces))
