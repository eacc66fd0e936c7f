"""The files of a final report, made once from what was frozen and kept."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from drills.exporters.report_docx import report_docx
from drills.exporters.report_pdf import report_pdf
from drills.models import DrillReport
from drills.plan_papers import CONTENT_TYPES, DOCX, PDF
from drills.report_paper import paper
from records.models import PrivateFile
from records.services import log, report_progress, store_private

FILES = "drills.report"
LANGUAGE = "zh-hans"  # of the paper, whatever language the page of its writer has


def render_report(report: DrillReport, *, now: datetime) -> bool:
    """False where the files are there already: a second run makes nothing anew."""
    if report.state != DrillReport.State.FROZEN or report.pdf_id is not None:
        return False
    with override(LANGUAGE):
        printed = paper(report.data, data_hash=report.data_hash)
        report_progress(0, 3, _("Word file"))
        word = report_docx(printed, made_at=report.frozen_at or now)
        report_progress(1, 3, "PDF")
        pdf = report_pdf(printed)
        report_progress(2, 3, _("Keeping the files"))
    return keep(report, f"{printed.drill}{printed.title}V{report.version}", {PDF: pdf, DOCX: word}, now=now)


@transaction.atomic
def keep(report: DrillReport, name: str, contents: dict[str, bytes], *, now: datetime) -> bool:
    files: dict[str, PrivateFile] = {
        kind: store_private(FILES, f"{name}.{kind}", content, by=None, content_type=CONTENT_TYPES[kind])
        for kind, content in contents.items()
    }
    if not DrillReport.objects.filter(pk=report.pk, pdf__isnull=True).update(**files):
        transaction.set_rollback(True)  # another worker was quicker: its files stand, ours are swept away
        return False
    log("drills.report_rendered", obj=report, payload={kind: file.sha256 for kind, file in files.items()}, now=now)
    return True
