"""What was issued is kept as it was: never rendered again from today's template or today's name."""

import hmac
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams import certificate_rules as rules
from exams import numbering
from people.models import Organisation
from people.scopes import scope_of
from records.crypto import seal_key
from records.models import PrivateFile
from ui.clock import local_day


class CertificateIssuer(models.Model):
    """Who issues: an organisation for its own people, or the bureau (no organisation) for its own programmes. The row
    is made with the first certificate; its three characters never change and go to nobody else in the division."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    region = models.CharField(_("division code"), max_length=6)
    code = models.CharField(_("issuer code"), max_length=3)
    pattern = models.CharField(_("pattern of the numbers"), max_length=100, default=numbering.PATTERN)

    class Meta:
        verbose_name = _("issuer of certificates")
        verbose_name_plural = _("issuers of certificates")
        ordering = ["region", "code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="issuer_code_once_in_a_division"),
            # NULLs are distinct: the bureau needs a constraint of its own to be one.
            models.UniqueConstraint(
                fields=["region"], condition=Q(organisation__isnull=True), name="one_bureau_issues_in_a_division"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}{self.code}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any, at: Any = None) -> "CertificateQuerySet":
        """One's own, and those of the people trained at an organisation in scope."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user, at)
        return self.all() if scope.everything else self.filter(Q(user=user) | scope.organisations_q("organisation__"))


class Certificate(models.Model):
    """Issued once for one reason (`source`), with a gapless number. States are told by `revoked_at` and `valid_until`;
    it does not take the place of a qualification certificate or a special-operations certificate."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training certificate")
        STUDY = "study", _("Proof of study")
        MOCK = "mock", _("Proof of study (mock exam)")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    number = models.CharField(_("number"), max_length=40, unique=True)
    token = models.CharField(max_length=40, unique=True, help_text="what the QR code carries")
    source = models.CharField(max_length=100, unique=True, help_text="what it was issued for: learning.enrolment:12")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="certificates", verbose_name=_("organisation")
    )
    issuer = models.ForeignKey(
        CertificateIssuer, models.PROTECT, related_name="certificates", verbose_name=_("issuing organisation")
    )
    full_name = models.CharField(_("name"), max_length=60, help_text="as printed")
    content = models.JSONField(help_text="everything that is printed, as it was printed")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON of number and content")
    seal = models.CharField(max_length=64, help_text="HMAC of everything that must not change unseen")
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("Empty: no term"))
    pdf = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    png = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""), name="revoked_certificate_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def state(self, at: datetime) -> str:
        return rules.state(valid_until=self.valid_until, revoked=self.revoked_at is not None, on=local_day(at))

    def hash_of_content(self) -> str:
        return rules.content_hash(self.number, self.content)

    def make_seal(self) -> str:
        """Files are left out: they are made later, and their own hashes stand in the log."""
        facts = {
            name: getattr(self, name)
            for name in ("number", "token", "source", "kind", "full_name", "content_hash", "revoke_reason")
        }
        people = {
            name: getattr(self, f"{name}_id") for name in ("user", "organisation", "issuer", "issued_by", "revoked_by")
        }
        until = self.valid_until.isoformat() if self.valid_until else ""
        times = {"issued_at": rules.stamp(self.issued_at), "revoked_at": rules.stamp(self.revoked_at), "until": until}
        return rules.seal(seal_key("exams.certificate"), facts | people | times)

    def is_intact(self) -> bool:
        """Nobody changed the row but the product."""
        whole = hmac.compare_digest(self.hash_of_content(), self.content_hash)
        return whole and hmac.compare_digest(self.make_seal(), self.seal)
