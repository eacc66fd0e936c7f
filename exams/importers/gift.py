"""Moodle's GIFT as it is written: no rounding, nothing mapped to our kinds yet (that is `from_moodle`'s matter)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exams.importers.notes import gettext_noop

COMMENT = re.compile(r"\s*//")
TAG = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])+)\]")
TITLE = re.compile(r"::((?:\\.|(?!::)[^\\])*?)::", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|markdown|moodle|plain)\]")
WEIGHT = re.compile(r"\s*%(-?\d+(?:[.,]\d+)?)%")
TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(?=#|$)")
NUMBER = r"[-+]?\d+(?:\.\d+)?"
RANGE = re.compile(rf"\s*({NUMBER})\s*(?::\s*(\d+(?:\.\d+)?)|\.\.\s*({NUMBER}))?\s*")
ESCAPED = re.compile(r"\\([\\:~=#\[\]{}])|\\n")
EMBEDDED = " _____ "


class GiftFault(ValueError):
    """This question can't be read; the others can. The message is one of `FAULTS`."""


BRACES, NO_MARK, NO_NUMBER = FAULTS = (
    gettext_noop("The braces { } of the answers don't fit together."),
    gettext_noop("The answers begin with neither = nor ~."),
    gettext_noop("A number of the answer can't be read."),
)


@dataclass(frozen=True)
class Text:
    text: str
    format: str = "moodle"


@dataclass(frozen=True)
class Number:
    """`low` and `high` where an interval is given, else `number` and `tolerance` (None where none is written)."""

    number: Decimal | None = None
    tolerance: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Choice:
    is_correct: bool
    text: Text | Number
    weight: Decimal | None = None
    feedback: Text | None = None


@dataclass(frozen=True)
class Pair:
    subquestion: Text
    subanswer: str


@dataclass
class GiftQuestion:
    """`type` is MC, TF, Short, Numerical, Matching, Essay, Description or Category. Moodle's XML, which fills the same
    form, knows Ordering too, and alone tells `single` and `rubric`. `fault` says why a question could not be read."""

    type: str
    title: str | None = None
    stem: Text = Text("")
    has_embedded_answers: bool = False
    choices: Sequence[Choice] = ()
    pairs: Sequence[Pair] = ()
    is_true: bool | None = None
    true_feedback: Text | None = None
    false_feedback: Text | None = None
    global_feedback: Text | None = None
    id: str | None = None
    tags: Sequence[str] = ()
    line: int = 0
    source: str = ""
    single: bool | None = None
    rubric: Text | None = None
    fault: str = ""


# ── The file into its pieces ─────────────────────────────────────────────────
@dataclass
class Piece:
    line: int
    text: str
    comments: list[str]


def parse_gift(text: str) -> list[GiftQuestion]:
    return [question_of(piece) for piece in pieces(text)]


def pieces(text: str) -> Iterator[Piece]:
    """Parted by blank lines; one inside the braces of an answer parts nothing, as long as the braces are closed."""
    body, comments, first = list[str](), list[str](), 0
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    closes = last_closings(lines)
    for number, line in enumerate(lines, 1):
        if COMMENT.match(line):
            comments.append(line)
        elif line.startswith("$CATEGORY:"):
            if body:
                yield Piece(first, "\n".join(body), comments)
                body, comments = [], []
            yield Piece(number, line, [])
        elif line.strip() or (body and closes[number - 1]):
            first = first if body else number
            body.append(line)
        elif body:
            yield Piece(first, "\n".join(body), comments)
            body, comments = [], []
    if body:
        yield Piece(first, "\n".join(body), comments)


def last_closings(lines: Sequence[str]) -> list[bool]:
    """Of each line, whether it stands inside braces that are closed later on, before any others are opened."""
    inside, opened, result = False, 0, [False] * len(lines)
    for number, line in enumerate(lines):
        if COMMENT.match(line):
            continue
        for mark in re.findall(r"\\.|[{}]", line):
            if mark == "{":
                inside, opened = True, number
            elif mark == "}" and inside:
                inside = False
                result[opened:number] = [True] * (number - opened)
    return result


def question_of(piece: Piece) -> GiftQuestion:
    if piece.text.startswith("$CATEGORY:"):
        return GiftQuestion("Category", piece.text.partition(":")[2].strip(), line=piece.line, source=piece.text)
    try:
        found = read_question(piece.text)
    except GiftFault as fault:
        found = GiftQuestion("", stem=Text(plain_text(piece.text)[:200]), fault=str(fault))
    told = [match.groups() for comment in piece.comments for match in TAG.finditer(comment)]
    found.id = next((unescaped(value) for name, value in told if name == "id"), None)
    found.tags = [unescaped(value) for name, value in told if name == "tag"]
    found.line, found.source = piece.line, piece.text
    return found


# ── One question ─────────────────────────────────────────────────────────────
def read_question(text: str) -> GiftQuestion:
    title, rest = None, text.strip()
    if match := TITLE.match(rest):
        title, rest = plain_text(match[1]), rest[match.end() :]
    style, rest = format_of(rest, "moodle")
    before, answers, after = braces(rest)
    embedded = answers is not None and bool(after.strip())
    whole = f"{made(before, style).text}{EMBEDDED}{made(after, style).text}" if embedded else before
    stem = Text(whole, style) if embedded else made(before, style)
    if answers is None:
        return GiftQuestion("Description", title, stem)
    found = read_answers(answers, style)
    found.title, found.stem, found.has_embedded_answers = title, stem, embedded
    return found


