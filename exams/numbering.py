"""Numbers of certificates, told from plain values: no queries, no clock, no Django."""

import re
import string
import unicodedata

# Division 6 + issuer 3 + year 4 + category 2 + running number 6 + check 1, the habit of the field. An issuer may keep
# another pattern; `{check}` stands for the check character of everything before it.
PATTERN = "{region}{issuer}{year}{category}{serial:06d}{check}"
FIELDS = frozenset({"region", "issuer", "year", "category", "serial", "check"})
NEEDED = frozenset({"issuer", "year", "serial"})  # without them two certificates would share a number
# 31 characters without I O S V Z, as GB 32100 has them: whoever reads a number aloud is not misheard.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DEFAULT_SHAPE = re.compile(rf"\d{{6}}[{ALPHABET}]\d{{2}}(19|20|21)\d{{2}}\d{{2}}\d{{6}}[{ALPHABET}]")
GROUPS = (6, 3, 4, 2, 6, 1)
LETTERS = ALPHABET[10:]
LAST_ISSUER = 999 + 100 * len(LETTERS)
CATEGORIES = {"training": "01", "study": "02", "mock": "03"}


class BadPattern(ValueError):
    """Numbers made by this pattern could not be told apart; the message says what is missing."""


def compose(pattern: str, *, region: str, issuer: str, year: int, category: str, serial: int) -> str:
    """The number a pattern makes, spelt as it is looked up. `{check}` may stand at the end only."""
    check_pattern(pattern)
    fields = {"region": region, "issuer": issuer, "year": year, "category": category, "serial": serial}
    stem = pattern.removesuffix("{check}").format_map(fields)
    return normal_number(stem + (check_character(stem) if pattern.endswith("{check}") else ""))


def check_pattern(pattern: str) -> None:
    named = {name for _text, name, _spec, _conversion in string.Formatter().parse(pattern) if name is not None}
    if named - FIELDS:
        raise BadPattern(f"unknown: {', '.join(sorted(named - FIELDS))}")
    if NEEDED - named:
        raise BadPattern(f"missing: {', '.join(sorted(NEEDED - named))}")
    if "check" in named and not pattern.endswith("{check}"):
        raise BadPattern("the check character stands at the end")


def check_character(stem: str) -> str:
    """Weights 3^i mod 31, as GB 32100 reckons: 3 is a primitive root of 31, so up to 30 characters have weights that
    differ, and one wrong character or any two exchanged are always noticed. What is not in the alphabet (Chinese
    characters, brackets) does not count."""
    values = [ALPHABET.index(char) for char in stem if char in ALPHABET]
    return ALPHABET[-sum(value * pow(3, place, 31) for place, value in enumerate(values)) % 31]


def is_misread(number: str) -> bool:
    """It looks like a number of the default pattern, but its check character is another: a slip of the pen."""
    return bool(DEFAULT_SHAPE.fullmatch(number)) and check_character(number[:-1]) != number[-1]


def issuer_code(position: int) -> str:
    """001 to 999, then A00 to Y99: 2,899 and more issuers in a division fit three characters."""
    if not 1 <= position <= LAST_ISSUER:
        raise ValueError(f"no code of three characters for issuer {position}")
    if position <= 999:
        return f"{position:03d}"
    letter, rest = divmod(position - 1000, 100)
    return f"{LETTERS[letter]}{rest:02d}"


def normal_number(text: str) -> str:
    """As typed from paper: full-width characters, spaces, hyphens and case do not matter."""
    return re.sub(r"[\s\-–—_.·]", "", unicodedata.normalize("NFKC", text)).upper()


def grouped(number: str) -> list[str]:
    """The parts of a default number, for eyes that compare; any other number in one piece."""
    if not DEFAULT_SHAPE.fullmatch(number):
        return [number]
    ends = [sum(GROUPS[: place + 1]) for place in range(len(GROUPS))]
    return [number[start:end] for start, end in zip([0, *ends], ends, strict=False)]
