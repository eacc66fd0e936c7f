"""A frozen paper as it is printed, for Word and PDF alike: sections by kind, room to answer, and the key sheet.

Chinese, whatever the language of the page: it is laid before candidates, and the office that keeps it files it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from exams.exporters.question_template import KINDS
from exams.importers.keys import truths
from exams.importers.word_files import chinese
from exams.importers.written import EMPTY_BRACKETS
from exams.line_rules import blank_text, rubric_lines
from exams.models import Exam, Paper, QuestionVersion
from exams.rules import BLANK, CHOICES
from records.models import PrivateFile

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROOM = {"short": 5, "essay": 14}  # empty lines to write on
WRITTEN_BLANK, BRACKETS = "________", "（　　）"
IN_ONE_LINE = 36  # characters of all options together
FIELDS = ("姓名", "单位", "准考证号")


@dataclass(frozen=True)
class PrintedQuestion:
    number: int
    stem: str
    material: str = ""  # of a case, before the first of its questions
    lines: Sequence[str] = ()
    room: int = 0
    picture: PrivateFile | None = None
    key: Sequence[str] = ()
    explanation: str = ""

    @property
    def rows(self) -> range:
        return range(self.room)

    @property
    def picture_address(self) -> str:
        """The picture itself: a document may fetch nothing."""
        if self.picture is None:
            return ""
        with self.picture.open() as file:
            return f"data:{self.picture.content_type};base64,{base64.b64encode(file.read()).decode()}"


@dataclass(frozen=True)
class Section:
    heading: str
    questions: Sequence[PrintedQuestion]


@dataclass(frozen=True)
class PrintedPaper:
    title: str
    subtitle: str
    facts: str
    sections: Sequence[Section]
    with_key: bool = False
    fields: Sequence[str] = field(default=FIELDS)

    @property
    def numerals(self) -> list[str]:
        """The sections' numbers, for the table of points."""
        return [chinese(number) for number in range(1, len(self.sections) + 1)]


def printed_paper(exam: Exam, paper: Paper, *, with_key: bool) -> PrintedPaper:
    """Two statements. What belongs to the key stands in it only `with_key`."""
    pinned = [slot["version"] for slot in paper.slots]
    versions = QuestionVersion.objects.select_related("picture").in_bulk(pinned)
    facts = f"考试时间 {exam.duration_minutes} 分钟　　满分 {paper.total_points} 分　　{exam.pass_percent}% 及格"
    subtitle = f"试卷 {paper.number}" + ("　参考答案与评分标准" if with_key else "")
    return PrintedPaper(exam.title, subtitle, facts, sections_of(paper.slots, versions, with_key), with_key)


def sections_of(slots: Sequence[Any], versions: Mapping[int, Any], with_key: bool) -> list[Section]:
    sections, number, material = list[Section](), 0, ""
    for (kind, points), group in groupby(slots, key=lambda slot: (slot["kind"], slot["points"])):
        questions = []
        for slot in group:
            number += 1
            version = versions[slot["version"]]
            told = version.material if version.material != material else ""
            material = version.material
            questions.append(printed(number, version, slot["order"], told, with_key))
        whole = f"每题 {points} 分，共 {len(questions) * points} 分"
        sections.append(Section(f"{chinese(len(sections) + 1)}、{KINDS[kind]}（{whole}）", questions))
    return sections


def printed(
    number: int, version: QuestionVersion, order: Sequence[int], material: str, with_key: bool
) -> PrintedQuestion:
    return PrintedQuestion(
        number,
        stem_of(version),
        material,
        lines_below(version, order),
        0 if with_key else ROOM.get(version.kind, 0),
        version.picture,
        key_of(version, order) if with_key else (),
        version.explanation if with_key else "",
    )


def stem_of(version: QuestionVersion) -> str:
    """With room to answer where the stem itself has none."""
    stem = version.stem
    if version.kind == "fill":
        return stem.replace(BLANK, WRITTEN_BLANK) if BLANK in stem else f"{stem}　{WRITTEN_BLANK}"
    if version.kind in CHOICES and not EMPTY_BRACKETS.search(stem):
        return f"{stem}{BRACKETS}"
    return stem


def lines_below(version: QuestionVersion, order: Sequence[int]) -> list[str]:
    if version.kind in {"single", "multiple"}:
        return lettered([version.options[place] for place in order])
    if version.kind == "ordering":
        return [*lettered([version.options[place] for place in order]), f"正确顺序：{WRITTEN_BLANK}"]
    if version.kind == "matching":
        left = [f"（{number}）{text}" for number, text in enumerate(version.options["left"], 1)]
        right = lettered([version.options["right"][place] for place in order])
        room = "　".join(f"（{number}）____" for number in range(1, len(left) + 1))
        return [*left, *right, f"对应关系：{room}"]
    return []


def lettered(texts: Sequence[str]) -> list[str]:
    """Short ones side by side."""
    lines = [f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False)]
    return ["　　".join(lines)] if sum(map(len, texts)) <= IN_ONE_LINE else lines


def key_of(version: QuestionVersion, order: Sequence[int]) -> list[str]:
    """By the letters of this paper; the author's own order is not what stands on it."""
    options, answer = version.options, version.answer
    if version.kind == "true_false":
        return ["√" if truths(options)[answer[0]] else "×"] if None not in truths(options) else [options[answer[0]]]
    if version.kind in CHOICES:
        return ["".join(LETTERS[shown] for shown, place in enumerate(order) if place in answer)]
    if version.kind == "ordering":
        return ["".join(LETTERS[order.index(place)] for place in answer)]
    if version.kind == "matching":
        pairs = [f"（{number}）{LETTERS[order.index(place)]}" for number, place in enumerate(answer, 1)]
        return ["　".join(pairs)]
    if version.kind == "fill":
        return ["；".join(blank_text(blank) for blank in answer)]
    return rubric_lines(answer)
