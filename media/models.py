"""The shared library of published media. Photos of activities and drills never enter it: they are private files."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage
from wagtailmedia.models import AbstractMedia

from media import captions as webvtt


class Credit(models.Model):
    """Who made a thing, under which terms it may be shown, and where it came from."""

    class Licence(models.TextChoices):
        OWN = "own", _("Own work")
        PHOTOGRAPHED = "photographed", _("Photographed or filmed by us")
        DRAWN = "drawn", _("Drawn by us")
        PERMITTED = "permitted", _("Used with permission")
        PUBLIC_DOMAIN = "public_domain", _("Public domain")
        CC_BY = "cc_by", _("CC BY")
        OTHER = "other", _("Other, as written")

    class Seen(models.TextChoices):
        UNSAID = "", _("Not said")
        NOBODY = "nobody", _("Nobody can be recognised")
        AGREED = "agreed", _("People can be recognised and have agreed")

    author = models.CharField(_("author"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.OWN)
    origin = models.CharField(
        _("origin"), max_length=200, blank=True, help_text=_("Where it came from, if not made here")
    )
    licence_note = models.CharField(
        _("terms"), max_length=200, blank=True, help_text=_("For another licence: what it permits")
    )
    people_seen = models.CharField(_("people in it"), max_length=10, choices=Seen, default=Seen.UNSAID, blank=True)
    consent_note = models.CharField(
        _("consent"), max_length=200, blank=True, help_text=_("Who asked them, when, and where the paper is kept")
    )

    class Meta:
        abstract = True

    @property
    def credit(self) -> str:
        """The line below it; empty for what the house made itself and wants no name on."""
        ours = {self.Licence.OWN, self.Licence.PHOTOGRAPHED, self.Licence.DRAWN, self.Licence.PERMITTED}
        terms = self.licence_note if self.licence == self.Licence.OTHER else self.get_licence_display()  # type: ignore[attr-defined]
        return " · ".join(filter(None, [self.made_by(), self.origin, "" if self.licence in ours else str(terms)]))

    def made_by(self) -> str:
        if not self.author or self.author == settings.WAGTAIL_SITE_NAME:  # whose pages they are needs no saying
            return ""
        words = {self.Licence.PHOTOGRAPHED: _("Photo: %(name)s"), self.Licence.DRAWN: _("Drawing: %(name)s")}
        return str(words.get(self.Licence(self.licence), "%(name)s")) % {"name": self.author}


CREDIT_FIELDS = ("author", "licence", "licence_note", "origin", "people_seen", "consent_note")


class Image(Credit, AbstractImage):  # noqa: DJ008  told by its title in the abstract model
    # Wagtail's own unused Image and Document have taken the plain reverse names.
    tags = TaggableManager(_("tags"), blank=True, help_text=None, related_name="library_images")
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    admin_form_fields = (*WagtailImage.admin_form_fields, "caption", *CREDIT_FIELDS)

    class Meta(AbstractImage.Meta):
        default_related_name = "library_images"
        verbose_name = _("image")
        verbose_name_plural = _("images")


class Rendition(AbstractRendition):
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="media_rendition_unique")
        ]


class Document(Credit, AbstractDocument):  # noqa: DJ008  told by its title in the abstract model
    tags = TaggableManager(_("tags"), blank=True, help_text=None, related_name="library_documents")

    admin_form_fields = (*WagtailDocument.admin_form_fields, *CREDIT_FIELDS)

    class Meta(AbstractDocument.Meta):
        default_related_name = "library_documents"
        verbose_name = _("document")
        verbose_name_plural = _("documents")


def check_captions(file: Any) -> None:
    """WebVTT that a player can show, or a ValidationError that names the line."""
    try:
        file.open("rb")
        file.seek(0)
        webvtt.check(file.read(webvtt.LARGEST + 1))
    except webvtt.NotCaptions as fault:
        raise ValidationError(gettext(fault.words) % fault.told) from fault
    finally:
        file.seek(0)


class MediaFile(Credit, AbstractMedia):  # noqa: DJ008  told by its title in the abstract model
    """Audio or video. `duration` (seconds) and `thumbnail` come from the abstract model."""

    captions = models.FileField(_("captions (WebVTT)"), upload_to="captions", blank=True, validators=[check_captions])
    synthetic_voice = models.BooleanField(
        _("synthetic voice"), default=False, help_text=_("Shown to listeners as such")
    )

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "duration",
        "thumbnail",
        "captions",
        "synthetic_voice",
        *CREDIT_FIELDS,
        "tags",
    )

    class Meta:
        verbose_name = _("audio or video")
        verbose_name_plural = _("audio and video")


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, user: Any) -> "UploadQuerySet":
        return self.filter(owner=user)

    def current(self, at: datetime) -> "UploadQuerySet":
        return self.filter(expires_at__gt=at)

    def unfinished(self) -> "UploadQuerySet":
        """Takes room: still arriving, or not yet described."""
        return self.filter(state__in=[Upload.State.ARRIVING, Upload.State.ARRIVED])


class Upload(models.Model):
    """A file on its way into the library, in parts. Its bytes are private until it is described and kept."""

    class State(models.TextChoices):
        ARRIVING = "arriving", _("Being sent")
        ARRIVED = "arrived", _("Waits for its description")
        KEPT = "kept", _("Saved in the library")
        REFUSED = "refused", _("Not taken")

    class Kind(models.TextChoices):
        IMAGE = "image", _("Picture")
        VIDEO = "video", _("Film")
        AUDIO = "audio", _("Recording")
        DOCUMENT = "document", _("Document")
        CAPTIONS = "captions", _("Captions")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    received = models.PositiveBigIntegerField(_("bytes received"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ARRIVING)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)
    fault = models.TextField(_("why it was refused"), blank=True)
    image = models.ForeignKey(Image, models.SET_NULL, null=True, blank=True, related_name="+")
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")
    media = models.ForeignKey(MediaFile, models.SET_NULL, null=True, blank=True, related_name="uploads")
    started_at = models.DateTimeField(_("started at"))
    expires_at = models.DateTimeField(_("kept until"))

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="upload_not_beyond_its_size"),
            # Two tabs, or the same file chosen again after a power cut, go on with the one there is.
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=Q(state__in=["arriving", "arrived"]),
                name="upload_open_once",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="upload_expiry")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.ARRIVING_ROOT) / self.pk.hex

    @property
    def percent(self) -> int:
        return int(self.received * 100 // self.size) if self.size else 0

    @property
    def needs_alt(self) -> bool:
        return self.kind == self.Kind.IMAGE
