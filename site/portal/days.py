"""The year's themed days with what the library has for each: for readers by month, for the desk what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaign.queries.days import Happening, happenings, within
from portal.models import Piece
from portal.queries import pieces_for_readers

SHOWN = 3  # pieces beside a day; the library has the others
DESK_DAYS = 60
MONTHS = 12


@dataclass(frozen=True)
class DayLine:
    """`pieces` are all there are, the newest first; a piece stands once however many hazards it shares. `shown` are the
    few beside the day, one of each of its hazards in turn."""

    one: Happening
    pieces: list[Piece]
    shown: list[Piece]


@dataclass(frozen=True)
class Month:
    first: date
    is_over: bool
    lines: list[DayLine]


def day_lines(days: Iterable[Happening], language: str) -> list[DayLine]:
    """Two queries however many days."""
    known = list(days)
    codes = {code for one in known for code in one.day.hazards}
    pieces = pieces_for_readers(language).filter(hazards__code__in=codes).distinct().prefetch_related(None)
    tagged = [(piece, {tag.code for tag in piece.hazards.all()}) for piece in pieces.prefetch_related("hazards")]
    return [day_line(one, tagged) for one in known]


def day_line(one: Happening, tagged: list[tuple[Piece, set[str]]]) -> DayLine:
    pieces = [piece for piece, codes in tagged if codes & set(one.day.hazards)]
    in_turn: list[Piece] = []
    for hazard in one.day.hazards:
        in_turn += [piece for piece, codes in tagged if hazard in codes and piece not in in_turn][:1]
    rest = [piece for piece in pieces if piece not in in_turn]
    return DayLine(one, pieces, [*in_turn, *rest][:SHOWN])


def months_of(year: int, today: date, language: str) -> list[Month]:
    """This month and those to come stand first; of another year all in order."""
    lines = day_lines(happenings(year), language)
    starts = [date(year, number, 1) for number in range(1, MONTHS + 1)]
    over = {start: start.year == today.year and start.month < today.month for start in starts}
    months = [
        Month(start, over[start], [line for line in lines if line.one.span.first.month == start.month])
        for start in sorted(starts, key=lambda start: (over[start], start))
    ]
    return [month for month in months if month.lines]


def for_the_desk(today: date, language: str) -> list[DayLine]:
    return day_lines(within(today, DESK_DAYS), language)
