"""What is true of a question and its answer, told from plain values."""

from collections.abc import Collection, Sequence


class QuestionFault(ValueError):
    """The question cannot be asked as it stands; the message says why."""


def check_choices(kind: str, options: Sequence[str], answer: Collection[int]) -> None:
    """Raise QuestionFault where options and answer (positions from 0) do not fit the kind."""
    if len(options) < 2:
        raise QuestionFault("A question needs at least two options.")
    if len(set(options)) != len(options):
        raise QuestionFault("Two options are the same.")
    if not answer or not all(0 <= position < len(options) for position in answer):
        raise QuestionFault("The answer must name options that exist.")
    if kind == "multiple" and len(answer) < 2:
        raise QuestionFault("A multiple-choice question has at least two right options.")
    if kind != "multiple" and len(answer) != 1:
        raise QuestionFault("This kind of question has exactly one right option.")


def is_right(given: Collection[int], answer: Collection[int]) -> bool:
    """All right options and no other."""
    return set(given) == set(answer)
