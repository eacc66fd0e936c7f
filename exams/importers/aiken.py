"""Moodle's Aiken: a stem, options `A.` or `A)`, and `ANSWER: B`. Single choice, and nothing else."""

import re
from collections.abc import Iterator

from exams.importers import rows
from exams.importers.notes import Refused
from exams.importers.papers import COLUMNS, HEAD
from exams.importers.texts import clean
from exams.importers.workbooks import Reading, Row

ANSWER = re.compile(r"\s*ANSWER:\s*(.*?)\s*", re.IGNORECASE)
OPTION = re.compile(r"\s*[A-Za-z][.)]\s+\S")
KIND = "单选题"


def read_aiken(file: str, text: str) -> Reading:
    return Reading([row_of(file, *question) for question in questions(text)])


def questions(text: str) -> Iterator[tuple[int, list[str], list[str], str]]:
    """Line, stem, options and key of each; what comes after the last key has none."""
    first, stem, options = 0, list[str](), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if match := ANSWER.fullmatch(line):
            yield first or number, stem, options, match[1]
            first, stem, options = 0, [], []
        elif line.strip():
            first = first or number
            is_option = OPTION.match(line) and (stem or options)
            (options if is_option else stem).append(line.strip().replace(")", ".", 1) if is_option else line.strip())
    if stem or options:
        yield first, stem, options, ""


def row_of(file: str, line: int, stem: list[str], options: list[str], key: str) -> Row:
    cells = (KIND, "\n".join(stem), "\n".join(options), key, "", "", "", "")
    row = Row(file, "", line, cells, HEAD, clean("\n".join(stem)))
    try:
        row.draft, row.repairs = rows.read_row(cells, COLUMNS)
    except Refused as refusal:
        row.fault = refusal.note
    return row
