"""A bank as Moodle's GIFT. What GIFT has no words for stands at the end as a comment, by its name and reason."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.exporters.question_template import DIFFICULTIES
from exams.exporters.round_trip import LeftOut, is_same
from exams.importers.from_moodle import chapter_of, draft_of
from exams.importers.gift import parse_gift
from exams.importers.keys import truths
from exams.importers.notes import Refused
from exams.models import Question, QuestionVersion
from exams.rules import BLANK

ROOT = "$CATEGORY: $course$/top"


def gift_file(questions: Iterable[Question], *, made: str) -> str:
    blocks, left_out, chapter = [f"// {made}"], list[LeftOut](), ""
    for question in questions:
        block = block_of(question)
        if block is None:
            left_out.append(LeftOut(question.key, str(question), reason_of(question)))
            continue
        if question.chapter != chapter:
            chapter = question.chapter
            blocks.append(category(chapter))
        blocks.append(block)
    if left_out:
        told = [f"// {each.key} {one_line(each.stem)}: {each.reason}" for each in left_out]
        blocks.append("\n".join(["// " + _("Left out:"), *told]))
    return "\n\n".join(blocks) + "\n"


def category(chapter: str) -> str:
    return f"{ROOT}/{one_line(chapter).replace('/', '//')}" if chapter else ROOT


def block_of(question: Question) -> str | None:
    """None where it would not be read as the same question."""
    version = question.current
    assert version
    answers = answers_of(version)
    if answers is None or version.picture_id:
        return None
    why = f"####{escaped(version.explanation)}" if version.explanation else ""
    braces = f"{{{answers}{why}}}"
    before, blank, after = version.stem.partition(BLANK) if version.kind == "fill" else (version.stem, "", "")
    inside = blank and before.strip() and after.strip()
    stem = f"{escaped(before)}{braces}{escaped(after)}" if inside else f"{escaped(version.stem)}{braces}"
    block = f"{tags_of(question)}\n::{escaped(question.key)}::{stem}"
    return block if reads_back(block, question) else None


def tags_of(question: Question) -> str:
    version = question.current
    assert version
    tags = [f"难度:{DIFFICULTIES[version.difficulty]}", *([f"知识点:{question.point}"] if question.point else [])]
    return f"// [id:{question.key}] " + " ".join(f"[tag:{escaped(one_line(tag))}]" for tag in tags)


def answers_of(version: QuestionVersion) -> str | None:
    options, answer = version.options, version.answer
    if version.kind == "true_false":
        return "T" if truths(options)[answer[0]] else "F"
    if version.kind == "single":
        return (
            "".join(f"\n{'=' if place in answer else '~'}{escaped(text)}" for place, text in enumerate(options)) + "\n"
        )
    if version.kind == "multiple":
        share = f"{Decimal(100) / len(answer):.5f}".rstrip("0").rstrip(".")
        worth = [f"%{share}%" if place in answer else "%-100%" for place in range(len(options))]
        return "".join(f"\n~{each}{escaped(text)}" for each, text in zip(worth, options, strict=True)) + "\n"
    if version.kind == "matching":
        return matching(options, answer)
    return blank_of(answer[0]) if version.kind == "fill" and len(answer) == 1 else None


def matching(options: Mapping[str, list[str]], answer: list[int]) -> str:
    right = options["right"]
    pairs = [(text, right[place]) for text, place in zip(options["left"], answer, strict=True)]
    pairs += [("", text) for place, text in enumerate(right) if place not in answer]
    return "".join(f"\n={escaped(one)} -> {escaped(other)}" for one, other in pairs) + "\n"


def blank_of(blank: Mapping[str, Any]) -> str | None:
    if "number" not in blank:
        return " ".join(f"={escaped(text)}" for text in blank["accept"])
    return None if blank.get("unit") else f"#{blank['number']}:{blank.get('tolerance') or 0}"


def reads_back(block: str, question: Question) -> bool:
    try:
        [found] = parse_gift(block)
        draft, _notes = draft_of(found, chapter_of(category(question.chapter)))
    except (Refused, ValueError):
        return False
    return is_same(draft, question)


def reason_of(question: Question) -> str:
    version = question.current
    if version and version.picture_id:
        return _("It has a picture.")
    return _("GIFT has no place for this kind of question, or would say something else than it does.")


def escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:\[\]])", r"\\\1", text).replace("\r", "").replace("\n", r"\n")


def one_line(text: str) -> str:
    return " ".join(text.split())
