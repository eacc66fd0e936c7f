"""The readiness list as shipped: a data file beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "readiness.toml"


@dataclass(frozen=True)
class DefaultLine:
    code: str
    how: str  # computed, ticked or signed
    text: str
    text_en: str
    mandatory: bool = True
    only: tuple[str, ...] = ()  # forms of drill; empty: every form
    air_ground: bool = False

    def applies(self, drill: Any) -> bool:
        return (not self.only or drill.form in self.only) and (not self.air_ground or drill.air_ground)

    def label(self, language: str) -> str:
        return self.text_en if language.startswith("en") else self.text


@cache
def default_lines() -> dict[str, DefaultLine]:
    """By code, in their order."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["line"]
    lines = [DefaultLine(**row | {"only": tuple(row.get("only", ()))}) for row in rows]
    return {line.code: line for line in lines}
