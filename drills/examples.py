"""Drills written for the product, to begin from: whoever plans one changes names and places and is ready in an hour."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "starter" / "examples"


@dataclass(frozen=True)
class Example:
    """`front` holds the drill's own fields; the lists are in their order, an event's `objective` counts from 1."""

    key: str
    front: dict[str, Any]
    objectives: tuple[dict[str, Any], ...]
    parts: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    forms: tuple[dict[str, Any], ...]

    @property
    def title(self) -> str:
        return str(self.front["title"])


@cache
def examples() -> dict[str, Example]:
    """By key, in the order of their files."""
    read = (read_example(path) for path in sorted(FOLDER.glob("*.toml")))
    return {example.key: example for example in read}


def read_example(path: Path) -> Example:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(told.pop(name, ())) for name in ("objectives", "parts", "events", "forms")}
    front = {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
    return Example(key=front.pop("key"), front=front, **lists)
