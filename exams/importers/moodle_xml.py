"""Moodle's XML of questions, read into the same form as its GIFT. Bounded by the file's size; no document types."""

from decimal import Decimal
from xml.etree import ElementTree

from exams.importers.gift import NO_NUMBER, Choice, GiftQuestion, Number, Pair, Text
from exams.importers.notes import gettext_noop
from exams.rules import decimal

FORMATS = {"html": "html", "markdown": "markdown", "plain_text": "plain", "moodle_auto_format": "moodle"}
TYPES = {
    "multichoice": "MC",
    "truefalse": "TF",
    "shortanswer": "Short",
    "numerical": "Numerical",
    "matching": "Matching",
    "essay": "Essay",
    "description": "Description",
    "category": "Category",
    "ordering": "Ordering",
}
UNITS = gettext_noop("The question accepts several units, which a blank here can't.")


class NotMoodle(ValueError):
    """The file is no Moodle XML that can be read."""


def is_moodle(text: str) -> bool:
    return "<quiz" in text[:5000] and text.lstrip("\ufeff \r\n\t").startswith(("<?xml", "<quiz"))


def parse_moodle_xml(text: str) -> list[GiftQuestion]:
    """`line` is the place of the question in the file, from 1."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotMoodle
    body = text[text.find("?>") + 2 :] if text.lstrip("\ufeff \r\n\t").startswith("<?xml") else text
    try:
        quiz = ElementTree.fromstring(body.strip("\ufeff \r\n\t"))  # noqa: S314  no document type, so no entities
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise NotMoodle from error
    found = [question_of(xml) for xml in quiz.iter("question")]
    for place, question in enumerate(found, 1):
        question.line = place
    return found


def question_of(xml: ElementTree.Element) -> GiftQuestion:
    kind = xml.get("type", "")
    if kind == "category":
        return GiftQuestion("Category", plain(xml, "category"))
    found = GiftQuestion(
        TYPES.get(kind, kind),
        plain(xml, "name") or None,
        text_of(xml.find("questiontext")) or Text(""),
        global_feedback=text_of(xml.find("generalfeedback")),
        tags=[tag.findtext("text", "").strip() for tag in xml.iter("tag")],
        single=xml.findtext("single", "true").strip() in {"true", "1"} if kind == "multichoice" else None,
        rubric=text_of(xml.find("graderinfo")),
    )
    found.source = found.stem.text
    if kind == "truefalse":
        read_truth(found, xml)
    elif kind == "matching":
        found.pairs = [pair_of(each) for each in xml.iter("subquestion")]
    elif kind == "numerical":
        read_numbers(found, xml)
    else:
        found.choices = [choice_of(each) for each in xml.iter("answer")]
    return found


def read_truth(found: GiftQuestion, xml: ElementTree.Element) -> None:
    answers = {plain(each).casefold(): each for each in xml.findall("answer")}
    rights = [word for word, each in answers.items() if weight_of(each) == 100]
    if set(answers) == {"true", "false"} and len(rights) == 1:
        found.is_true = rights == ["true"]
        found.true_feedback = text_of(answers["true"].find("feedback"))
        found.false_feedback = text_of(answers["false"].find("feedback"))


def read_numbers(found: GiftQuestion, xml: ElementTree.Element) -> None:
    if xml.find("units/unit") is not None:
        found.fault = UNITS
        return
    choices = list[Choice]()
    for each in xml.findall("answer"):
        number, tolerance = decimal(plain(each)), decimal(each.findtext("tolerance", "0").strip() or "0")
        if number is None or tolerance is None:
            found.fault = NO_NUMBER
            return
        choices.append(Choice(True, Number(number, tolerance), weight_of(each), text_of(each.find("feedback"))))
    found.choices = choices


def choice_of(xml: ElementTree.Element) -> Choice:
    return Choice(False, text_of(xml) or Text(""), weight_of(xml), text_of(xml.find("feedback")))


def pair_of(xml: ElementTree.Element) -> Pair:
    return Pair(text_of(xml) or Text(""), plain(xml, "answer"))


def weight_of(xml: ElementTree.Element) -> Decimal | None:
    return decimal(xml.get("fraction", ""))


def text_of(xml: ElementTree.Element | None) -> Text | None:
    if xml is None or not xml.findtext("text", "").strip():
        return None
    return Text(xml.findtext("text", "").strip(), FORMATS.get(xml.get("format", ""), "html"))


def plain(xml: ElementTree.Element, *path: str) -> str:
    return xml.findtext("/".join([*path, "text"]), "").strip()
