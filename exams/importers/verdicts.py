"""What becomes of each row beside the others and beside what the bank holds already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from exams.importers.keys import judges, truth
from exams.importers.texts import alike
from exams.importers.workbooks import Reading, Remark, Row
from exams.near_rules import near_pairs
from exams.rules import BY_HAND

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
    kind: str
    stem: str
    options: Any
    answer: Any


@dataclass
class Verdict:
    row: Row
    word: str
    of: Row | Known | None = None  # what it is a duplicate of or contradicts
    near: Row | Known | None = None  # another question whose stem is nearly the same; no hindrance


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


def asked(stem: str, options: Any, picture: str) -> Asked:
    if isinstance(options, Mapping):
        texts = {alike(text) for side in options.values() for text in side}
    else:
        texts = {str(truth(option)) for option in options} if judges(options) else {alike(option) for option in options}
    return Asked(alike(stem), frozenset(texts), picture)


def right(kind: str, options: Any, answer: Iterable[Any]) -> frozenset[str]:
    """What is held for right, the same whatever the order and width of what is written."""
    if kind == "ordering":
        return frozenset(f"{place}:{alike(text)}" for place, text in enumerate(options))
    if kind == "matching":
        pairs = zip(options["left"], answer, strict=True)
        return frozenset(f"{alike(text)}→{alike(options['right'][place])}" for text, place in pairs)
    if kind == "fill":
        return frozenset(f"{place}:{alike_blank(blank)}" for place, blank in enumerate(answer))
    if kind in BY_HAND:
        return frozenset(f"{alike(str(line['text']))}:{line['share']}" for line in answer)
    chosen = [options[place] for place in answer]
    return frozenset(str(truth(option)) if judges(options) else alike(option) for option in chosen)


def alike_blank(blank: Mapping[str, Any]) -> str:
    if "number" in blank:
        return f"{blank['number']}±{blank.get('tolerance') or 0}{alike(str(blank.get('unit', '')))}"
    return "|".join(sorted({alike(text) for text in blank["accept"]}))


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


def find_near(check: Check, known: Mapping[Asked, Known]) -> None:
    """Name beside each row that goes in the question whose stem is nearly the same, of the bank or of a row before."""
    there, new = list(known), check.of(IMPORTED)
    found = near_pairs([each.stem for each in there], [asked_by(verdict.row).stem for verdict in new])
    for place, other in found.items():
        new[place].near = known[there[other]] if other >= 0 else new[-1 - other].row


def asked_by(row: Row) -> Asked:
    assert row.draft
    return asked(row.draft.stem, row.draft.options, row.picture.name if row.picture else "")


def right_by(row: Row) -> frozenset[str]:
    assert row.draft
    return right(row.draft.kind, row.draft.options, row.draft.answer)


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
