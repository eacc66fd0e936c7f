"""What goes out must come in again as the same question: each is read back before it is handed over."""

from dataclasses import dataclass
from typing import Any

from exams.importers.rows import Draft
from exams.importers.texts import clean
from exams.importers.verdicts import asked, right
from exams.models import Question


@dataclass(frozen=True)
class LeftOut:
    key: str
    stem: str
    reason: Any  # in the reader's language


def is_same(draft: Draft, question: Question) -> bool:
    """Kind, what is asked, the key, and what stands beside them; spaces and width are no differences."""
    version = question.current
    assert version
    if draft.kind != version.kind or asked(draft.stem, draft.options, "") != asked(version.stem, version.options, ""):
        return False
    if right(draft.kind, draft.options, draft.answer) != right(version.kind, version.options, version.answer):
        return False
    beside = (clean(draft.explanation), draft.difficulty, draft.chapter, draft.point)
    return beside == (clean(version.explanation), version.difficulty, clean(question.chapter), clean(question.point))
