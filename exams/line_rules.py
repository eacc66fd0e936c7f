"""Options and key as lines of text: what somebody types into a box, and what the cells of a workbook hold. No Django.

| kind | a line |
|---|---|
| single, multiple, true_false | an option; `*` begins the right ones |
| fill | a blank: `甲|乙` are both accepted; `4±0.5Ω` is a number, its tolerance and its unit |
| ordering | an item, in the right order |
| matching | `left → right`; ` → right` is one to which nothing belongs |
| short, essay | a line of the rubric, `断开电源（2分）`; lines without points are one single rubric |
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from exams import rules
from exams.rules import QuestionFault

RIGHT: Final = "*＊"  # what marks a right option, typed on either kind of keyboard
MEASURED = re.compile(r"\s*([-+−]?\d+(?:\.\d+)?)\s*(?:±|\+/-|\+-)\s*(\d+(?:\.\d+)?)\s*(.*?)\s*", re.DOTALL)
EITHER = re.compile(r"[|｜]")
ARROWS: Final = ("→", "=>", "->", "——", "＝", "=")  # the first of them that stands in a line parts it
SHARE = re.compile(r"(.*?)\s*[(（]\s*(\d{1,3})\s*分\s*[)）]\s*[。；;]?", re.DOTALL)
ARROW: Final = " → "


Key = tuple[Any, list[Any]]


def read_lines(kind: str, typed: str) -> Key:
    """Options and answer as `exams.rules` tells for the kind. Raises QuestionFault where a line can't be understood;
    whether the whole can be asked is `check_question`'s matter."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if kind in rules.CHOICES:
        return read_choices(lines)
    if kind == "ordering":
        return lines, list(range(len(lines)))
    if kind == "matching":
        return read_pairs(lines)
    return ([], [read_blank(line) for line in lines]) if kind == "fill" else ([], read_rubric(typed))


def lines_of(kind: str, options: Any, answer: Sequence[Any]) -> str:
    """What `read_lines` reads."""
    writers: dict[str, Callable[[], list[str]]] = {
        "ordering": lambda: list(options),
        "matching": lambda: pair_lines(options, answer),
        "fill": lambda: [blank_text(blank) for blank in answer],
        "short": lambda: rubric_lines(answer),
        "essay": lambda: rubric_lines(answer),
    }
    write = writers.get(kind, lambda: [("*" if place in answer else "") + text for place, text in enumerate(options)])
    return "\n".join(write())


def read_choices(lines: Sequence[str]) -> Key:
    answer = [place for place, line in enumerate(lines) if line.startswith(tuple(RIGHT))]
    if not answer:
        raise QuestionFault("Begin the right option with an asterisk (*).")
    return [line.lstrip(RIGHT).strip() for line in lines], answer


# ── Blanks ───────────────────────────────────────────────────────────────────
def read_blank(text: str) -> dict[str, Any]:
    """A number only where its tolerance says so: `8` alone is the text that stands on paper."""
    if match := MEASURED.fullmatch(text):
        return {"number": match[1].replace("−", "-"), "tolerance": match[2], "unit": match[3]}
    return {"accept": [part.strip() for part in EITHER.split(text) if part.strip()]}


def blank_text(blank: Mapping[str, Any]) -> str:
    if "number" in blank:
        return f"{blank['number']}±{blank.get('tolerance') or 0}{blank.get('unit', '')}"
    return "|".join(blank["accept"])


# ── Pairs ────────────────────────────────────────────────────────────────────
def read_pairs(lines: Sequence[str]) -> Key:
    """A right side that several left ones share stands once."""
    left, right, answer = list[str](), list[str](), list[int]()
    for line in lines:
        one, other = read_pair(line)
        if other not in right:
            right.append(other)
        if one:
            left.append(one)
            answer.append(right.index(other))
    return {"left": left, "right": right}, answer


def read_pair(line: str) -> tuple[str, str]:
    arrow = next((arrow for arrow in ARROWS if arrow in line), "")
    left, _arrow, right = line.partition(arrow) if arrow else ("", "", "")
    if not right.strip():
        raise QuestionFault("Each line names a pair: left → right.")
    return left.strip(), right.strip()


def pair_lines(options: Mapping[str, Sequence[str]], answer: Sequence[int]) -> list[str]:
    pairs = [f"{text}{ARROW}{options['right'][place]}" for text, place in zip(options["left"], answer, strict=True)]
    return pairs + [f"{ARROW.lstrip()}{text}" for place, text in enumerate(options["right"]) if place not in answer]


# ── Rubrics ──────────────────────────────────────────────────────────────────
def read_rubric(text: str) -> list[dict[str, Any]]:
    """Each line its points, or the whole text at one: who marks sees how the author wrote it down."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [SHARE.fullmatch(line) for line in lines]
    if lines and not any(found):
        return [{"text": "\n".join(lines), "share": 1}]
    if not all(found):
        raise QuestionFault("Either each line of the rubric names its points, or none does.")
    return [{"text": match[1].strip(), "share": int(match[2])} for match in found if match]


def rubric_lines(answer: Sequence[Mapping[str, Any]]) -> list[str]:
    if len(answer) == 1 and answer[0]["share"] == 1 and not SHARE.fullmatch(str(answer[0]["text"])):
        return [str(answer[0]["text"])]
    return [f"{line['text']}（{line['share']}分）" for line in answer]
