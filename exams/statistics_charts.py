"""The figures of an exam as shapes on a plane, in the units of an SVG: what the templates draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, BOTTOM, TOP, RIGHT = 60, 44, 16, 36
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    start: int  # per cent of the points
    end: int
    count: int


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    name: str
    urgent: bool


@dataclass(frozen=True)
class Tick:
    at: int
    label: str


def bars(counts: Sequence[int]) -> list[Bar]:
    """A histogram over 0 to 100 per cent."""
    most, each = max(counts, default=0) or 1, 100 // (len(counts) or 1)
    drawn = []
    for place, count in enumerate(counts):
        start, end = LEFT + place * INNER_WIDTH // len(counts), LEFT + (place + 1) * INNER_WIDTH // len(counts)
        height = count * INNER_HEIGHT // most
        drawn.append(
            Bar(
                start + 1, TOP + INNER_HEIGHT - height, end - start - 2, height, place * each, (place + 1) * each, count
            )
        )
    return drawn


def dots(rows: Iterable[tuple[str, float, float, bool]]) -> list[Dot]:
    """(name, facility from 0 to 1, discrimination in per cent, needs a look) → a place on the plane."""
    return [Dot(across(facility), up(discrimination), name, urgent) for name, facility, discrimination, urgent in rows]


def across(share: float) -> int:
    return LEFT + round(min(max(share, 0.0), 1.0) * INNER_WIDTH)


def up(percent: float) -> int:
    """From -100 at the bottom to 100 at the top."""
    return TOP + round((100 - min(max(percent, -100.0), 100.0)) / 200 * INNER_HEIGHT)


def percent_ticks() -> list[Tick]:
    return [Tick(across(percent / 100), f"{percent}%") for percent in range(0, 101, 20)]


def discrimination_ticks() -> list[Tick]:
    return [Tick(up(percent), str(percent)) for percent in range(-100, 101, 50)]


def count_ticks(counts: Sequence[int]) -> list[Tick]:
    most = max(counts, default=0)
    return [Tick(TOP + INNER_HEIGHT, "0"), Tick(TOP, str(most))] if most else []
