"""Reads of certificates worth a name."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from exams import certificate_rules as rules
from exams import numbering
from exams.models import Certificate
from people.rules import normal_code
from records.models import Job
from ui.clock import local_day


def own_certificates(user: Any) -> QuerySet[Certificate]:
    return Certificate.objects.filter(user=user).select_related("issuer")


def certificate_rows(user: Any, *, q: str = "", kind: str = "", state: str = "", at: datetime) -> QuerySet[Certificate]:
    """The certificates in scope that fit the filter. `q` is a person, an organisation, a number or the last
    four of an identity number."""
    rows = Certificate.objects.visible_to(user, at).select_related("organisation", "issuer")
    if q:
        words = Q(full_name__icontains=q) | Q(organisation__name__icontains=q)
        rows = rows.filter(words | Q(number=numbering.normal_number(q)) | Q(user__identity_tail=normal_code(q)))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(in_state(state, at)) if state else rows


def in_state(state: str, at: datetime) -> Q:
    """The queryset twin of `Certificate.state`."""
    over = Q(valid_until__lt=local_day(at))
    alive = Q(revoked_at__isnull=True)
    return {
        rules.REVOKED: Q(revoked_at__isnull=False),
        rules.EXPIRED: alive & over,
        rules.VALID: alive & (Q(valid_until__isnull=True) | ~over),
    }[state]


def find_certificate(number: str, name: str) -> Certificate | None:
    """Number and name must both be right; a wrong name takes as long as a number that nobody has."""
    rows = Certificate.objects.select_related("organisation", "issuer", "user", "pdf", "png")
    found = rows.filter(number=numbering.normal_number(number)).first()
    right = rules.same_name(name, found.full_name if found else "")
    return found if right and found else None


def rendering_failed(certificate: Certificate) -> bool:
    """The files could not be made; whoever looks after jobs sees why."""
    return Job.objects.filter(key=f"exams.certificate:{certificate.pk}", state=Job.State.FAILED).exists()
