from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_TRIES = 5


class SignInCodeQuerySet(models.QuerySet["SignInCode"]):
    def open(self, at: datetime) -> "SignInCodeQuerySet":
        """Not used, not expired, not tried too often."""
        return self.filter(used_at__isnull=True, expires_at__gt=at, tries__lt=MAX_TRIES)


class SignInCode(models.Model):
    """A one-time way in: eight characters on a slip and a token in its QR code, kept as keyed hashes only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_in_codes")
    code_hash = models.CharField(max_length=64, db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("valid until"))
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SignInCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
