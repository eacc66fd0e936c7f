"""What GIFT and Moodle's XML hold, as questions of our kinds. Nothing is guessed: weights that say something else than
right and wrong, and answers that our kinds have no place for, are refused with the reason."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exams import line_rules, rules
from exams.importers import keys, rows
from exams.importers.gift import EMBEDDED, Choice, GiftQuestion, Number, Text
from exams.importers.markup import text_of_html
from exams.importers.notes import Note, Refused, gettext_noop, note
from exams.importers.rows import Draft
from exams.importers.texts import clean
from exams.importers.workbooks import Reading, Row
from exams.importers.written import with_blanks

HEAD = ("类型", "标题", "题干", "原文")
WHOLE, TINY = Decimal(100), Decimal("0.01")
TAGGED = {"难度": "difficulty", "知识点": "point"}
GAP = re.compile(rf"(.?){re.escape(EMBEDDED)}(.?)", re.DOTALL)
LATIN = re.compile(r"[0-9A-Za-z.,;:!?)(]")

DESCRIPTION = gettext_noop("This is a description, not a question.")
UNKNOWN_TYPE = gettext_noop("Questions of Moodle's type “%(kind)s” can't be asked.")
PARTLY_RIGHT = gettext_noop(
    "An option or answer is worth a part of the points, which this kind of question can't hold."
)
SEVERAL_RIGHT = gettext_noop("Several options are each wholly right: whether one or all must be chosen can't be seen.")
NONE_RIGHT = gettext_noop("No option or answer is worth the whole points.")
UNEQUAL = gettext_noop("The right options are not worth the same, which a multiple-choice question can't hold.")
WILDCARD = gettext_noop("The answer “%(text)s” has an asterisk that stands for any text, which a blank can't hold.")
NO_RUBRIC = gettext_noop("The question is marked by a person and has no rubric: say what is looked for.")
PENALTY_LEFT = gettext_noop("What wrong options take away was left out: each exam settles what partly right is worth.")
FEEDBACK_LEFT = gettext_noop("What is said about single options was left out; only one explanation is kept.")
WORTHLESS_LEFT = gettext_noop("Answers worth no points were left out.")
TAGS_LEFT = gettext_noop("These tags were left out: %(tags)s.")


def read_questions(file: str, questions: Sequence[GiftQuestion]) -> Reading:
    reading, chapter = Reading(), ""
    for question in questions:
        if question.type == "Category":
            chapter = chapter_of(question.title or "")
        else:
            reading.rows.append(row_of(file, question, chapter))
    return reading


def row_of(file: str, question: GiftQuestion, chapter: str) -> Row:
    stem = clean(question.stem.text)
    cells = (question.type, question.title or "", stem, question.source)
    row = Row(file, "", question.line, cells, HEAD, stem)
    try:
        row.draft, row.repairs = draft_of(question, chapter)
    except Refused as refusal:
        row.fault = refusal.note
    return row


def chapter_of(category: str) -> str:
    """The last part of a path such as $course$/top/第一章; Moodle's own names say nothing. `//` is a slash in one."""
    name = re.split(r"(?<!/)/(?!/)", category)[-1].replace("//", "/").strip()
    own = name.startswith(("Default for ", "$")) or name == "top"
    return "" if own else name[: rows.LONGEST_CHAPTER]


def draft_of(question: GiftQuestion, chapter: str = "") -> tuple[Draft, list[Note]]:
    if question.fault:
        raise Refused(question.fault)
    stem = words(question.stem)
    if not stem:
        raise Refused(rows.NO_STEM)
    kind, options, answer, notes = read_answer(question)
    difficulty, point, unread = read_tags(question.tags)
    draft = Draft(
        kind=kind,
        stem=with_blanks(gaps(stem)) if kind == keys.FILL else gaps(stem),
        options=options,
        answer=answer,
        explanation=explanation_of(question, kind, notes),
        difficulty=difficulty,
        chapter=chapter,
        point=point,
    )
    if kind in rules.CHOICES:
        rows.check_options(options)
    rows.check_draft(draft)
    return draft, notes + unread


def words(text: Text | None) -> str:
    if text is None:
        return ""
    return text_of_html(text.text) if text.format == "html" else clean(text.text)


def gaps(stem: str) -> str:
    """The gap that stands for the answers inside the stem; between Chinese words it needs no spaces."""
    return GAP.sub(lambda match: match[1] + spaced(match[1]) + rules.BLANK + spaced(match[2]) + match[2], stem)


def spaced(beside: str) -> str:
    return " " if LATIN.match(beside) else ""


# ── Answers ──────────────────────────────────────────────────────────────────
Found = tuple[str, Any, Any, list[Note]]


def read_answer(question: GiftQuestion) -> Found:
    readers = {
        "TF": read_truth,
        "MC": read_choices,
        "Short": read_short,
        "Numerical": read_number,
        "Matching": read_matching,
        "Ordering": read_ordering,
        "Essay": read_essay,
    }
    if question.type == "Description":
        raise Refused(DESCRIPTION)
    if question.type not in readers:
        raise Refused(UNKNOWN_TYPE, kind=question.type[:30])
    return readers[question.type](question)


def read_truth(question: GiftQuestion) -> Found:
    if question.is_true is None:
        raise Refused(NONE_RIGHT)
    return keys.TRUE_FALSE, tuple(keys.JUDGING), (0 if question.is_true else 1,), []


