"""The paper and the picture of a certificate, made once from what was frozen and kept."""

import io
import threading
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from exams import certificate_rules as rules
from exams import numbering
from exams.models import Certificate
from records.models import PrivateFile
from records.services import log, store_private
from ui.pdf import render_pdf, require_characters

KIND = "exams.certificate"
PIXELS_WIDE = 1240  # A4 at 150 dots an inch: sharp on a phone, small enough to send
CODE_SHOWN = 16  # hexadecimal characters of the content's hash on the paper
one_at_a_time = threading.Lock()  # PDFium is not made for threads


def render_certificate(certificate: Certificate, *, now: datetime) -> bool:
    """False when the files are there already: a second run makes nothing anew."""
    if certificate.pdf_id is not None:
        return False
    pdf = draw(certificate)
    png = picture(pdf)
    return keep(certificate, pdf, png, now=now)


def draw(certificate: Certificate) -> bytes:
    require_characters("".join(str(value) for value in certificate.content.values()))
    return render_pdf("exams/certificate_paper.html", paper(certificate))


def paper(certificate: Certificate) -> dict[str, Any]:
    content = certificate.content
    until = content["valid_until"]
    return {
        "number": certificate.number,
        "groups": numbering.grouped(certificate.number),
        "content": content,
        "kind": certificate.kind,
        "issued_on": rules.chinese_day(date.fromisoformat(content["issued_on"])),
        "valid_until": rules.plain_day(date.fromisoformat(until)) if until else "",
        "code": certificate.content_hash[:CODE_SHOWN],
        "verify_url": verify_url(certificate),
        "address": verify_address(),
    }


def verify_url(certificate: Certificate) -> str:
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL + reverse("exams:verify_token", args=[certificate.token])


def verify_address() -> str:
    """To be typed from paper."""
    with override(settings.LANGUAGE_CODE):
        return settings.PUBLIC_URL.partition("//")[2] + reverse("exams:verify")


def picture(pdf: bytes) -> bytes:
    """The first page as a PNG of 256 colours: a fraction of the size, and nobody sees the difference."""
    import pypdfium2  # noqa: PLC0415  only workers need it
    from PIL import Image  # noqa: PLC0415

    with one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            image = page.render(scale=PIXELS_WIDE / page.get_width()).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG")  # optimising takes thrice the time
    return out.getvalue()


@transaction.atomic
def keep(certificate: Certificate, pdf: bytes, png: bytes, *, now: datetime) -> bool:
    files = {
        name: store_private(KIND, f"{certificate.number}.{name}", content, by=None, content_type=kind)
        for name, content, kind in (("pdf", pdf, "application/pdf"), ("png", png, "image/png"))
    }
    if not Certificate.objects.filter(pk=certificate.pk, pdf__isnull=True).update(**files):
        transaction.set_rollback(True)  # another worker was quicker: its files stand, ours are swept away
        return False
    certificate.pdf, certificate.png = files["pdf"], files["png"]
    payload = {name: file.sha256 for name, file in files.items()}
    log("exams.certificate_rendered", obj=certificate, payload=payload, now=now)
    return True


def file_of(certificate: Certificate, name: str) -> PrivateFile | None:
    return certificate.pdf if name == "pdf" else certificate.png
