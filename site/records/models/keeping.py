from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """The last number given out in a gapless series."""

    name = models.CharField(_("name"), max_length=100, primary_key=True)
    last = models.PositiveBigIntegerField(_("last number"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class RateCounter(models.Model):
    """How often something was tried since the window began; whose it is, is a keyed hash."""

    subject = models.CharField(_("subject (hash)"), max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("count"))
    resets_at = models.DateTimeField(_("counts anew from"), db_index=True)

    class Meta:
        verbose_name = _("rate counter")
        verbose_name_plural = _("rate counters")

    def __str__(self) -> str:
        return f"{self.count} until {self.resets_at:%H:%M:%S}"


class StarterItem(models.Model):
    """What was shipped and what was written for one piece of starter content, by hash."""

    key = models.CharField(_("name"), max_length=200, primary_key=True)
    shipped_hash = models.CharField(_("hash of what was shipped"), max_length=64)
    written_hash = models.CharField(_("hash of what was written"), max_length=64)

    class Meta:
        verbose_name = _("starter item")
        verbose_name_plural = _("starter items")

    def __str__(self) -> str:
        return self.key
