"""What WebVTT is: told from bytes, no Django. A file that a player would show in part only is refused with its line."""

import re
from collections.abc import Iterator

LARGEST = 1024 * 1024
STAMP = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{STAMP}[ \t]+-->[ \t]+{STAMP}(?:[ \t].*)?", re.ASCII)


def _(text: str) -> str:
    """Marks a text for the catalogue; who shows it translates it."""
    return text


class NotCaptions(ValueError):
    """`words` % `told` says what is wrong and in which line."""

    def __init__(self, words: str, **told: int) -> None:
        super().__init__(words % told)
        self.words, self.told = words, told


def check(content: bytes) -> int:
    """How many captions there are, or NotCaptions."""
    if len(content) > LARGEST:
        raise NotCaptions(_("Captions of more than 1 MB are no captions."))
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError:
        raise NotCaptions(_("Captions must be saved as UTF-8.")) from None
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise NotCaptions(_("Captions are a WebVTT file: its first line is WEBVTT."))
    count = sum(1 for _start in starts(lines))
    if not count:
        raise NotCaptions(_("There is no caption with a time in it."))
    return count


def starts(lines: list[str]) -> Iterator[int]:
    """When each caption begins, in milliseconds."""
    before = 0
    for number, line in enumerate(lines[1:], 2):
        if "-->" not in line:
            continue
        match = TIMING.fullmatch(line.strip())
        if not match:
            raise NotCaptions(_("Line %(line)d: a time is written 00:01:02.500 --> 00:01:04.000."), line=number)
        start, end = milliseconds(match.groups()[:4]), milliseconds(match.groups()[4:])
        if end <= start:
            raise NotCaptions(_("Line %(line)d: the caption ends before it begins."), line=number)
        if start < before:
            raise NotCaptions(_("Line %(line)d: the caption begins before the one above it."), line=number)
        before = start
        yield start


def milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
