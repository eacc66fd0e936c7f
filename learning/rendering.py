"""The text of a lesson as HTML. Authors write headings, points and paragraphs; whatever else they type is only text."""

import re
from collections.abc import Iterator
from html import escape

POINT = re.compile(r"[-*•] +(.+)")
STEP = re.compile(r"\d+[.、] *(.+)")
BOLD = re.compile(r"\*\*(.+?)\*\*")
HEADINGS = {"## ": "h2", "### ": "h3"}


def lesson_html(text: str) -> str:
    """Safe: every character of the author's is escaped, and only these tags are written."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "\n".join(piece for block in blocks for piece in pieces(block.strip().split("\n")))


def pieces(lines: list[str]) -> Iterator[str]:
    """Lines of one kind that follow each other make one element."""
    run: list[str] = []
    kind = ""
    for line in lines:
        now, words = kind_of(line.strip())
        if run and now != kind:
            yield element(kind, run)
            run = []
        if now in HEADINGS.values():
            yield element(now, [words])
            continue
        kind = now
        run.append(words)
    if run:
        yield element(kind, run)


def kind_of(line: str) -> tuple[str, str]:
    for mark, tag in HEADINGS.items():
        if line.startswith(mark):
            return tag, line[len(mark) :].strip()
    if point := POINT.fullmatch(line):
        return "ul", point[1]
    if step := STEP.fullmatch(line):
        return "ol", step[1]
    return "p", line


def element(kind: str, lines: list[str]) -> str:
    if kind in {"ul", "ol"}:
        return f"<{kind}>{''.join(f'<li>{inline(line)}</li>' for line in lines)}</{kind}>"
    return f"<{kind}>{inline(joined(lines))}</{kind}>"


def joined(lines: list[str]) -> str:
    """Between Chinese lines there is no space."""
    return re.sub(r"(?<=[^\x00-\x7f])\n|\n(?=[^\x00-\x7f])", "", "\n".join(lines)).replace("\n", " ")


def inline(text: str) -> str:
    return BOLD.sub(r"<strong>\1</strong>", escape(text))
