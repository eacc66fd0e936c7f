"""Starter pieces are written as text files: TOML between +++ lines, then a small, closed markup."""

import html
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Block = dict[str, Any]
BOLD = re.compile(r"\*\*(.+?)\*\*")
STEP = re.compile(r"^\d+\.\s*(.+)$")
CALLOUT = re.compile(r"^> \[!(警示|提示)\]\s*(.+)$")
CALLOUTS = {"警示": "warning", "提示": "tip"}


class Malformed(ValueError):
    """The file breaks the markup; the message names the file and the line."""


def read_piece(path: Path) -> tuple[dict[str, Any], list[Block]]:
    """Front matter and the body as raw stream data (law blocks hold the rulebook's row key)."""
    _before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    try:
        return tomllib.loads(front), list(blocks(body.splitlines()))
    except ValueError as error:
        raise Malformed(f"{path.name}: {error}") from error


def blocks(lines: list[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    rest = [*lines, ""]
    while rest:
        line = rest[0].strip()
        taken = take_block(rest)
        if (taken or not line) and paragraph:
            yield block("paragraph", "".join(paragraph_html(paragraph)))
            paragraph = []
        if taken:
            yield taken
        else:
            paragraph += [line] if line else []
            del rest[0]


def take_block(rest: list[str]) -> Block | None:
    """Take the block that begins at the first line off the list; None where plain text begins."""
    line = rest[0].strip()
    if line.startswith("## "):
        return block("heading", rest.pop(0).strip()[3:].strip())
    if line.startswith("!law "):
        return block("law", {"article": rest.pop(0).strip()[5:].strip()})
    if callout := CALLOUT.match(line):
        del rest[0]
        return block(CALLOUTS[callout[1]], callout[2])
    if line.startswith("- "):
        return block("points", take_points(rest))
    if STEP.match(line):
        return block("steps", take_steps(rest))
    if line == ":::要做":
        return block("do_dont", take_pair(rest))
    if line.startswith((":::", "> ", "#", "!")):
        raise Malformed(f"unknown markup {line!r}")
    return None


def take_points(rest: list[str]) -> list[str]:
    points = []
    while rest and rest[0].strip().startswith("- "):
        points.append(rest.pop(0).strip()[2:].strip())
    return points


def take_steps(rest: list[str]) -> list[dict[str, str]]:
    steps = []
    while rest and (match := STEP.match(rest[0].strip())):
        action, _bar, note = match[1].partition("|")
        steps.append({"action": action.strip(), "note": note.strip()})
        del rest[0]
    return steps


def take_pair(rest: list[str]) -> dict[str, list[str]]:
    pair: dict[str, list[str]] = {}
    for opening, name in ((":::要做", "do"), (":::不要做", "dont")):
        skip_blank(rest)
        if rest.pop(0).strip() != opening:
            raise Malformed(f"expected {opening}")
        skip_blank(rest)
        pair[name] = take_points(rest)
    skip_blank(rest)
    if rest.pop(0).strip() != ":::":
        raise Malformed("the do / do not pair is not closed by :::")
    return pair


def skip_blank(rest: list[str]) -> None:
    while rest and not rest[0].strip():
        del rest[0]


def paragraph_html(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = BOLD.sub(r"<b>\1</b>", html.escape(line, quote=False))
        yield f"<p>{text}</p>"


def block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}
