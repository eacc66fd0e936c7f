"""Papers of a drill that people bring: photos, sign-in sheets, the signed report."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from drills.models import Drill, DrillFile
from drills.plan_papers import Paper
from records.services import log, store_private

FILES = "drills.paper"
MOST = 300


class TooMany(Exception):
    """More files than a drill may have."""


@transaction.atomic
def add_papers(
    drill: Drill, papers: Sequence[Paper], *, kind: str, caption: str = "", by: Any, now: datetime
) -> list[DrillFile]:
    """Those that are not there yet: the same file twice is one paper."""
    drill = Drill.objects.select_for_update().get(pk=drill.pk)
    known = set(drill.files.values_list("file__sha256", flat=True))
    new = {digest: paper for paper in papers if (digest := sha256(paper.content).hexdigest()) not in known}
    if len(known) + len(new) > MOST:
        raise TooMany
    return [add(drill, paper, kind=kind, caption=caption, by=by, now=now) for paper in new.values()]


def add(drill: Drill, paper: Paper, *, kind: str, caption: str, by: Any, now: datetime) -> DrillFile:
    file = store_private(FILES, paper.name, paper.content, by=by, content_type=paper.content_type)
    row = DrillFile.objects.create(drill=drill, file=file, kind=kind, caption=caption, added_by=by, added_at=now)
    log("drills.paper_added", by=by, obj=drill, payload={"kind": kind, "sha256": file.sha256}, now=now)
    return row
