from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "campaign.recorded": _("Activity recorded"),
    "campaign.corrected": _("Activity corrected"),
    "campaign.approved": _("Activity approved"),
    "campaign.returned": _("Activity given back"),
    "campaign.withdrawn": _("Activity withdrawn"),
    "campaign.photo_added": _("Photo added to an activity"),
    "campaign.imported": _("Activities imported from a ledger"),
    "campaign.ledger_exported": _("Ledger of activities exported"),
    "campaign.rows_exported": _("Rows of activities exported"),
    "campaign.venue_added": _("Venue entered"),
    "campaign.venue_changed": _("Venue changed"),
    "campaign.venues_imported": _("Venues imported"),
    "campaign.visit_planned": _("Visit to a venue planned"),
    "campaign.visit_cancelled": _("Planned visit dropped"),
    "campaign.target_set": _("Target of a township set"),
    "campaign.day_said": _("Theme or dates of a themed day entered"),
}


class CampaignConfig(AppConfig):
    name = "campaign"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from campaign import cards, permissions
        from campaign.services import lists, photos
        from campaign.starter import days, demo, schemes
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        cards.register()
        registry.private_files.add(photos.KIND, permissions.can_read_photo)
        for subject in lists.SUBJECTS.values():
            registry.private_files.add(subject.kind, permissions.can_read_own_list)
        registry.starter.add("campaign", schemes.load)
        registry.starter.add("campaign.days", days.load)
        registry.starter.add("campaign.days_demo", days.load_demo, demo=True)
        registry.starter.add("campaign.demo", demo.load_demo, demo=True)
