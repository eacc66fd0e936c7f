"""What a cell says. Pure: a value in, a value and what is wrong with it out; nothing is guessed."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from campaign.importers.tables import meanings, normal, told

EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(36_526, 75_000)  # 2000 to 2105
YEARS = range(2000, 2100)
LARGEST = 2_000_000
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?: ?T?(\d{1,2})[:时点](\d{1,2})?(?:[:分]\d{0,2})?)?")
PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})()()")
PEOPLE = re.compile(r"(约|大约|近)?(\d{1,3}(?:,\d{3})+|\d+)(余|多|左右)?(?:人次|人|户|份|块|条|册|场|件)?(左右)?")


class Read(NamedTuple):
    """`problem` is a code of `reasons`, with what its sentence needs; `repaired` tells that the cell said it in another
    way than it should stand."""

    value: Any = None
    repaired: bool = False
    problem: str = ""
    about: Mapping[str, Any] = {}


def text_of(cell: Any) -> str:
    """The cell as one line, half-width, with single spaces."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    text = " ".join(unicodedata.normalize("NFKC", str(cell)).split()).strip("'`‘’")
    return "" if text in told()["rows"]["nothing"] else text


def read_text(cell: Any, longest: int) -> Read:
    text = text_of(cell)
    if len(text) > longest:
        return Read(problem="too_long", about={"longest": longest})
    return Read(text, repaired=isinstance(cell, str) and text not in ("", cell))


def read_word(cell: Any, section: str, problem: str) -> Read:
    """One of a closed list."""
    text = text_of(cell)
    if not text:
        return Read("")
    meant = meanings(section).get(normal(text))
    return Read(meant, repaired=False) if meant else Read(problem=problem, about={"word": text[:30]})


# ── Numbers ──────────────────────────────────────────────────────────────────
class Number(NamedTuple):
    amount: int
    about: bool  # the cell itself says that it is no exact one


def read_number(cell: Any, name: str) -> Read:
    """A Number, or None where the cell says nothing. 约300人 and 300余人 are 300 and say that they are estimated."""
    if isinstance(cell, bool | date):
        return Read(problem="number", about={"column": name, "word": text_of(cell)[:20]})
    if isinstance(cell, int | float):
        whole = float(cell).is_integer() and 0 <= cell <= LARGEST
        wrong = Read(problem="number", about={"column": name, "word": str(cell)[:20]})
        return Read(Number(int(cell), about=False)) if whole else wrong
    text = text_of(cell).replace(" ", "")
    if not text:
        return Read(None)
    found = PEOPLE.fullmatch(text)
    if not found or int(found[2].replace(",", "")) > LARGEST:
        return Read(problem="number", about={"column": name, "word": text[:20]})
    about = bool(found[1] or found[3] or found[4])
    return Read(Number(int(found[2].replace(",", "")), about), repaired=not text.isdigit())


# ── Days ─────────────────────────────────────────────────────────────────────
class Moment(NamedTuple):
    day: date
    hour: time | None  # None: only the day is known


def read_moment(cell: Any) -> Read:
    """A day with its year, with or without the hour. 5月12日 without a year, 五月 and a span of days are refused:
    nobody knows which day it was."""
    if isinstance(cell, datetime):
        hour = cell.time() if cell.time() != time() else None
        return in_range(Moment(cell.date(), hour), repaired=False)
    if isinstance(cell, date):
        return in_range(Moment(cell, None), repaired=False)
    if isinstance(cell, int) and cell in EXCEL_DAYS:
        return in_range(Moment(EXCEL_DAY_ZERO + timedelta(days=cell), None), repaired=True)
    text = text_of(cell)
    if not text:
        return Read(problem="time_missing")
    found = DAY.fullmatch(text) or DAY.fullmatch(text.replace(" ", "")) or PACKED.fullmatch(text)
    unknown = Read(problem="time", about={"word": text[:30]})
    if not found:
        return unknown
    try:
        day = date(*(int(part) for part in found.groups()[:3]))
        hour = time(int(found[4]), int(found[5] or 0)) if found[4] else None
    except ValueError:
        return unknown
    return in_range(Moment(day, hour), repaired=True)


def in_range(told_moment: Moment, *, repaired: bool) -> Read:
    if told_moment.day.year not in YEARS:
        return Read(problem="time", about={"word": told_moment.day.isoformat()})
    return Read(told_moment, repaired)
