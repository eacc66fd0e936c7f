"""How a phone comes to trust the certificate of this installation: needed where `make run` serves HTTPS by itself."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from records.tls import own_address

NAME = "drill-phones.crt"  # Android's installer looks at the ending


def authority_file() -> Path | None:
    """The one file in that folder that is for everybody; none where a proxy or a public authority does the work."""
    path = Path(settings.VAR_DIR) / "tls" / "authority.pem"
    return path if own_address(settings.PUBLIC_URL) and path.is_file() else None


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    path = authority_file()
    found = x509.load_pem_x509_certificate(path.read_bytes()) if path else None
    context = {"found": found, "print": fingerprint(found) if found else "", "address": settings.PUBLIC_URL}
    return render(request, "drills/field/trust.html", context)


def fingerprint(certificate: x509.Certificate) -> str:
    """As phones show it: pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(" ").upper()


@require_safe
@never_cache
def authority(request: HttpRequest) -> HttpResponse:
    path = authority_file()
    if path is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return HttpResponse(path.read_bytes(), content_type="application/x-x509-ca-cert", headers=headers)
