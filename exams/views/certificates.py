from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exams.forms.certificates import CertificateFilter, CertificateSearch, RevokeForm
from exams.models import Certificate
from exams.permissions import can_revoke_certificate
from exams.queries import certificates as queries
from exams.services import certificate_files, certificates
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office
from records.services import log
from ui.http import file_response

PER_PAGE = 25


def find(request: SignedIn, pk: int) -> Certificate:
    rows = Certificate.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("user", "organisation", "issuer", "pdf", "png", "revoked_by"), pk=pk)


@login_required
def my_certificates(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    page = Paginator(queries.own_certificates(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(certificate, certificate.state(now)) for certificate in page.object_list]
    return render(request, "exams/certificate_own.html", {"rows": rows, "page": page})


@only_for(has_office)
@never_cache
def certificate_list(request: SignedIn) -> HttpResponse:
    """The filter stands in the address; a search for a person arrives by POST, so that no name enters one."""
    now = timezone.now()
    form, search = CertificateFilter(request.GET), CertificateSearch(posted(request))
    filters = form.filters()
    q = search.words()
    found = Paginator(queries.certificate_rows(request.user, q=q, **filters, at=now), PER_PAGE)
    page = found.get_page(1 if q else request.GET.get("page"))
    rows = [(certificate, certificate.state(now)) for certificate in page.object_list]
    context = {"form": form, "search": search, "q": q, "rows": rows, "page": page, "filtered": any(filters.values())}
    return render(request, "exams/certificate_list.html", context)


@login_required
@never_cache
def certificate_detail(request: SignedIn, pk: int) -> HttpResponse:
    certificate = find(request, pk)
    may_revoke = can_revoke_certificate(request.user, certificate) and certificate.revoked_at is None
    return render(
        request,
        "exams/certificate_detail.html",
        {
            "certificate": certificate,
            "content": certificate.content,
            "state": certificate.state(timezone.now()),
            "intact": certificate.is_intact(),
            "own": certificate.user_id == request.user.pk,
            "in_office": has_office(request.user),
            "may_revoke": may_revoke,
            "failed": certificate.pdf is None and queries.rendering_failed(certificate),
            "verify_url": certificate_files.verify_url(certificate),
        },
    )


@login_required
@never_cache
@require_safe
def certificate_file(request: SignedIn, pk: int, name: str) -> HttpResponseBase:
    """The file as it was made; before that, a page that says so. Who opens another person's is recorded."""
    certificate = find(request, pk)
    file = certificate_files.file_of(certificate, name)
    if file is None:
        context = {"certificate": certificate, "failed": queries.rendering_failed(certificate)}
        return render(request, "exams/certificate_pending.html", context)
    if not file.absolute.is_file():
        raise Http404
    if certificate.user_id != request.user.pk:
        log("records.file_read", by=request.user, obj=file, now=timezone.now())
    save_as = f"{certificate.content['title']}-{certificate.number}.{name}" if "save" in request.GET else ""
    return file_response(request, file.absolute, content_type=file.content_type, download_as=save_as)


@only_for(has_office)
def certificate_revoke(request: SignedIn, pk: int) -> HttpResponse:
    certificate = find(request, pk)
    if not can_revoke_certificate(request.user, certificate):
        raise Http404
    form = RevokeForm(posted(request))
    if form.is_bound and form.is_valid():
        return revoke(request, certificate, form.cleaned_data["reason"])
    return render(request, "exams/certificate_revoke.html", {"certificate": certificate, "form": form})


def revoke(request: SignedIn, certificate: Certificate, reason: str) -> HttpResponse:
    try:
        done = certificates.revoke_certificate(certificate, reason=reason, by=request.user, now=timezone.now())
    except certificates.NotIntact:
        messages.error(request, _("This record was changed outside the product. Tell the system administrator first."))
        return redirect("exams:certificate_detail", certificate.pk)
    if done:
        messages.success(request, _("The certificate is revoked; whoever checks it is told at once."))
    else:
        messages.warning(request, _("This certificate had been revoked already."))
    return redirect("exams:certificate_detail", certificate.pk)
