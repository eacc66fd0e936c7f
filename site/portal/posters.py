"""A poster as one SVG: what a print shop takes, what WeasyPrint lays on a sheet, and what its stamp is made of."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override, pgettext

from portal import drawings, house, poster_sheet
from portal.addresses import address
from portal.models import PosterPage
from portal.poster_sheet import CODE, FULL, INSIDE, LEFT, RIGHT, Field, Sheet, compose
from portal.templatetags.portal import content_language, dial
from ui.pdf import render_pdf
from ui.tokens import read_tokens

SIZES = {"a3": (297, 420), "a4": (210, 297)}  # mm
KEPT_FOR = 30 * 24 * 3600  # seconds


def draw(poster: PosterPage, *, size: str = "a3") -> str:
    """The whole poster in the language it is written in. Its text is text, in lines broken here."""
    steps = [(step.value["action"], step.value["note"]) for step in poster.steps]
    width, height = SIZES[size]
    with override(poster.locale.language_code):
        sheet = compose(poster.headline, steps, poster.danger, dial(poster.call_numbers))
        context = {
            "poster": poster,
            "sheet": sheet,
            "width": width,
            "height": height,
            "picture": picture_of(poster, sheet.picture),
            "icon": icon_beside(poster, sheet),
            "code": code_of(poster, sheet.foot),
            "code_x": RIGHT - CODE / 2,
            "organiser": house.organiser(),
            "no_warning": pgettext("poster", "This is knowledge, not a warning."),
            "scan": pgettext("poster", "Scan to read more"),
            "colours": {name.replace("-", "_"): value for name, value in read_tokens().colours().items()},
            "place": poster_sheet,
            "sign_x": LEFT + INSIDE + 7,
        }
        return render_to_string("portal/posters/sheet.svg", context)


def picture_of(poster: PosterPage, field: Field) -> str:
    if poster.illustration is None:
        return ""
    return drawings.picture(poster.illustration, x=LEFT, y=field.y, width=FULL, height=field.height)


def icon_beside(poster: PosterPage, sheet: Sheet) -> str:
    """The hazard's own icon, where a short headline leaves room for it."""
    hazard, size = poster.hazards.first(), sheet.beside_headline
    if not (hazard and size):
        return ""
    x, y = RIGHT - INSIDE - size, sheet.headline.middle - size / 2
    return drawings.icon_of(hazard.icon, x=x, y=y, size=size, colour=read_tokens().colours()["on-blue-2"])


def code_of(poster: PosterPage, foot: float) -> str:
    return drawings.code(settings.PUBLIC_URL + address(poster), x=RIGHT - CODE, y=foot, size=CODE)


def stamp(drawn: str, size: str) -> str:
    """Changes with each word, picture, organiser and address on the sheet, and with nothing else."""
    return hashlib.sha256(f"{size}\n{drawn}".encode()).hexdigest()[:32]


def kept_pdf(stamped: str) -> bytes | None:
    found: bytes | None = cache.get(f"poster:{stamped}")
    return found


def make_pdf(poster: PosterPage, drawn: str, *, size: str, stamped: str) -> bytes:
    context = {"drawn": SafeString(drawn), "size": size, "title": poster.title, "language": content_language(poster)}
    content = render_pdf("portal/posters/pdf.html", context, language=poster.locale.language_code)
    cache.set(f"poster:{stamped}", content, KEPT_FOR)
    return content
