from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records import registry, rules
from records.errors import AppendOnly


class EvidenceQuerySet(models.QuerySet):
    """Rows are added; the two doors through which a row may change are named methods."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} rows are never deleted")


class AuditEntryQuerySet(EvidenceQuerySet):
    def visible_to(self, user: Any) -> "AuditEntryQuerySet":
        return self if user.has_perm("records.view_auditentry") else self.none()

    def unsealed(self) -> "AuditEntryQuerySet":
        return self.filter(seal__isnull=True)

    def put_under(self, seal: "AuditSeal") -> int:
        return models.QuerySet.update(self.unsealed(), seal=seal)

    def erase(self, now: datetime) -> int:
        """What the law lets a person have erased; the seal vouches for the rest and stays whole."""
        kept = self.filter(erased_at__isnull=True)
        return models.QuerySet.update(kept, object_label="", payload=None, ip=None, erased_at=now)


class Evidence(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{type(self).__name__} rows are never deleted")


class AuditSeal(Evidence):
    """One block of the log. Each seal covers the digest of the one before it: none can be taken out unseen."""

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    sealed_at = models.DateTimeField(_("sealed at"))
    count = models.PositiveIntegerField(_("number of entries"))
    first_id = models.BigIntegerField(_("first entry"))
    last_id = models.BigIntegerField(_("last entry"))
    digest = models.CharField(_("digest"), max_length=64)
    fingerprints = models.BinaryField(_("fingerprints of the entries"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1, count__gte=1), name="seal_not_empty"),
            models.CheckConstraint(condition=Q(last_id__gte=models.F("first_id")), name="seal_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class AuditEntry(Evidence):
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    action = models.CharField(_("action"), max_length=100)
    object_type = models.CharField(_("kind of object"), max_length=100, blank=True)
    object_id = models.CharField(_("object number"), max_length=64, blank=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    payload = models.JSONField(_("details"), null=True, blank=True, encoder=DjangoJSONEncoder)
    payload_hash = models.CharField(_("hash of the details"), max_length=64)
    request_id = models.CharField(_("request number"), max_length=64, blank=True)
    ip = models.GenericIPAddressField(_("network address (masked)"), null=True, blank=True)
    erased_at = models.DateTimeField(_("details erased at"), null=True, blank=True)
    seal = models.ForeignKey(
        AuditSeal, verbose_name=_("seal"), on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(seal__isnull=True), name="audit_unsealed"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"

    @property
    def action_label(self) -> str:
        return str(registry.audit_actions.label(self.action))

    @property
    def details(self) -> list[tuple[str, Any]]:
        """The payload for people: a mapping's pairs; anything else without a name."""
        return list(self.payload.items()) if isinstance(self.payload, dict) else [("", self.payload)]

    @property
    def object_number(self) -> str:
        """What people can say aloud; the long keys of files are for machines."""
        return self.object_id if self.object_id.isdigit() else ""

    @property
    def line(self) -> rules.Line:
        return rules.Line(
            self.pk,
            self.at,
            self.actor_id,
            self.action,
            self.object_type,
            self.object_id,
            self.request_id,
            self.payload_hash,
        )

    @property
    def erasable(self) -> dict[str, Any]:
        """What `payload_hash` vouches for."""
        return {"label": self.object_label, "payload": self.payload, "ip": self.ip}
