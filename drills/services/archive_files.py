"""归档: everything of a drill in one package, and the drill is at its end."""

import json
import tempfile
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from drills.models import ArchivePackage, Drill, DrillReport
from drills.packing import pack
from drills.queries.actions import open_things
from drills.queries.archive_content import about, entries_of
from drills.services.report_files import LANGUAGE
from drills.services.states import move
from records.services import log, report_progress, store_private

FILES = "drills.archive"
FILED_FROM = (Drill.State.CLOSED, Drill.State.ABORTED)


def can_be_filed(drill: Drill) -> bool:
    """Or filed anew, with what came after the last package."""
    return drill.state in (*FILED_FROM, Drill.State.ARCHIVED)


def what_is_missing(drill: Drill) -> list[str]:
    """Empty where it can be filed."""
    if not can_be_filed(drill):
        return [_("The drill has to be closed first.")]
    problems = []
    if drill.state == Drill.State.ABORTED and open_things(drill):
        problems.append(_("Corrective actions are still open."))
    if drill.reports.filter(state=DrillReport.State.FROZEN, pdf__isnull=True).exists():
        problems.append(_("The files of a report are still being made."))
    return problems


def make_archive(drill: Drill, *, by: Any, now: datetime) -> ArchivePackage | None:
    """Pack outside of any transaction, keep in one. None where the drill is not (or no longer) at the point."""
    if what_is_missing(drill):
        return None
    with tempfile.TemporaryFile() as target, override(LANGUAGE):
        entries = list(entries_of(drill))
        manifest = pack(target, entries, about(drill), lambda done, path: report_progress(done, len(entries) + 1, path))
        target.seek(0)
        return keep(drill, File(target), manifest, by=by, now=now)


@transaction.atomic
def keep(drill: Drill, content: File, manifest: bytes, *, by: Any, now: datetime) -> ArchivePackage:
    there = Drill.objects.select_for_update().get(pk=drill.pk)
    digest = sha256(manifest).hexdigest()
    same = there.archives.filter(manifest_hash=digest).first()
    if same is not None:
        return same  # nothing has changed since: the package there is says the same
    name = f"{drill.marked_title}{drill.number}.zip"
    file = store_private(FILES, name, content, by=by, content_type="application/zip")
    package = ArchivePackage.objects.create(
        drill=there, file=file, manifest=json.loads(manifest), manifest_hash=digest, made_at=now, made_by=by
    )
    log("drills.archive_made", by=by, obj=there, payload={"manifest": digest, "zip": file.sha256}, now=now)
    if there.state in FILED_FROM:
        move(there, Drill.State.ARCHIVED, by=by, now=now, action="drills.drill_archived")
    return package
