import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PrivateFileQuerySet(models.QuerySet["PrivateFile"]):
    def current(self, at: datetime) -> "PrivateFileQuerySet":
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))

    def expired(self, at: datetime) -> "PrivateFileQuerySet":
        return self.filter(expires_at__lte=at)


class PrivateFile(models.Model):
    """A scan, roster, photo or PDF without a URL: read only through a view that asks the kind's rule."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind of file"), max_length=100)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("path below the private folder"), max_length=200, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = PrivateFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("private file")
        verbose_name_plural = _("private files")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="file_expiry")]

    def __str__(self) -> str:
        return self.name

    @property
    def absolute(self) -> Path:
        return Path(settings.PRIVATE_ROOT) / self.path

    def open(self) -> Any:
        return self.absolute.open("rb")
