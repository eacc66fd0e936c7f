"""角色卡: the paper that lets its holder into his part without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from drills.models import Drill, Participation
from drills.tokens import part_token
from people.services.slips import joined
from records.models import Job, PrivateFile
from records.services import enqueue, log, report_progress, store_private
from ui.clock import local
from ui.pdf import render_pdf

KIND = "drills.cards"
KEPT = timedelta(hours=24)  # the file opens the parts of everybody in it
SIZES = (8, 4)  # cards on a sheet of A4
ROWS = 12  # people on a sign-in sheet
AT_ONCE = 40  # cards drawn as one document


@dataclass(frozen=True)
class Card:
    part: Participation
    link: str


def field_link(part: Participation) -> str:
    """What the code on the card says. Chinese always: the paper and the page are."""
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL.rstrip("/") + reverse("drills:field", args=[part_token(part)])


def sign_in_code(part: Participation) -> str:
    """For a controller's phone only; it opens nothing, so it may hang on a wall."""
    return f"part:{part.pk}"


@transaction.atomic
def reissue_card(part: Participation, epoch: int, *, by: Any, now: datetime) -> bool:
    """The card of this `epoch` stops working at once, and a new one can be printed; False where somebody did it before.
    What a phone has not sent yet is not lost: it goes out with the new card."""
    if Participation.objects.filter(pk=part.pk, epoch=epoch).update(epoch=F("epoch") + 1) != 1:
        return False
    part.epoch = epoch + 1
    log("drills.card_reissued", by=by, obj=part.drill, payload={"part": part.pk, "epoch": part.epoch}, now=now)
    return True


# ── On paper ─────────────────────────────────────────────────────────────────
@transaction.atomic
def start_cards(drill: Drill, parts: Sequence[Participation], *, size: int, by: Any) -> Job:
    from drills.tasks import print_cards as task  # noqa: PLC0415  the task calls this module

    return enqueue(task, drill.pk, by.pk, [part.pk for part in parts], size, by=by)


def print_cards(drill: Drill, pks: Sequence[int], *, size: int, by: Any, now: datetime) -> PrivateFile:
    """Draw them some sheets at a time and keep the document for a day, for whoever asked. Each has the code that is in
    force now: a second try prints the same."""
    found = drill.participations.select_related("user", "organisation").in_bulk(pks)
    parts = [found[pk] for pk in pks if pk in found]
    documents = []
    for start in range(0, len(parts), AT_ONCE):
        report_progress(start, len(parts))
        documents.append(cards_pdf(drill, parts[start : start + AT_ONCE], size=size))
    with override(settings.LANGUAGE_CODE):
        name = f"{file_prefix(drill)}{_('Role cards')}-{local(now):%Y%m%d-%H%M}.pdf"
    file = store_private(KIND, name, joined(documents), by=by, expires_at=now + KEPT, content_type="application/pdf")
    note_printed(drill, parts, by=by, now=now)
    report_progress(len(parts), len(parts))
    return file


def file_prefix(drill: Drill) -> str:
    return f"{drill.pk}-"


def print_one(part: Participation, *, by: Any, now: datetime) -> bytes:
    """At once, for somebody who stands there and waits."""
    note_printed(part.drill, [part], by=by, now=now)
    return cards_pdf(part.drill, [part], size=SIZES[0])


def note_printed(drill: Drill, parts: Sequence[Participation], *, by: Any, now: datetime) -> None:
    """Whoever holds cards can act as anybody on them."""
    log("drills.cards_printed", by=by, obj=drill, payload={"parts": [part.pk for part in parts]}, now=now)


def cards_pdf(drill: Drill, parts: Sequence[Participation], *, size: int) -> bytes:
    """To be cut, in the order given."""
    cards = [Card(part, field_link(part)) for part in parts]
    sheets = [cards[start : start + size] for start in range(0, len(cards), size)]
    return render_pdf("drills/field/cards_pdf.html", {"drill": drill, "sheets": sheets, "size": size})


def sheets_pdf(drill: Drill, parts: Sequence[Participation]) -> bytes:
    """A sign-in sheet for each team (or post): to sign, or to be scanned line by line by a controller's phone."""
    places: dict[str, list[Participation]] = {}
    for part in parts:
        places.setdefault(part.team or part.site or _("Without a team"), []).append(part)
    sheets = [
        {"place": place, "rows": [(part, sign_in_code(part)) for part in some[start : start + ROWS]]}
        for place, some in places.items()
        for start in range(0, len(some), ROWS)
    ]
    return render_pdf("drills/field/sheets_pdf.html", {"drill": drill, "sheets": sheets})
