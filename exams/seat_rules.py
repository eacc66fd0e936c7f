"""Who sits where, told from plain values: the same people and halls give the same plan, in whatever order they come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[int, int]  # hall, number of the seat from 1
WHO_IS_NOBODY = -1  # an organisation that nobody belongs to: beside the first and the last seat


class TooFewSeats(ValueError):
    """So many have no seat."""

    def __init__(self, missing: int) -> None:
        self.missing = missing
        super().__init__(missing)


@dataclass(frozen=True)
class Person:
    candidate: int
    organisation: int


@dataclass(frozen=True)
class Room:
    """Halls are filled in the order given."""

    hall: int
    seats: int


def plan(people: Iterable[Person], rooms: Sequence[Room], kept: Mapping[int, Place] | None = None) -> dict[int, Place]:
    """A seat for each, neighbours of different organisations where there is a way. `kept` stay where they are, as long
    as they come and their seat is there."""
    by_pk = {person.candidate: person for person in people}
    there = {room.hall: room.seats for room in rooms}
    stay = {
        candidate: place
        for candidate, place in (kept or {}).items()
        if candidate in by_pk and 1 <= place[1] <= there.get(place[0], 0)
    }
    if len(by_pk) > sum(there.values()):
        raise TooFewSeats(len(by_pk) - sum(there.values()))
    waiting: dict[int, list[int]] = defaultdict(list)  # by organisation, the last to be seated first
    for candidate in sorted(by_pk.keys() - stay.keys(), reverse=True):
        waiting[by_pk[candidate].organisation].append(candidate)
    sits = {place: by_pk[candidate].organisation for candidate, place in stay.items()}
    found = dict(stay)
    for room in rooms:
        for number in range(1, room.seats + 1):
            if (room.hall, number) in sits or not waiting:
                continue
            beside = {sits.get((room.hall, number + step), WHO_IS_NOBODY) for step in (-1, 1)}
            organisation = next_organisation(waiting, beside)
            found[waiting[organisation].pop()] = (room.hall, number)
            sits[room.hall, number] = organisation
            if not waiting[organisation]:
                del waiting[organisation]
    return found


def next_organisation(waiting: Mapping[int, Sequence[int]], beside: set[int]) -> int:
    """The one with most people left, so that nobody's are left over at the end to sit side by side."""
    return min(waiting, key=lambda one: (one in beside, -len(waiting[one]), one))


@dataclass(frozen=True)
class Changes:
    """What a new plan does to the old one; candidates in the order of their numbers."""

    seated: list[int]
    moved: list[int]
    freed: list[int]

    def __bool__(self) -> bool:
        return bool(self.seated or self.moved or self.freed)


def changes(old: Mapping[int, Place], new: Mapping[int, Place]) -> Changes:
    return Changes(
        seated=sorted(new.keys() - old.keys()),
        moved=sorted(one for one in new.keys() & old.keys() if new[one] != old[one]),
        freed=sorted(old.keys() - new.keys()),
    )
