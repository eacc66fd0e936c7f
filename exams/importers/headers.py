"""Which column holds what, told by the wordings found in real banks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exams.importers.texts import plain

LETTERS = "ABCDEFGH"
LOOKED_AT = 30  # rows above which no header is looked for
# The first wording of a field wins where two columns have one of them.
WORDINGS: dict[str, tuple[str, ...]] = {
    "stem": ("题干", "试题题干", "题目题干", "题目内容", "试题内容", "题干内容", "问题", "试题", "题目", "试题题目",
             "题目名称", "题目描述", "内容"),
    "kind": ("试题类型", "题目类型", "题型", "试题题型", "题目题型", "类型", "题类"),
    "options": ("题目选项", "试题选项", "选项", "选项内容", "备选项", "备选答案", "答案选项", "可选项"),
    "answer": ("正确答案", "标准答案", "题目答案", "试题答案", "答案", "参考答案", "正确选项"),
    "explanation": ("试题解析", "题目解析", "答案解析", "解析", "答案说明", "解释", "解析说明"),
    "difficulty": ("难度", "试题难度", "题目难度", "难易度", "难易程度", "难度等级", "难度系数"),
    "chapter": ("章节", "所属章节", "章节名称", "知识点", "所属知识点", "分类", "试题分类", "作业种类", "作业类别"),
    "claim": ("是否有图片", "是否有图", "有无图片", "是否带图", "有图"),
    "picture": ("图片", "题目图片", "试题图片", "附图", "插图", "图"),
}  # fmt: skip
FIELD_OF = {wording: name for name, wordings in WORDINGS.items() for wording in wordings}
OPTION = re.compile(r"(?:试题|题目)?(?:选项|备选项|备选答案|备选|答案)?([A-H])(?:选项|项|答案)?")
NUMBERED_OPTION = re.compile(r"(?:选项|备选项)([1-8一二三四五六七八])")


@dataclass(frozen=True)
class Columns:
    fields: Mapping[str, int]
    letters: Mapping[str, int]  # one column an option
    unused: Sequence[str] = ()
    texts: frozenset[str] = field(default_factory=frozenset)

    def get(self, cells: Sequence[Any], name: str) -> Any:
        return at(cells, self.fields[name]) if name in self.fields else None

    def repeats(self, cells: Sequence[Any]) -> bool:
        """The header once more, as where tables were pasted one below the other."""
        found = {wording(cell) for cell in cells if cell is not None}
        return len(found) > 1 and found <= self.texts


def at(cells: Sequence[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else None


def wording(cell: Any) -> str:
    """A header without what stands in brackets, spaces and marks."""
    text = unicodedata.normalize("NFKC", plain(cell))
    return re.sub(r"[\s*:.,、_]", "", re.sub(r"\(.*?\)|【.*?】|\[.*?\]", "", text)).upper()


def field_of(text: str) -> str:
    """The field a wording means, or "" ; a long wording may go on with an instruction."""
    if text in FIELD_OF:
        return FIELD_OF[text]
    begun = [known for known in FIELD_OF if len(known) > 3 and text.startswith(known)]
    return FIELD_OF[max(begun, key=len)] if begun else ""


def option_letter(text: str) -> str:
    if match := OPTION.fullmatch(text):
        return match[1]
    if match := NUMBERED_OPTION.fullmatch(text):
        return LETTERS[("12345678" if match[1].isdigit() else "一二三四五六七八").index(match[1])]
    return ""


def read_header(cells: Sequence[Any]) -> Columns | None:
    """The columns, if this row is a header: it names the stem and either the key or the options."""
    texts = [wording(cell) if isinstance(cell, str) else "" for cell in cells]
    letters: dict[str, int] = {}
    for column, text in enumerate(texts):
        if letter := option_letter(text):
            letters.setdefault(letter, column)
    if not {"A", "B"} <= letters.keys():
        letters = {}
    fields = best_columns(texts)
    if "stem" not in fields or not ({"answer", "options"} & fields.keys()):
        return None
    if "options" in fields and not letters:
        letters = spread(texts, fields["options"])
    used = {*fields.values(), *letters.values()}
    unused = [plain(cells[column]).strip() for column, text in enumerate(texts) if text and column not in used]
    return Columns(fields, letters, unused, frozenset(text for text in texts if text))


def best_columns(texts: Sequence[str]) -> dict[str, int]:
    fields: dict[str, int] = {}
    for column, text in enumerate(texts):
        name = field_of(text) if text else ""
        if name and (name not in fields or rank(name, text) < rank(name, texts[fields[name]])):
            fields[name] = column
    return fields


def rank(name: str, text: str) -> int:
    return WORDINGS[name].index(text) if text in WORDINGS[name] else len(WORDINGS[name])


def spread(texts: Sequence[str], first: int) -> dict[str, int]:
    """A heading “选项” merged over several columns: those without a heading of their own belong to it."""
    last = first
    while last + 1 < len(texts) and not texts[last + 1]:
        last += 1
    ends_before_another = last + 1 < len(texts)
    if last == first or not ends_before_another or last - first >= len(LETTERS):
        return {}
    return {LETTERS[place]: first + place for place in range(last - first + 1)}


def find_header(rows: Sequence[Sequence[Any]]) -> tuple[int, Columns] | None:
    """Title rows may stand above it."""
    for index, cells in enumerate(rows[:LOOKED_AT]):
        if columns := read_header(cells):
            return index, columns
    return None
