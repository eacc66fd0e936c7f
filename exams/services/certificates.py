"""Certificates are issued once for one reason, with a gapless number, and may be revoked; nothing else changes them."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from exams import certificate_rules as rules
from exams import numbering
from exams.models import Certificate, CertificateIssuer
from exams.registry import bureau_name
from people.models import Division, Organisation, User
from people.rules import mask_identity
from people.services.identity import read_identity
from records.services import enqueue, log, next_number
from ui.clock import local_day

TOKEN_BYTES = 16  # 128 bits: what a QR code carries can't be guessed
PRINTED_IN = "zh-hans"


@dataclass(frozen=True)
class CertificateContent:
    """Everything that is printed, as it stands on the day of issue. `source` names the one reason for it
    ("learning.enrolment:12"). `issuer` is the organisation that trained; None is the bureau, for its own programmes
    only. Where an authority assesses, `kind` may only be MOCK. What does not apply is left out and not printed."""

    source: str
    kind: str
    user: User
    organisation: Organisation
    programme: str
    issuer: Organisation | None
    category: str = ""
    required_hours: Decimal | None = None
    earned_hours: Decimal | None = None
    score: int | None = None
    pass_mark: int | None = None
    total_points: int | None = None
    mode: str = ""
    rule_note: str = ""
    valid_until: date | None = None


class NotIntact(Exception):
    """The row is not as the product wrote it: nothing may be added to it before somebody has looked."""


# ── Issue ────────────────────────────────────────────────────────────────────
def issue_certificate(content: CertificateContent, *, by: Any, now: datetime) -> Certificate:
    """The certificate for this source: the one there already is, or a new one whose pictures a job then makes.

    Its number is made by the issuer's pattern (`exams.numbering.PATTERN` unless the issuer keeps another): division 6,
    issuer 3, year 4, kind 2, running number 6, check 1. The running number has no gap within issuer and year, because
    a rollback gives it back; others wait for that long."""
    found = Certificate.objects.filter(source=content.source).first()
    if found:
        return found
    with transaction.atomic():
        issuer = issuer_for(content.issuer)
        try:
            with transaction.atomic():
                return write(content, issuer, by=by, now=now)
        except IntegrityError:  # somebody was quicker: the savepoint gave our number back
            return Certificate.objects.get(source=content.source)


def write(content: CertificateContent, issuer: CertificateIssuer, *, by: Any, now: datetime) -> Certificate:
    from exams.tasks import render_certificate  # noqa: PLC0415  the task calls services in its turn

    day = local_day(now)
    certificate = Certificate(
        kind=content.kind,
        number=number_for(issuer, content.kind, day.year),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        source=content.source,
        user=content.user,
        organisation=content.organisation,
        issuer=issuer,
        full_name=content.user.full_name,
        content=printed(content, day),
        issued_at=now,
        issued_by=by if by is not None and by.is_authenticated else None,
        valid_until=content.valid_until,
    )
    certificate.content_hash = certificate.hash_of_content()
    certificate.seal = certificate.make_seal()
    certificate.save(force_insert=True)
    payload = {"number": certificate.number, "source": content.source, "content": certificate.content_hash}
    log("exams.certificate_issued", by=by, obj=certificate, payload=payload, now=now)
    enqueue(render_certificate, certificate.pk, key=f"exams.certificate:{certificate.pk}", by=by)
    return certificate


def number_for(issuer: CertificateIssuer, kind: str, year: int) -> str:
    return numbering.compose(
        issuer.pattern,
        region=issuer.region,
        issuer=issuer.code,
        year=year,
        category=numbering.CATEGORIES[kind],
        serial=next_number(f"certificates {issuer} {year}"),
    )


def printed(content: CertificateContent, day: date) -> dict[str, Any]:
    """In Chinese whatever language the page has that led here, and never looked up again."""
    with override(PRINTED_IN):
        return {
            "title": str(Certificate.Kind(content.kind).label),
            "name": content.user.full_name,
            "identity": mask_identity(read_identity(content.user)),
            "organisation": content.organisation.name,
            "programme": content.programme,
            "category": content.category,
            "required_hours": rules.hours_text(content.required_hours),
            "earned_hours": rules.hours_text(content.earned_hours),
            "score": content.score,
            "pass_mark": content.pass_mark,
            "total_points": content.total_points,
            "mode": content.mode,
            "rule_note": content.rule_note,
            "issuer": issuer_name(content.issuer),
            "issued_on": day.isoformat(),
            "valid_until": content.valid_until.isoformat() if content.valid_until else "",
            "statement": str(
                _(
                    "This paper does not take the place of a safety qualification certificate or a "
                    "special-operations certificate."
                )
            ),
        }


def issuer_name(organisation: Organisation | None) -> str:
    name = organisation.name if organisation else bureau_name()
    if not name:
        raise ImproperlyConfigured("the bureau has no name yet: an editor enters it in the masthead")
    return name


def issuer_for(organisation: Organisation | None) -> CertificateIssuer:
    """The issuer's row, made with its first certificate."""
    found = CertificateIssuer.objects.filter(organisation=organisation).first()
    if found:
        return found
    region = region_of(organisation)
    try:
        with transaction.atomic():
            code = numbering.issuer_code(next_number(f"certificate issuers {region}"))
            return CertificateIssuer.objects.create(organisation=organisation, region=region, code=code)
    except IntegrityError:
        return CertificateIssuer.objects.get(organisation=organisation)


def region_of(organisation: Organisation | None) -> str:
    if organisation is not None:
        return organisation.division.code[:6]
    county = Division.objects.filter(level=Division.Level.COUNTY).first()
    if county is None:
        raise ImproperlyConfigured("the bureau issues for its county, and no division is a county yet")
    return county.code[:6]


# ── Revoke ───────────────────────────────────────────────────────────────────
@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: str, by: User, now: datetime) -> bool:
    """False when it has been revoked already. The paper stays as it is; whoever checks it is told."""
    if not certificate.is_intact():
        raise NotIntact
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = now, by, reason
    fields = {name: getattr(certificate, name) for name in ("revoked_at", "revoked_by", "revoke_reason")}
    open_row = Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=True, seal=certificate.seal)
    certificate.seal = certificate.make_seal()
    if not open_row.update(**fields, seal=certificate.seal):
        return False
    payload = {"number": certificate.number, "reason": reason}
    log("exams.certificate_revoked", by=by, obj=certificate, payload=payload, now=now)
    return True