def read_choices(question: GiftQuestion) -> Found:
    choices = list(question.choices)
    texts = tuple(words(choice.text) if isinstance(choice.text, Text) else "" for choice in choices)
    single = question.single if question.single is not None else any(choice.is_correct for choice in choices)
    answer = whole(choices) if single else shares(choices)
    if len(answer) > 1 and single:
        raise Refused(SEVERAL_RIGHT)
    takes = any(worth(choice) < 0 for choice in choices)
    kind = keys.SINGLE if len(answer) == 1 else keys.MULTIPLE
    return kind, texts, tuple(answer), [note(PENALTY_LEFT)] if takes else []


def worth(choice: Choice) -> Decimal:
    if choice.weight is None:
        return WHOLE if choice.is_correct else Decimal(0)
    return choice.weight


def whole(choices: Sequence[Choice]) -> list[int]:
    """Places of those that are worth all points; Refused where one is worth a part, or none is right."""
    worths = [worth(choice) for choice in choices]
    if any(0 < each < WHOLE for each in worths):
        raise Refused(PARTLY_RIGHT)
    if WHOLE not in worths:
        raise Refused(NONE_RIGHT)
    return [place for place, each in enumerate(worths) if each == WHOLE]


def shares(choices: Sequence[Choice]) -> list[int]:
    """Places of those that together are worth all points, each the same."""
    found = {place: worth(choice) for place, choice in enumerate(choices) if worth(choice) > 0}
    if not found:
        raise Refused(NONE_RIGHT)
    if max(found.values()) - min(found.values()) > TINY or abs(sum(found.values()) - WHOLE) > 1:
        raise Refused(UNEQUAL)
    return list(found)


def read_short(question: GiftQuestion) -> Found:
    kept, notes = accepted(question)
    texts = [words(choice.text) for choice in kept if isinstance(choice.text, Text)]
    for text in texts:
        if "*" in text:
            raise Refused(WILDCARD, text=text[:30])
    return keys.FILL, [], [{"accept": texts}], notes


def read_number(question: GiftQuestion) -> Found:
    kept, notes = accepted(question)
    if len(kept) > 1:
        raise Refused(SEVERAL_RIGHT)
    number = kept[0].text
    assert isinstance(number, Number)
    middle, tolerance = number.number or Decimal(0), number.tolerance or Decimal(0)
    if number.low is not None and number.high is not None:
        middle, tolerance = (number.low + number.high) / 2, (number.high - number.low) / 2
    blank = {"number": written(middle), "tolerance": written(tolerance), "unit": ""}
    return keys.FILL, [], [blank], notes


def written(number: Decimal) -> str:
    """Without an exponent and without zeros at the end that nobody typed."""
    return f"{number:f}"


def accepted(question: GiftQuestion) -> tuple[list[Choice], list[Note]]:
    places = whole(question.choices)
    notes = [note(WORTHLESS_LEFT)] if len(places) < len(question.choices) else []
    return [question.choices[place] for place in places], notes


def read_matching(question: GiftQuestion) -> Found:
    left, right, answer = list[str](), list[str](), list[int]()
    for pair in question.pairs:
        one, other = words(pair.subquestion), clean(pair.subanswer)
        if other not in right:
            right.append(other)
        if one:
            left.append(one)
            answer.append(right.index(other))
    return keys.MATCHING, {"left": left, "right": right}, answer, []


def read_ordering(question: GiftQuestion) -> Found:
    texts = [words(choice.text) for choice in question.choices if isinstance(choice.text, Text)]
    return keys.ORDERING, texts, list(range(len(texts))), []


def read_essay(question: GiftQuestion) -> Found:
    rubric = words(question.rubric)
    if not rubric:
        raise Refused(NO_RUBRIC)
    try:
        return keys.ESSAY, [], line_rules.read_rubric(rubric), []
    except rules.QuestionFault as fault:
        raise Refused(str(fault)) from fault


# ── Beside the answers ───────────────────────────────────────────────────────
def explanation_of(question: GiftQuestion, kind: str, notes: list[Note]) -> str:
    """What is said whatever is answered; without it, what is said of the right answer, if that is one text."""
    said = [words(choice.feedback) for choice in question.choices if choice.feedback]
    if kind == keys.TRUE_FALSE:
        said = [words(text) for text in (question.true_feedback, question.false_feedback) if text]
    if question.global_feedback:
        if said:
            notes.append(note(FEEDBACK_LEFT))
        return words(question.global_feedback)
    if kind == keys.TRUE_FALSE:
        return "\n".join(said)
    of_right = {words(choice.feedback) for choice in question.choices if choice.feedback and worth(choice) > 0}
    if said and (len(of_right) != 1 or len(set(said)) > 1):
        notes.append(note(FEEDBACK_LEFT))
    return of_right.pop() if len(of_right) == 1 else ""


def read_tags(tags: Sequence[str]) -> tuple[int, str, list[Note]]:
    """Difficulty and knowledge point, where a tag names them, as our own files do."""
    known, others = dict[str, str](), list[str]()
    for tag in tags:
        name, _colon, value = tag.replace("：", ":").partition(":")
        if value and name in TAGGED:
            known[TAGGED[name]] = value.strip()
        else:
            others.append(tag)
    difficulty, notes = rows.read_difficulty(known.get("difficulty", ""))
    notes += [note(TAGS_LEFT, tags="、".join(others)[:200])] if others else []
    return difficulty, clean(known.get("point", ""))[: rows.LONGEST_POINT], notes
