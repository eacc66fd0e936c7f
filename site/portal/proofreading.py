"""What speaks against publishing a piece as it stands (发布前检查): read from the piece, told in words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.models import Piece, WrongWord
from ui.templatetags.ui import day

PAGE_LINK = re.compile(r'linktype="page" id="(\d+)"|id="(\d+)" linktype="page"')
CHINESE_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True)
class Objection:
    text: str
    stops: bool  # nothing is published with it; else it is only shown


def objections(piece: Piece, *, today: date, words: Iterable[WrongWord] | None = None) -> list[Objection]:
    """All of them, the grave ones first. `words`: the words to avoid, where many pieces are read at once."""
    avoided = WrongWord.objects.all() if words is None else words
    found = [*doubts(piece), *laws(piece, today), *links(piece), *past_days(piece, today), *wrong_words(piece, avoided)]
    return sorted(found, key=lambda one: not one.stops)


def doubts(piece: Piece) -> Iterator[Objection]:
    """The demo may show a piece whose figures nobody has checked; the public of a county may not read it."""
    for line in piece.doubts.splitlines():
        if line.strip():
            yield Objection(_("Open doubt: %(doubt)s") % {"doubt": line.strip()}, stops=not settings.DEMO)


def laws(piece: Piece, today: date) -> Iterator[Objection]:
    for child in getattr(piece, "body", ()):
        article = child.value["article"] if child.block_type == "law" else None
        if article is None:
            continue
        ended = article.effective_to or article.regulation.effective_to
        if ended and ended < today:
            words = {"law": article.citation(), "day": day(ended)}
            yield Objection(_("%(law)s no longer holds since %(day)s.") % words, stops=True)


def links(piece: Piece) -> Iterator[Objection]:
    """Links to pages of ours that nobody can open. Other sites are not asked: nothing here calls out."""
    named = {int(first or second) for first, second in PAGE_LINK.findall(sources(piece))}
    named |= {child.value["quiz"].pk for child in getattr(piece, "body", ()) if has_quiz(child)}
    if not named:
        return
    live = set(Page.objects.live().filter(pk__in=named).values_list("pk", flat=True))
    titles = dict(Page.objects.filter(pk__in=named - live).values_list("pk", "title"))
    for pk in sorted(named - live):
        name = titles.get(pk, f"#{pk}")
        yield Objection(_("It leads to a page that is not published: %(name)s") % {"name": name}, stops=True)


def sources(piece: Piece) -> str:
    """The stored HTML of the paragraphs, in which links are still named by their page."""
    return "\n".join(child.value.source for child in getattr(piece, "body", ()) if child.block_type == "paragraph")


def has_quiz(child: object) -> bool:
    return child.block_type == "quiz" and bool(child.value.get("quiz"))  # type: ignore[attr-defined]


def past_days(piece: Piece, today: date) -> Iterator[Objection]:
    for match in CHINESE_DAY.finditer(words_of(piece)):
        try:
            named = date(*map(int, match.groups()))
        except ValueError:
            yield Objection(_("There is no such day: %(day)s") % {"day": match[0]}, stops=False)
            continue
        if named < today:
            yield Objection(_("This day is past: %(day)s") % {"day": match[0]}, stops=False)


def wrong_words(piece: Piece, avoided: Iterable[WrongWord]) -> Iterator[Objection]:
    text = words_of(piece)
    for word in avoided:
        if word.wrong in text:
            told = {"wrong": word.wrong, "right": word.right}
            better = _("Not “%(wrong)s” but “%(right)s”") if word.right else _("Leave out “%(wrong)s”")
            yield Objection(better % told, stops=False)


def words_of(piece: Piece) -> str:
    return "\n".join([piece.title, piece.searchable_text(), piece.loudspeaker])
