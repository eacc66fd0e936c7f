"""What becomes of each row beside the others and beside what the bank holds already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from exams.importers.keys import judges, truth
from exams.importers.texts import alike
from exams.importers.workbooks import Reading, Remark, Row

IMPORTED, DUPLICATE, CONFLICT, ERROR = "imported", "duplicate", "conflict", "error"


class Asked(NamedTuple):
    """What is asked, whatever the order, width and spacing: stem, options, picture."""

    stem: str
    options: frozenset[str]
    picture: str


class Known(NamedTuple):
    """A question of the bank: what it holds for right, and by what name it is shown."""

    right: frozenset[str]
    key: str


@dataclass
class Verdict:
    row: Row
    word: str
    of: Row | Known | None = None  # what it is a duplicate of or contradicts


@dataclass
class Check:
    verdicts: list[Verdict]
    remarks: list[Remark]

    def of(self, word: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.word == word]

    @property
    def repaired(self) -> list[Verdict]:
        return [verdict for verdict in self.of(IMPORTED) if verdict.row.repairs]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": len(self.verdicts),
            "imported": len(self.of(IMPORTED)),
            "repaired": len(self.repaired),
            "duplicates": len(self.of(DUPLICATE)),
            "conflicts": len(self.of(CONFLICT)),
            "errors": len(self.of(ERROR)),
        }


def asked(stem: str, options: Sequence[str], picture: str) -> Asked:
    texts = {str(truth(option)) for option in options} if judges(options) else {alike(option) for option in options}
    return Asked(alike(stem), frozenset(texts), picture)


def right(options: Sequence[str], answer: Iterable[int]) -> frozenset[str]:
    chosen = [options[place] for place in answer]
    return frozenset(str(truth(option)) if judges(options) else alike(option) for option in chosen)


def check(readings: Sequence[Reading], known: Mapping[Asked, Known]) -> Check:
    """Rows keep their order. Where the same question stands with different keys, nobody can tell which is right:
    none of them goes in, and none takes the place of what the bank holds."""
    rows = [row for reading in readings for row in reading.rows]
    same: dict[Asked, list[Row]] = {}
    for row in rows:
        if row.draft:
            same.setdefault(asked_by(row), []).append(row)
    verdicts = [verdict(row, same, known) for row in rows]
    return Check(verdicts, [remark for reading in readings for remark in reading.remarks])


def asked_by(row: Row) -> Asked:
    assert row.draft
    return asked(row.draft.stem, row.draft.options, row.picture.name if row.picture else "")


def right_by(row: Row) -> frozenset[str]:
    assert row.draft
    return right(row.draft.options, row.draft.answer)


def verdict(row: Row, same: Mapping[Asked, Sequence[Row]], known: Mapping[Asked, Known]) -> Verdict:
    if row.draft is None:
        return Verdict(row, ERROR)
    asked, told = asked_by(row), right_by(row)
    if there := known.get(asked):
        return Verdict(row, DUPLICATE if there.right == told else CONFLICT, there)
    others = same[asked]
    if against := next((other for other in others if right_by(other) != told), None):
        return Verdict(row, CONFLICT, against)
    return Verdict(row, IMPORTED) if others[0] is row else Verdict(row, DUPLICATE, others[0])
