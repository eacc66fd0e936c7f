"""How a line of a paper in the usual Chinese form tells what it is: a heading, a number, an option, a key."""

import re
from dataclasses import dataclass

from exams.importers import keys
from exams.importers.options import MARKED, letter_of
from exams.importers.texts import NUMBERING
from exams.importers.workbooks import HEADING, LONGEST_HEADING

CHAPTER = re.compile(r"第\s*[一二三四五六七八九十百\d]{1,4}\s*[章节篇]\s*\S{0,60}")
NUMBER_OF = re.compile(r"第\s*(\d{1,4})\s*题\s*[.．、:：]?\s*")
TAG = re.compile(r"\s*[【\[（(]\s*([^】\]）)\d\s]{1,8}题)\s*[】\]）)]\s*")
AFTER_HEADING = re.compile(r"\s*(?:$|[(（【\[:：，,。、]|共|每|本|题目|部分)")
FIELDS = {
    "key": r"(?:正确|标准|参考)?答案|答|ANSWER|正确选项",
    "explanation": r"(?:答案|试题|题目)?解析|解答|说明依据",
    "difficulty": r"难度|难易度|难易程度",
    "point": r"知识点|考点",
    "chapter": r"章节|所属章节",
    "kind": r"题型|试题类型",
}
WORDS = "|".join(FIELDS.values())
MARK = re.compile(rf"(?:^|(?<=[\s。；;）)】]))(?:【\s*({WORDS})\s*】\s*[:：]?|({WORDS})\s*[:：])\s*")
BARE_KEY = re.compile(r"(?:正确|标准|参考)?答案\s+([A-H]{1,8}|[√×✓✗对错]|正确|错误)")
OPTION_INSIDE = re.compile(r"(?<=[\s　])[(（]?\s*([A-HＡ-Ｈ])\s*[)）]?\s*[.．、:：)）]")
IN_BRACKETS = re.compile(r"[(（]\s*([A-H]{1,8}|[√×✓✗✔✘]|对|错|正确|错误)\s*[)）]")


@dataclass(frozen=True)
class Line:
    """A line of the file; `pictures` are what stands in the paragraph, `fault` is why it can't be taken as text."""

    number: int
    text: str
    pictures: tuple[object, ...] = ()
    fault: str = ""


def heading_kind(text: str) -> str:
    """The kind that a line announces for those below it, such as 二、多选题（每题 2 分）; "" for any other line."""
    match = HEADING.match(text)
    if not match or len(text) > LONGEST_HEADING or not AFTER_HEADING.match(text[match.end() :]):
        return ""
    return keys.kind_of(text)


def number_of(text: str) -> int:
    """The number before a stem, 0 where there is none."""
    match = NUMBER_OF.match(text) or NUMBERING.match(text)
    return int("".join(char for char in match[0] if char.isdigit())[:4]) if match else 0


def segments(text: str) -> list[tuple[str, str]]:
    """The line parted at its marks: a name of FIELDS and what follows it; what stands before the first has none."""
    if match := BARE_KEY.fullmatch(text):
        return [("key", match[1])]
    marks = list(MARK.finditer(text))
    if not marks:
        return [("", text)]
    found = [("", text[: marks[0].start()].strip())] if text[: marks[0].start()].strip() else []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        word = mark[1] or mark[2]
        name = next(name for name, words in FIELDS.items() if re.fullmatch(words, word))
        found.append((name, text[mark.end() : end].strip()))
    return found


def option_of(text: str) -> str:
    match = MARKED.match(text)
    return letter_of(match) if match else ""


def options_inside(text: str, expected: str) -> list[str]:
    """The line parted where options with the next letters begin, each behind a space."""
    cuts, wanted = [0], expected
    for match in OPTION_INSIDE.finditer(text):
        letter = chr(ord(match[1]) - 0xFEE0) if ord(match[1]) > 0xFF00 else match[1]
        if letter == wanted:
            cuts.append(match.start())
            wanted = chr(ord(wanted) + 1)
    return [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
