"""The phones of a drill, for the console and for whoever sees to them the evening before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from drills.field_rules import CLOCK_OFF_MS, Fitness, fitness
from drills.models import Drill, Participation, RunDevice


@dataclass(frozen=True)
class DeviceRow:
    device: RunDevice
    part: Participation
    fitness: Fitness
    word: str  # ready, paper, old, unchecked

    @property
    def battery(self) -> int | None:
        told = self.device.fitness.get("battery")
        return told if isinstance(told, int) else None

    @property
    def clock_is_off(self) -> bool:
        return abs(self.device.skew_ms) > CLOCK_OFF_MS

    @property
    def silent_since(self) -> datetime:
        return self.device.seen_at


def devices_of(drill: Drill, *, now: datetime) -> list[DeviceRow]:
    """Every phone that has told of itself, by role and name. One query."""
    devices = drill.devices.select_related("participation__user", "participation__organisation").order_by(
        "participation__role", "participation__team", "participation", "-seen_at", "pk"
    )
    return [row_of(device, now) for device in devices]


def row_of(device: RunDevice, now: datetime) -> DeviceRow:
    told = fitness(device.fitness)
    return DeviceRow(device, device.participation, told, told.word(now))


def latest_by_part(rows: Iterable[DeviceRow]) -> dict[int, DeviceRow]:
    """Of somebody with two phones the one seen last."""
    latest: dict[int, DeviceRow] = {}
    for row in rows:
        known = latest.get(row.part.pk)
        if known is None or row.device.seen_at > known.device.seen_at:
            latest[row.part.pk] = row
    return latest


def on_paper(parts: Sequence[Participation], latest: dict[int, DeviceRow]) -> list[Participation]:
    """Whose phone cannot be relied on without network, or has never been looked at."""
    return [part for part in parts if part.pk not in latest or latest[part.pk].word in ("paper", "unchecked")]
