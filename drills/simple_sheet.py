"""The record and evaluation sheet (签字版) of a simple drill record: one page to print, to sign and to send back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from drills.models import Drill
from drills.queries.simple import corrections_of, lag_of, minutes_of, papers_of
from drills.services.simple import headcount
from drills.simple_rules import one_paragraph
from ui.pdf import render_pdf

#: What an organisation can tell of its own small drill; our wording, no standard's.
ITEMS = (
    _("The alarm was given at once and was understood by everybody"),
    _("Whoever had a task was there in time and knew it"),
    _("What the plan says was done, in the right order"),
    _("Nobody was in danger; children, old and disabled people were looked after"),
    _("Everybody was counted at the end, and told what to do better"),
    _("Taken together, the drill reached its purpose"),
)
#: Characters of the three texts together from which on they are set smaller: one page has to be enough.
SIZES = ((600, "long longest"), (240, "long"))


def sheet(drill: Drill, *, now: datetime) -> bytes:
    return render_pdf("drills/simple_sheet.html", content(drill, now))


def content(drill: Drill, now: datetime) -> dict[str, Any]:
    texts = [one_paragraph(text) for text in (drill.went_well, drill.problems, drill.follow_up)]
    papers = papers_of(drill)
    return {
        "drill": drill,
        "heads": headcount(drill),
        "minutes": minutes_of(drill),
        "went_well": texts[0],
        "problems": texts[1],
        "follow_up": texts[2],
        "size": size_for(sum(map(len, texts))),
        "photos": len(papers.photos),
        "sign_in": len(papers.sign_in),
        "lag": lag_of(drill),
        "corrections": len(corrections_of(drill)),
        "items": ITEMS,
        "upload_url": upload_url(drill),
        "now": now,
    }


def size_for(characters: int) -> str:
    return next((name for least, name in SIZES if characters > least), "")


def upload_url(drill: Drill) -> str:
    """Where the code on the sheet leads: to the page that takes the signed scan."""
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL.rstrip("/") + reverse("drills:simple_upload", args=[drill.pk])
