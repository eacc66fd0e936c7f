"""What a cell of a roster says. Pure: a value and today's date in, a value and what is wrong with it out."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from people import rules
from people.importers.columns import normal, words

EXACT = 1e15  # a number cell keeps fifteen digits
SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(14_000, 75_000)  # 1938 to 2105
YEARS = range(1940, 2100)


class Read(NamedTuple):
    """`problem` is a code of `reasons`, with what its sentence needs; `repaired` tells that the cell said it in
    another way than it should stand."""

    value: str = ""
    repaired: bool = False
    problem: str = ""
    about: Mapping[str, Any] = {}


NOTHING = Read()


def text_of(cell: Any) -> str:
    """The cell as one line: half-width, single spaces, without the apostrophe that keeps numbers texts."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    text = str(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split()).strip("'`‘’")


def read_name(cell: Any) -> Read:
    text = text_of(cell)
    if not text or text in {"-", "/", "—", "无"}:
        return Read(problem="name_missing")
    name = rules.normal_name(text)
    if not rules.is_name(name):
        return Read(name[:60], problem="name_odd")
    return Read(name, repaired=name != cell)


def read_identity(cell: Any, today: date) -> Read:
    if lost_digits(cell):
        return Read(problem="identity_lost")
    number = rules.normal_code(text_of(cell))
    if not number:
        return NOTHING
    if rules.is_identity_number(number, today=today):
        return Read(number, repaired=number != cell)
    return Read(problem=wrong_identity(number))


def lost_digits(cell: Any) -> bool:
    if isinstance(cell, float):
        return cell >= EXACT
    return isinstance(cell, str) and SCIENTIFIC.fullmatch(cell.strip()) is not None


def wrong_identity(number: str) -> str:
    if re.fullmatch(r"\d{15}", number):
        return "identity_old"
    if len(number) != 18 or not re.fullmatch(r"\d{17}[\dX]", number):
        return "identity_length"
    if rules.identity_check(number[:17]) == number[17]:
        return "identity_birth"
    return "identity_lost" if number.endswith("000") else "identity_check"


def read_phone(cell: Any) -> Read:
    text = text_of(cell)
    if not text or text in {"-", "/", "—", "无"}:
        return NOTHING
    if not rules.is_phone(text):
        return Read(problem="phone")
    phone = rules.normal_phone(text)
    return Read(phone, repaired=phone.removeprefix("+86") != cell)


def read_code(cell: Any) -> Read:
    """A unified social credit code."""
    code = rules.normal_code(text_of(cell))
    if not code:
        return NOTHING
    if lost_digits(cell) or not rules.is_credit_code(code):
        return Read(code[:30], problem="credit_code")
    return Read(code, repaired=code != cell)


def read_number(cell: Any) -> Read:
    """An employee number: letters and digits as they stand, leading zeros included."""
    number = rules.plain(text_of(cell))
    if len(number) > 30 or lost_digits(cell):
        return Read(problem="employee_number")
    return Read(number, repaired=isinstance(cell, str) and number != cell)


def read_text(cell: Any, longest: int) -> Read:
    text = text_of(cell)
    if len(text) > longest:
        return Read(problem="too_long", about={"longest": longest})
    return Read(text, repaired=isinstance(cell, str) and text != cell)


def read_category(cell: Any) -> Read:
    text = text_of(cell)
    if not text:
        return NOTHING
    category = words().categories.get(normal(text), "")
    return Read(category) if category else Read(problem="category", about={"word": text[:30]})


# ── Dates, as exactly as they are known ──────────────────────────────────────
FORMS = (
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?( 0?0:00(:00)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})[-/.年](\d{1,2})月?"),
    re.compile(r"(\d{4})(0[1-9]|1[0-2])"),
    re.compile(r"(\d{4})年?"),
)


def read_hired(cell: Any) -> Read:
    """2019-07-03, 2019-07 or 2019, from a date, a serial day of Excel, or a text in any usual form."""
    if isinstance(cell, date | datetime):
        return dated(cell.year, cell.month, cell.day)
    if isinstance(cell, float):
        return year_and_month(cell)
    if isinstance(cell, int) and cell in EXCEL_DAYS:
        day = EXCEL_DAY_ZERO + timedelta(days=cell)
        return dated(day.year, day.month, day.day)._replace(repaired=True)
    text = text_of(cell)
    if "年" in text:
        text = text.replace(" ", "")
    if not text or text in {"-", "/", "—", "无"}:
        return NOTHING
    for form in FORMS:
        if found := form.fullmatch(text):
            return dated(*(int(part) for part in found.groups()[:3] if part))
    return Read(problem="hired")


def year_and_month(cell: float) -> Read:
    """2019.07 typed as a number is July; 2019.1 may have been 2019.10, so nobody knows."""
    year, _dot, month = repr(cell).partition(".")
    if month in {"1", "0"} or len(month) > 2 or not month.isdigit():
        return Read(problem="hired")
    return dated(int(year), int(month))


def dated(year: int, month: int = 0, day: int = 0) -> Read:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return Read(problem="hired")
    if year not in YEARS:
        return Read(problem="hired")
    parts = (f"{year:04}", f"{month:02}", f"{day:02}")
    return Read("-".join(parts[: 1 + bool(month) + bool(month and day)]))
