"""What a drill must come to, told from what its people did and wrote down themselves. Imports nothing of the product."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MARKS = {"0": 0, "1": 20, "3": 60, "5": 100}


@dataclass(frozen=True)
class Deed:
    """Somebody did something at a moment of his own watch (seconds since 1970)."""

    who: str
    what: str
    at: float
    about: str = ""


def in_order(deeds: Iterable[Deed]) -> list[tuple[str, str, str]]:
    return [(deed.what, deed.who, deed.about) for deed in sorted(deeds, key=lambda deed: deed.at)]


def drill_seconds(deeds: Iterable[Deed]) -> float:
    """The clock runs from the beginning to the end and stands between a stop and the word to go on."""
    total, since = 0.0, None
    for deed in sorted(deeds, key=lambda deed: deed.at):
        if deed.what in ("startex", "resume"):
            since = deed.at
        elif deed.what in ("pause", "stop", "endex") and since is not None:
            total, since = total + deed.at - since, None
    return total


def latency(deeds: Iterable[Deed], item: str, who: str) -> float:
    """From the release to the acknowledgement."""
    of = {(deed.what, deed.who): deed.at for deed in deeds if deed.about == item}
    released = next(at for (what, _who), at in of.items() if what == "inject_released")
    return of["ack", who] - released


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def total(
    given: Mapping[str, list[str]], sections: Mapping[str, tuple[str, int]], percents: Mapping[str, int]
) -> Decimal:
    """`given`: values by item "form/section/code"; `sections`: "form/section" → (form, weight). What nobody observed
    leaves the denominator at every step."""
    points: dict[str, list[Decimal]] = {}
    for item, values in given.items():
        counted = [Decimal(MARKS[value]) for value in values if value in MARKS]
        if counted:
            points.setdefault(item.rpartition("/")[0], []).append(sum(counted) / len(counted))
    forms: dict[str, tuple[Decimal, Decimal]] = {}
    for section, values in points.items():
        form, weight = sections[section]
        above, below = forms.get(form, (Decimal(0), Decimal(0)))
        forms[form] = (above + weight * sum(values) / len(values), below + weight)
    whole = sum(percents[form] for form in forms)
    return rounded(sum((percents[form] * above / below for form, (above, below) in forms.items()), Decimal(0)) / whole)
