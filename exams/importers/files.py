"""What a file of questions is, told by what stands in it; its name decides only where that leaves a doubt."""

import csv
import io
import re
from collections.abc import Callable

from exams.importers.aiken import read_aiken
from exams.importers.from_moodle import read_questions
from exams.importers.gift import parse_gift
from exams.importers.headers import find_header
from exams.importers.moodle_xml import NotMoodle, is_moodle, parse_moodle_xml
from exams.importers.paper_marks import segments
from exams.importers.papers import lines_of, read_paper
from exams.importers.word_files import NotWord, is_word, read_word
from exams.importers.workbooks import Reading

MOST_CHARACTERS = 5_000_000
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
AIKEN = re.compile(r"(?mi)^ANSWER:\s*[A-Z]\s*$")
GIFT = re.compile(r"(?m)^\$CATEGORY:|^::[^\n]{1,400}::|(?<!\\)\{\s*(?:[=~#]|(?:TRUE|FALSE|T|F)\s*[#}]|\})")
OLD_WORD = "WordDocument".encode("utf-16-le")


class Unknown(ValueError):
    """The file can't be read; the message is one of "damaged", "too_large" and "old_word"."""


def read_other(name: str, content: bytes) -> Reading | None:
    """The questions of a file that is no workbook; None for what the reader of workbooks must judge."""
    if is_word(content):
        try:
            lines, pictures = read_word(content)
        except NotWord as error:
            raise Unknown("damaged") from error
        return read_paper(name, lines, pictures)
    if content.startswith(b"\xd0\xcf\x11\xe0") and OLD_WORD in content:
        raise Unknown("old_word")
    text = decoded(content)
    reader = reader_of(name, text) if text is not None else None
    if reader is None or text is None:
        return None
    if len(text) > MOST_CHARACTERS:
        raise Unknown("too_large")
    return reader(name, text)


def decoded(content: bytes) -> str | None:
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")) or not content.strip():
        return None
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if BINARY.search(text) else text
    return None


def reader_of(name: str, text: str) -> Callable[[str, str], Reading] | None:
    ending = name.rpartition(".")[2].casefold()
    if is_moodle(text):
        return read_moodle_xml
    if ending == "csv" or is_table(text):
        return None
    if ending == "gift" or (GIFT.search(text) and not has_keys(text)):
        return lambda file, content: read_questions(file, parse_gift(content))
    if AIKEN.search(text):
        return read_aiken
    return read_text if ending == "txt" or has_keys(text) else None


def read_moodle_xml(file: str, text: str) -> Reading:
    try:
        return read_questions(file, parse_moodle_xml(text))
    except NotMoodle as error:
        raise Unknown("damaged") from error


def read_text(file: str, text: str) -> Reading:
    return read_paper(file, lines_of(text))


def is_table(text: str) -> bool:
    """Whether the first lines are a table with the header of one."""
    beginning = "\n".join(text.splitlines()[:30])
    for mark in ",;\t":
        try:
            table = list(csv.reader(io.StringIO(beginning), delimiter=mark))
        except csv.Error:
            continue
        if find_header(table):
            return True
    return False


def has_keys(text: str) -> bool:
    return any(segments(line.strip())[0][0] == "key" for line in text.splitlines()[:2000] if line.strip())
