"""Where everything stands on a poster: a sheet of A3 in millimetres, which A4 takes at seven tenths. Lines are broken
here, because neither a drawing nor a printer breaks them. Pure: texts in, places out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

WIDTH, HEIGHT = 297, 420
MARGIN = 13  # no printer of an office prints up to the edge, and a printer's knife may miss by three
LEFT, RIGHT, BOTTOM = MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN
FULL = RIGHT - LEFT
GAP = 5
INSIDE = 11  # between the edge of a coloured field and its letters
NARROW = 0.6  # em of a digit or a Latin letter; whatever Chinese type sets in a square is 1

HEADLINE_LARGEST, HEADLINE_LARGEST_OF_TWO = 46, 38
HEADLINE_LINE = 7  # em, beyond which a headline takes a second line
DANGER_LARGEST, DANGER_LINE = 12.5, 19  # mm, em
ICON_SMALLEST = 45  # mm, below which an icon beside the headline says nothing
SIGN = 19  # the room of the sign of danger before its sentence
PICTURE_HIGH = 156  # where the rows leave it so much
ROW_LOWEST, ROW_HIGHEST = 18, 23
BULLET = 0.34  # of a row's height: the radius of its number's disc
ACTION_LARGEST, NOTE_LARGEST, NOTE_SMALLEST = 13, 7.5, 5
NOTE_IN_ONE = 5.8  # mm, below which a remark is broken to be larger
NOTE_LINE = 10  # em, up to which it never is
FOOT, CODE = 37, 31  # the foot's height, the QR code's side
DIGITS, PURPOSE = 19, 6  # the numbers to dial, and what each is for
BREAKS = "，、；。！？ "
DROPPED = "，、； "  # at the end of a line the break itself says it
CAPITAL = 0.37  # em from the middle of a Chinese letter down to its base line
DIGIT = 0.36  # the same of a digit
PIECES = re.compile(r"[!-~]+|.")
NEVER_FIRST = "，。、；：？！）》”’…"


@dataclass(frozen=True)
class Line:
    text: str
    x: float
    y: float  # of the base line


@dataclass(frozen=True)
class Field:
    """A rectangle as wide as the sheet allows, and the lines in it, all of one size."""

    y: float
    height: float
    size: float
    lines: list[Line]

    @property
    def middle(self) -> float:
        return mm(self.y + self.height / 2)


@dataclass(frozen=True)
class RowSizes:
    """What all rows of a sheet have in common."""

    height: float
    action: float
    note: float
    text_x: float
    note_x: float
    bullet: float  # the radius of a number's disc
    digit: float
    in_one: bool  # each remark stands in one line


@dataclass(frozen=True)
class Row:
    y: float
    middle: float
    number: Line
    action: Line
    notes: list[Line]


@dataclass(frozen=True)
class Sheet:
    headline: Field
    picture: Field
    rows: list[Row]
    sizes: RowSizes
    danger: Field
    foot: float  # where it begins
    calls: list[tuple[Line, Line]]  # a number, and what it is for

    @property
    def beside_headline(self) -> float:
        """How much room the headline leaves at its right; 0 where it is too little for a picture."""
        left = FULL - 3 * INSIDE - widest([line.text for line in self.headline.lines]) * self.headline.size
        return mm(min(left, self.headline.height - INSIDE)) if left >= ICON_SMALLEST else 0


Step = tuple[str, str]  # what to do, and the small remark
Call = tuple[str, str]  # the number, and what it is for


def mm(length: float) -> float:
    """A hundredth of a millimetre is less than any printer shows."""
    return round(length, 2)


def ems(text: str) -> float:
    """How wide the text is, in squares of its size."""
    return sum(1 if east_asian_width(char) in "WFA" else NARROW for char in text)


# ── Breaking lines ───────────────────────────────────────────────────────────
def broken(text: str, longest: float) -> list[str]:
    """The text in lines no wider than `longest` em: two part at a comma where they can, else evenly."""
    count = ceil(ems(text) / longest)
    if count <= 1:
        return [text]
    if count == 2 and (parts := parted(text, longest)):
        return parts
    while True:
        lines = filled(text, ems(text) / count)
        if widest(lines) <= longest or count >= len(text):
            return lines
        count += 1


def parted(text: str, longest: float) -> list[str]:
    """Two lines, the first ending with a stop, as even as the stops allow; none where one would be too wide."""
    places = [at + 1 for at, char in enumerate(text[:-1]) if char in BREAKS and text[at + 1] not in NEVER_FIRST]
    pairs = [[text[:place].strip(), text[place:].strip()] for place in places]
    return min((pair for pair in pairs if widest(pair) <= longest), key=widest, default=[])


def filled(text: str, target: float) -> list[str]:
    """Each line is ended by what brings it to the target; numbers stay whole, a comma with the line before it."""
    lines = [""]
    for piece in PIECES.findall(text):
        if lines[-1] and ems(lines[-1]) + ems(piece) / 2 > target and piece not in NEVER_FIRST:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def headline_lines(text: str) -> list[str]:
    """One line, or two that part at the comma nearest to the middle."""
    text = text.strip()
    places = [at for at, char in enumerate(text[:-1]) if char in BREAKS and at]
    if ems(text) <= HEADLINE_LINE:
        return [text]
    if not places:
        return broken(text, max(HEADLINE_LINE, ems(text) / 2 + 1))
    at = min(places, key=lambda place: abs(place - len(text) / 2))
    return [text[: at + 1].rstrip(DROPPED), text[at + 1 :].strip()]


# ── Placing ──────────────────────────────────────────────────────────────────
def compose(headline: str, steps: Sequence[Step], danger: str, calls: Sequence[Call]) -> Sheet:
    """The headline as large as it goes, the foot at the bottom; the picture takes what the rows leave."""
    head, foot = headline_field(headline), BOTTOM - FOOT
    alarm = danger_field(danger, bottom=foot - GAP)
    top = head.y + head.height + GAP
    room = alarm.y - top - 2 * GAP
    row = min(max((room - PICTURE_HIGH) / len(steps), ROW_LOWEST), ROW_HIGHEST)
    picture = Field(mm(top), mm(room - row * len(steps)), 0, [])
    sizes, first = sizes_of_rows(steps, row), alarm.y - GAP - row * len(steps)
    rows = [one_row(at + 1, step, first + row * at, sizes) for at, step in enumerate(steps)]
    return Sheet(head, picture, rows, sizes, alarm, foot, placed_calls(calls, foot))


def placed_calls(calls: Sequence[Call], foot: float) -> list[tuple[Line, Line]]:
    between = (FULL - CODE) / max(len(calls), 3)
    y = mm(foot + DIGITS * 0.76)
    places = [mm(LEFT + between * at) for at in range(len(calls))]
    return [
        (Line(number, x, y), Line(purpose, x, mm(y + PURPOSE * 1.5)))
        for x, (number, purpose) in zip(places, calls, strict=True)
    ]


def headline_field(text: str) -> Field:
    lines = headline_lines(text)
    largest = HEADLINE_LARGEST if len(lines) == 1 else HEADLINE_LARGEST_OF_TWO
    return lettered(lines, min(largest, (FULL - 2 * INSIDE) / widest(lines)), leading=1.17, pad=0.17, top=MARGIN)


def danger_field(text: str, *, bottom: float) -> Field:
    lines = broken(text, DANGER_LINE)
    size = min(DANGER_LARGEST, (FULL - INSIDE - SIGN - INSIDE / 2) / widest(lines))
    field = lettered(lines, size, leading=1.3, pad=0.42, left=LEFT + INSIDE + SIGN)
    up = bottom - field.height
    return Field(mm(up), field.height, field.size, [Line(line.text, line.x, mm(line.y + up)) for line in field.lines])


def lettered(
    lines: list[str], size: float, *, leading: float, pad: float, top: float = 0, left: float = LEFT + INSIDE
) -> Field:
    """A field round its lines; leading and pad in parts of their size."""
    step, edge = size * leading, size * pad
    first = top + edge + step / 2 + size * CAPITAL
    placed = [Line(line, mm(left), mm(first + step * at)) for at, line in enumerate(lines)]
    return Field(mm(top), mm(step * len(lines) + 2 * edge), mm(size), placed)


def widest(lines: Sequence[str]) -> float:
    return max(map(ems, lines))


def sizes_of_rows(steps: Sequence[Step], row: float) -> RowSizes:
    """The bold lines as large as leaves the remarks room: in one line each if they can be large in it, else in two."""
    actions, notes = [action for action, _note in steps], [note for _action, note in steps]
    action, bullet = min(ACTION_LARGEST, row * 0.7), row * BULLET
    text_x = LEFT + 2 * bullet + 6
    whole, half = widest(notes) or 1, max(widest(in_two(note)) for note in notes) or 1
    while True:
        note_x = text_x + widest(actions) * action + 7
        whole_size, half_size = (RIGHT - note_x) / whole, min((RIGHT - note_x) / half, row * 0.36)
        in_one = whole_size >= NOTE_IN_ONE
        note = min(NOTE_LARGEST, whole_size if in_one else half_size)
        if note >= NOTE_SMALLEST or action <= NOTE_LARGEST:
            return RowSizes(row, mm(action), mm(note), mm(text_x), mm(note_x), mm(bullet), mm(bullet * 1.25), in_one)
        action -= 0.25


def in_two(note: str) -> list[str]:
    return broken(note, ceil(ems(note) / 2) + 1) if ems(note) > NOTE_LINE else [note]


def one_row(number: int, step: Step, top: float, sizes: RowSizes) -> Row:
    """The number, the bold line and its remark, all in the middle of the row's height."""
    action, note = step
    middle, lines = top + sizes.height / 2, [note] if sizes.in_one else in_two(note)
    leading = sizes.note * 1.3
    first = middle + sizes.note * CAPITAL - leading * (len(lines) - 1) / 2
    return Row(
        mm(top),
        mm(middle),
        Line(str(number), mm(LEFT + sizes.bullet + 1), mm(middle + sizes.digit * DIGIT)),
        Line(action, sizes.text_x, mm(middle + sizes.action * CAPITAL)),
        [Line(line, sizes.note_x, mm(first + leading * at)) for at, line in enumerate(lines)],
    )
