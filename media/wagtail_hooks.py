"""The way from the editor's admin to the page where many files come in at once."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from media.permissions import adds_media


class BulkUpload(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return adds_media(request.user)


@hooks.register("register_admin_menu_item")
def bulk_upload() -> MenuItem:
    return BulkUpload(_("Bulk upload"), reverse_lazy("media:desk"), name="bulk-upload", icon_name="upload", order=310)
