"""The public page on which anybody checks a certificate: no account, no script, nothing personal in an address."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from exams import certificate_rules as rules
from exams import numbering
from exams.forms.certificates import CompareForm, VerifyForm
from exams.models import Certificate
from exams.queries.certificates import find_certificate
from exams.services.certificate_files import CODE_SHOWN
from people.rules import mask_name
from records import trail
from records.services import hit

TRIES, WINDOW = 30, timedelta(minutes=15)  # a whole office behind one address checks a folder of papers


@never_cache
@sensitive_post_parameters("number", "name")
def verify(request: HttpRequest) -> HttpResponse:
    """A right number with a wrong name is answered like a number that nobody has, to the byte."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, "exams/verify.html", {"form": form})
    tried = hit(f"verify:{trail.current.get().address}", limit=TRIES, window=WINDOW, now=timezone.now())
    if not tried.allowed:
        return render(request, "exams/verify.html", {"form": VerifyForm(), "too_often": True}, status=429)
    unknown = False
    if form.is_valid():
        found = find_certificate(form.cleaned_data["number"], form.cleaned_data["name"])
        if found:
            return redirect("exams:verify_token", found.token)
        unknown = True
    return render(request, "exams/verify.html", {"form": form, "unknown": unknown})


@never_cache
def verify_token(request: HttpRequest, token: str) -> HttpResponse:
    rows = Certificate.objects.select_related("pdf", "png", "user")
    certificate = rows.filter(token=token).first()
    if certificate is None:
        return render(request, "exams/verify_unknown.html", status=404)
    if not certificate.is_intact():
        return render(request, "exams/verify_broken.html", {"number": certificate.number})
    form = CompareForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    same = agrees(certificate, form) if form.is_bound and form.is_valid() else None
    return render(request, "exams/verify_result.html", shown(certificate) | {"form": form, "same": same})


def shown(certificate: Certificate) -> dict[str, Any]:
    content, now = certificate.content, timezone.now()
    return {
        "certificate": certificate,
        "content": content,
        "state": certificate.state(now),
        "checked_at": now,
        "name": mask_name(certificate.full_name),
        "tail": content["identity"][-4:],
        "groups": numbering.grouped(certificate.number),
        "code": certificate.content_hash[:CODE_SHOWN],
    }


def agrees(certificate: Certificate, form: CompareForm) -> bool:
    """Whatever was given must be as issued: the file to the byte, the code character by character."""
    file, code = form.cleaned_data.get("file"), form.cleaned_data.get("code")
    answers = []
    if file:
        digest = sha256(b"".join(file.chunks())).hexdigest()
        answers.append(digest in {kept.sha256 for kept in (certificate.pdf, certificate.png) if kept})
    if code:
        answers.append(rules.same_code(code, certificate.content_hash, CODE_SHOWN))
    return all(answers)
