from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from people import scopes
from people.models.periods import ends_after_it_starts, on_day


class Bilingual:
    """A Chinese name that always exists and an English one that may."""

    name: Any
    name_en: Any

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        english = (get_language() or "").startswith("en")
        return (english and self.name_en) or self.name


class DivisionQuerySet(MP_NodeQuerySet):
    def active(self, at: Any = None) -> "DivisionQuerySet":
        return self.filter(on_day(at))

    def under(self, division: "Division") -> "DivisionQuerySet":
        """The division itself and all below it."""
        return self.filter(path__startswith=division.path)

    def visible_to(self, user: Any, at: Any = None) -> "DivisionQuerySet":
        """The subtrees of the scope, and the divisions of single organisations in it."""
        scope = scopes.scope_of(user, at)
        if scope.everything:
            return self.all()
        seats = Q(organisations__pk__in=scope.organisations) | Q(organisations__sector__in=scope.sectors)
        return self.filter(pk__in=Division.objects.filter(seats | scope.divisions_q()).order_by().values("pk"))


DivisionManagerBase: Any = MP_NodeManager.from_queryset(DivisionQuerySet)


class DivisionManager(DivisionManagerBase):
    def get_queryset(self) -> DivisionQuerySet:
        return DivisionQuerySet(self.model, using=self._db).order_by("path")


class Division(Bilingual, MP_Node):
    class Level(models.TextChoices):
        COUNTY = "county", _("County")
        TOWNSHIP = "township", _("Township or subdistrict")
        VILLAGE = "village", _("Village or community")
        GRID = "grid", _("Grid")

    code = models.CharField(_("code"), max_length=15, unique=True, help_text=_("6, 9, 12 or 15 digits"))
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = DivisionManager()

    class Meta:
        verbose_name = _("administrative division")
        verbose_name_plural = _("administrative divisions")
        constraints = [
            models.CheckConstraint(condition=ends_after_it_starts(), name="division_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name


class Sector(Bilingual, models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name
