"""本村避险卡: where to go, by which way, at which signal, and whom to call, village by village."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Division


class VillageCard(models.Model):
    """What the people of one village must know before the water comes. Who checked it on the spot, and when, stands
    on the card: an old card is worse than none."""

    division = models.OneToOneField(Division, models.PROTECT, related_name="+", verbose_name=_("village"))
    dangers = models.CharField(
        _("dangers"), max_length=120, help_text=_("Which places, which hazards, e.g. the gully east of the school")
    )
    signal = models.CharField(
        _("signal to leave"), max_length=120, help_text=_("How it sounds: gong, hand siren, loudspeaker")
    )
    route = models.CharField(
        pgettext_lazy("village card", "Way"), max_length=200, help_text=_("From where, along what, not through what")
    )
    shelter = models.CharField(_("shelter"), max_length=120)
    helpers = models.CharField(
        _("who helps whom"), max_length=200, blank=True, help_text=_("Groups, not names of those who need help")
    )
    duty_phone = models.CharField(_("duty phone"), max_length=30)
    checked_on = models.DateField(_("checked on the spot on"))
    changed_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed"))
    public = models.BooleanField(_("public"), default=True)

    class Meta:
        verbose_name = _("village card")
        verbose_name_plural = _("village cards")
        ordering = ["division__path"]

    def __str__(self) -> str:
        return self.division.name
