"""What a new version of a page says otherwise than the one the public reads: told in lines of plain text."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from wagtail.models import Page
from wagtail.rich_text import RichText

from portal.plaintext import TAG, words

PLAIN = ("promise", "promise_note", "introduction", "summary", "danger", "calls", "loudspeaker", "sources")
CHOSEN = ("illustration", "audio", "quiz")
SETS = ("entries", "hazards")
ADDED, REMOVED = "added", "removed"


@dataclass(frozen=True)
class Change:
    kind: str
    text: str


def changes(before: Page, after: Page) -> list[Change]:
    """Whole lines, what went before what came."""
    old, new = list(lines(before)), list(lines(after))
    told: list[Change] = []
    for verdict, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verdict != "equal":
            told += [Change(REMOVED, line) for line in old[start:end]]
            told += [Change(ADDED, line) for line in new[first:last]]
    return told


def lines(page: Page) -> Iterator[str]:
    """All that a reader meets on the page, a paragraph a line."""
    yield page.title
    for name in PLAIN:
        yield from getattr(page, name, "").splitlines()
    for name in ("now", "body"):
        for block in getattr(page, name, ()):
            yield from paragraphs(block.value)
    yield from questions(page)
    yield from particulars(page)


def paragraphs(value: Any) -> list[str]:
    if not isinstance(value, RichText):
        return [line for line in words(value) if line]
    parts = value.source.replace("</p>", "\n").replace("</li>", "\n").splitlines()
    return [text for part in parts if (text := " ".join(words(RichText(TAG.sub(" ", part)))).strip())]


def questions(page: Page) -> Iterator[str]:
    if hasattr(page, "questions"):
        yield from (row.question.current.stem for row in page.questions.all())
    if hasattr(page, "situations"):
        yield from (f"{row.title}：{row.hint}" for row in page.situations.all())


def particulars(page: Page) -> Iterator[str]:
    """What stands beside the text, each with the name of its field."""
    for name in CHOSEN + SETS:
        value = getattr(page, name, None)
        if value is None:
            continue
        told = "、".join(sorted(str(one) for one in value.all())) if name in SETS else str(value)
        if told:
            yield f"{page._meta.get_field(name).verbose_name}：{told}"
