"""Shipped courses: a folder each, with course.toml and a text file a lesson (TOML between +++ lines, then its body)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "courses"
Row = dict[str, Any]


@dataclass(frozen=True)
class ShippedLesson:
    front: Row
    body: str

    @property
    def key(self) -> str:
        return str(self.front["key"])


@dataclass(frozen=True)
class ShippedCourse:
    front: Row
    lessons: tuple[ShippedLesson, ...]

    @property
    def key(self) -> str:
        return str(self.front["key"])


def read_courses(folder: Path = FOLDER) -> list[ShippedCourse]:
    return [read_course(path.parent) for path in sorted(folder.glob("*/course.toml"))]


def read_course(folder: Path) -> ShippedCourse:
    front = tomllib.loads((folder / "course.toml").read_text(encoding="utf-8"))
    return ShippedCourse(front, tuple(read_lesson(path) for path in sorted(folder.glob("*.md"))))


def read_lesson(path: Path) -> ShippedLesson:
    _before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return ShippedLesson(tomllib.loads(front), body.strip())
