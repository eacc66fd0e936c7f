"""What is true of a question, its key and an answer to it, told from plain values.

How each kind is written down (`options`, `answer`) and answered (`given`):

| kind | options | answer | given |
|---|---|---|---|
| single, multiple, true_false | texts | positions of the right ones, from 0 | positions, sorted |
| ordering | texts in the right order | their positions, 0 … n-1 | positions in the order given |
| matching | {"left": texts, "right": texts} | for each left the position of its right | the same, -1 where open |
| fill | [] | for each blank {"accept": texts} or {"number", "tolerance", "unit"} | a text for each blank |
| short, essay | [] | the rubric: {"text", "share"} a line | one text |
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

CHOICES: Final = frozenset({"single", "multiple", "true_false"})
BY_HAND: Final = frozenset({"short", "essay"})  # a person marks them, by the rubric
BLANK: Final = "____"  # in the stem, one for each blank
LONGEST_TEXT: Final = {"fill": 100, "short": 1000, "essay": 6000}  # characters of an answer
DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
PLACES: Final = {"十": 10, "百": 100, "千": 1000}
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


class QuestionFault(ValueError):
    """The question cannot be asked as it stands; the message says why."""


# ── Whether it can be asked ──────────────────────────────────────────────────
def check_question(kind: str, stem: str, options: Any, answer: Any) -> None:
    """Raise QuestionFault where stem, options and answer do not fit the kind."""
    if kind in CHOICES:
        check_choices(kind, options, answer)
    elif kind == "ordering":
        check_ordering(options, answer)
    elif kind == "matching":
        check_matching(options, answer)
    elif kind == "fill":
        check_blanks(stem, answer)
    elif kind in BY_HAND:
        check_rubric(answer)
    else:
        raise QuestionFault("There is no such kind of question.")


def check_choices(kind: str, options: Sequence[str], answer: Collection[int]) -> None:
    """Raise QuestionFault where options and answer (positions from 0) do not fit the kind."""
    if len(options) < 2:
        raise QuestionFault("A question needs at least two options.")
    if len(set(options)) != len(options):
        raise QuestionFault("Two options are the same.")
    if not answer or not all(0 <= position < len(options) for position in answer):
        raise QuestionFault("The answer must name options that exist.")
    if kind == "multiple" and len(answer) < 2:
        raise QuestionFault("A multiple-choice question has at least two right options.")
    if kind != "multiple" and len(answer) != 1:
        raise QuestionFault("This kind of question has exactly one right option.")


def check_ordering(options: Sequence[str], answer: Sequence[int]) -> None:
    if len(options) < 3:
        raise QuestionFault("A question of order needs at least three items.")
    if len(set(options)) != len(options):
        raise QuestionFault("Two items are the same.")
    if list(answer) != list(range(len(options))):
        raise QuestionFault("The items stand in the right order.")


def check_matching(options: Mapping[str, Sequence[str]], answer: Sequence[int]) -> None:
    if not isinstance(options, Mapping) or set(options) != {"left", "right"}:
        raise QuestionFault("A matching question has a left and a right side.")
    left, right = options["left"], options["right"]
    if len(left) < 2 or len(right) < 2:
        raise QuestionFault("A matching question needs at least two pairs.")
    if len(set(left)) != len(left) or len(set(right)) != len(right):
        raise QuestionFault("Two items are the same.")
    if len(answer) != len(left) or not all(0 <= position < len(right) for position in answer):
        raise QuestionFault("Each item of the left side needs its partner on the right.")


def check_blanks(stem: str, answer: Sequence[Mapping[str, Any]]) -> None:
    if not answer:
        raise QuestionFault("A question with blanks needs an answer for each blank.")
    if stem.count(BLANK) not in {0, len(answer)} or (BLANK not in stem and len(answer) > 1):
        raise QuestionFault("There are not as many blanks (____) in the stem as answers.")
    for blank in answer:
        if "number" in blank:
            if decimal(str(blank["number"])) is None or (decimal(str(blank.get("tolerance") or "0")) or 0) < 0:
                raise QuestionFault("A number or its tolerance can't be read.")
        elif not any(normal_text(text) for text in blank.get("accept", ())):
            raise QuestionFault("A blank needs at least one accepted answer.")


def check_rubric(answer: Sequence[Mapping[str, Any]]) -> None:
    if not answer:
        raise QuestionFault("A question marked by a person needs a rubric: what is looked for, and its share.")
    if not all(str(line.get("text", "")).strip() and int(line.get("share", 0)) > 0 for line in answer):
        raise QuestionFault("Each line of the rubric has a text and a share above 0.")


# ── What an answer is worth ──────────────────────────────────────────────────
def is_right(given: Collection[int], answer: Collection[int]) -> bool:
    """All right options and no other."""
    return set(given) == set(answer)


def credit(kind: str, answer: Sequence[Any], given: Sequence[Any], partial: str = "") -> Fraction | None:
    """The share of the points, from 0 to 1; None where a person marks.

    `partial` is the rule for multiple choice: "" all or nothing; "half" one half where right ones are missing and none
    is wrong; "share" each right one its share, and nothing as soon as one is wrong. Blanks and pairs count one by
    one."""
    if kind in BY_HAND:
        return None if any(str(text).strip() for text in given) else Fraction(0)
    if not given:
        return Fraction(0)
    if kind == "multiple":
        return multiple_credit(set(answer), set(given), partial)
    if kind in CHOICES:
        return Fraction(int(is_right(given, answer)))
    if kind == "ordering":
        return Fraction(int(list(given) == list(answer)))
    right = [fits(kind, key, text) for key, text in zip(answer, given, strict=False)]
    return Fraction(sum(right), len(answer))


def multiple_credit(answer: set[int], given: set[int], partial: str) -> Fraction:
    if given == answer:
        return Fraction(1)
    if not partial or not given <= answer:
        return Fraction(0)
    return Fraction(1, 2) if partial == "half" else Fraction(len(given), len(answer))


def fits(kind: str, key: Any, given: Any) -> bool:
    return blank_fits(key, str(given)) if kind == "fill" else key == given


def blank_fits(key: Mapping[str, Any], given: str) -> bool:
    """Spaces, width, case and closing punctuation are not what is asked; a number may carry its unit."""
    text = normal_text(given)
    if "number" not in key:
        return bool(text) and text in {normal_text(accepted) for accepted in key["accept"]}
    unit = normal_text(str(key.get("unit", "")))
    bare = text.removesuffix(unit) if unit else text
    found = decimal(bare) if decimal(bare) is not None else chinese_number(bare)
    wanted, tolerance = decimal(str(key["number"])), decimal(str(key.get("tolerance") or "0"))
    return found is not None and wanted is not None and abs(found - wanted) <= (tolerance or 0)


def normal_text(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold().strip("。.;；,，、!！“”\"'")


def decimal(text: str) -> Decimal | None:
    """None for what is no plain number: no exponent, no infinity."""
    plain = text.replace(",", "").strip()
    try:
        return Decimal(plain) if NUMBER.fullmatch(plain) else None
    except InvalidOperation:
        return None


def chinese_number(text: str) -> Decimal | None:
    """三十六 as 36, below ten thousand; None for what is no such number."""
    if not text or set(text) - set(DIGITS) - set(PLACES):
        return None
    total, digit = 0, 0
    for character in text:
        if character in PLACES:
            total += (digit or 1) * PLACES[character]
            digit = 0
        else:
            digit = DIGITS[character]
    return Decimal(total + digit)
