"""The questions of a paper as the candidate's page lays them out."""

import json
from typing import Any

from exams.models import QuestionVersion
from exams.queries.journal import letters
from exams.queries.papers import Asked
from exams.rules import BLANK, LONGEST_TEXT

TEMPLATES = {
    "fill": "exams/room_fill.html",
    "short": "exams/room_writing.html",
    "essay": "exams/room_writing.html",
    "ordering": "exams/room_ordering.html",
    "matching": "exams/room_matching.html",
}
LINES = {"short": 4, "essay": 12}


def shown(asked: Asked) -> dict[str, Any]:
    letter = letters([option.position for option in asked.options])
    return {
        "number": asked.slot,
        "kind": asked.kind,
        "kind_label": QuestionVersion.Kind(asked.kind).label,
        "template": TEMPLATES.get(asked.kind, "exams/room_choices.html"),
        "points": asked.points,
        "stem": asked.stem,
        "case": asked.case,
        "picture": asked.picture,
        "given_json": json.dumps(asked.given),
        "revision": asked.revision,
        "epoch": asked.epoch,
        "options": [
            {
                "letter": letter[option.position],
                "text": option.text,
                "position": option.position,
                "given": option.position in asked.given,
            }
            for option in asked.options
        ],
        "left": asked.left,
        "pieces": pieces(asked),
        "longest": LONGEST_TEXT.get(asked.kind, 0),
        "lines": LINES.get(asked.kind, 0),
    }


def pieces(asked: Asked) -> list[dict[str, Any]]:
    """The stem in pieces with the number of the blank that follows each, 0 after the last; a stem without a mark is
    followed by its one blank."""
    texts = asked.stem.split(BLANK)
    if len(texts) == 1:
        texts.append("")
    return [{"text": text, "blank": number if number <= asked.blanks else 0} for number, text in enumerate(texts, 1)]