def braces(text: str) -> tuple[str, str | None, str]:
    """What stands before, between and behind them."""
    marks = [(match.start(), match[0]) for match in re.finditer(r"\\.|[{}]", text, re.DOTALL) if match[0] in "{}"]
    if not marks:
        return text, None, ""
    if [mark for _place, mark in marks] != ["{", "}"]:
        raise GiftFault(BRACES)
    (opened, _open), (closed, _close) = marks
    return text[:opened], text[opened + 1 : closed], text[closed + 1 :]


def read_answers(text: str, style: str) -> GiftQuestion:
    text, _mark, overall = text.partition("####")
    feedback = read_text(overall, style) if overall.strip() else None
    if not text.strip():
        return GiftQuestion("Essay", global_feedback=feedback)
    if match := TRUTH.match(text):
        return read_truth(match[1], text[match.end() :], style, feedback)
    if text.strip().startswith("#"):
        choices = read_numbers(text.strip()[1:], style)
        return GiftQuestion("Numerical", choices=choices, global_feedback=feedback)
    parts = cut(text, "~=")
    if not parts:
        raise GiftFault(NO_MARK)
    if all(mark == "=" and len(re.split(r"(?<!\\)->", body)) == 2 for mark, body in parts):
        return GiftQuestion(
            "Matching", pairs=[read_pair(body, style) for _mark, body in parts], global_feedback=feedback
        )
    choices = [read_choice(mark, body, style) for mark, body in parts]
    kind = "Short" if all(mark == "=" for mark, _body in parts) else "MC"
    return GiftQuestion(kind, choices=choices, global_feedback=feedback)


def cut(text: str, marks: str) -> list[tuple[str, str]]:
    """Each of the marks, where it is not escaped, with what follows it."""
    places = [
        match.start()
        for match in re.finditer(r"\\.|[" + re.escape(marks) + "]", text, re.DOTALL)
        if not match[0].startswith("\\")
    ]
    if not places or text[: places[0]].strip():
        return []
    ends = [*places[1:], len(text)]
    return [(text[start], text[start + 1 : end]) for start, end in zip(places, ends, strict=True)]


def read_truth(word: str, rest: str, style: str, feedback: Text | None) -> GiftQuestion:
    said = [read_text(body, style) if body.strip() else None for _mark, body in cut(rest, "#")]
    first, second = [*said, None, None][:2]
    return GiftQuestion(
        "TF",
        is_true=word.startswith("T"),
        true_feedback=first,
        false_feedback=second,
        global_feedback=feedback,
    )


def read_choice(mark: str, body: str, style: str) -> Choice:
    weight, body = weight_of(body)
    answer, said = with_feedback(body)
    return Choice(mark == "=", read_text(answer, style), weight, read_text(said, style) if said.strip() else None)


def read_pair(body: str, style: str) -> Pair:
    left, right = re.split(r"(?<!\\)->", body)
    return Pair(read_text(left, style), plain_text(right))


def read_numbers(text: str, style: str) -> list[Choice]:
    parts = cut(text, "=")
    if not parts:
        answer, said = with_feedback(text)
        return [Choice(True, number_of(answer), None, read_text(said, style) if said.strip() else None)]
    found = []
    for _mark, body in parts:
        weight, rest = weight_of(body)
        answer, said = with_feedback(rest)
        found.append(Choice(True, number_of(answer), weight, read_text(said, style) if said.strip() else None))
    return found


def number_of(text: str) -> Number:
    match = RANGE.fullmatch(text)
    if not match:
        raise GiftFault(NO_NUMBER)
    first, tolerance, last = (Decimal(part) if part else None for part in match.groups())
    return Number(low=first, high=last) if last is not None else Number(first, tolerance)


def weight_of(body: str) -> tuple[Decimal | None, str]:
    if match := WEIGHT.match(body):
        return Decimal(match[1].replace(",", ".")), body[match.end() :]
    return None, body


def with_feedback(body: str) -> tuple[str, str]:
    match = re.search(r"(?<!\\)((?:\\\\)*)#", body)
    return (body[: match.end() - 1], body[match.end() :]) if match else (body, "")


# ── Texts ────────────────────────────────────────────────────────────────────
def format_of(text: str, otherwise: str) -> tuple[str, str]:
    if match := FORMAT.match(text):
        return match[1], text[match.end() :]
    return otherwise, text


def read_text(text: str, otherwise: str) -> Text:
    style, rest = format_of(text, otherwise)
    return made(rest, style)


def made(text: str, style: str) -> Text:
    """Line breaks are spaces, except in Markdown, where they mean something."""
    if style == "markdown":
        return Text(unescaped(text.strip()), style)
    return Text(plain_text(text), style)


def plain_text(text: str) -> str:
    return unescaped(re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" "))


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: match[1] or "\n", text)
