"""The design tokens as data, read from the style sheet that defines them."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parent / "assets" / "css" / "tokens.css"
BLOCK = re.compile(r"(:root|html\[data-elder\]) \{(.*?)\n\}", re.DOTALL)
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


class Tokens(NamedTuple):
    plain: dict[str, str]
    elder: dict[str, str]  # what large print changes

    def colours(self, *, elder: bool = False) -> dict[str, str]:
        values = self.plain | self.elder if elder else self.plain
        return {name: value for name, value in values.items() if value.startswith("#")}

    @property
    def steps(self) -> list[str]:
        return [name for name in self.plain if name.startswith("step-")]


@cache
def read_tokens() -> Tokens:
    blocks = dict(reversed(BLOCK.findall(SOURCE.read_text(encoding="utf-8"))))
    return Tokens(dict(TOKEN.findall(blocks[":root"])), dict(TOKEN.findall(blocks["html[data-elder]"])))
