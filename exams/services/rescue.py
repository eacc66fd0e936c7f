"""Answers that no network would take, brought as a file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from exams.models import Candidate
from exams.services.sittings import OtherDevice, locked, save_answers
from exams.sitting_rules import MOST_SAVES, Forged, Save
from people.models import User
from records.services import log


class RescueMisfit(Exception):
    """The file is of another candidate, or its answers could not have come from this paper."""


@dataclass(frozen=True)
class TakenIn:
    """`verdicts` tells how many entries of the journal are new, by verdict; the others had been there before."""

    sent: int
    verdicts: Counter[str]


@transaction.atomic
def take_in_rescue(
    candidate: Candidate,
    sitting: int,
    saves: Mapping[int, Sequence[Save]],
    *,
    device: str,
    by: User,
    now: datetime,
) -> TakenIn:
    """Into the journal of the sitting, as if its device had sent them now: in time they count, afterwards they are late
    and wait for a decision. `saves` by epoch. Harmless again. Raises RescueMisfit, and then nothing is stored."""
    if not candidate.sittings.filter(pk=sitting).exists():
        raise RescueMisfit
    row = locked(sitting)
    last = row.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        for epoch, some in batches(saves):
            save_answers(sitting, some, device=device, epoch=epoch, now=now)
    except (Forged, OtherDevice):
        raise RescueMisfit from None
    verdicts = Counter(row.events.filter(pk__gt=last).order_by().values_list("verdict", flat=True))
    taken = TakenIn(sum(map(len, saves.values())), verdicts)
    payload = {"answers": taken.sent, **verdicts}
    log("exams.rescue_taken_in", by=by, obj=row, payload=payload, now=now)
    return taken


def batches(saves: Mapping[int, Sequence[Save]]) -> Iterator[tuple[int, Sequence[Save]]]:
    for epoch, all_of_it in saves.items():
        for start in range(0, len(all_of_it), MOST_SAVES):
            yield epoch, all_of_it[start : start + MOST_SAVES]
