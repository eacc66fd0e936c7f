from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

EDITING = (
    "portal.change_masthead",
    *(
        f"portal.{verb}_{model}"
        for model in ("synonymgroup", "wrongword")
        for verb in ("add", "change", "delete", "view")
    ),
)
ACTIONS = {
    "portal.correction_answered": _("Reader's correction answered"),
    "portal.village_card_saved": _("Village card written"),
    "portal.review_sent": _("Text sent to review"),
    "portal.review_approved": _("Text approved at a stage of review"),
    "portal.review_returned": _("Text given back at a stage of review"),
    "portal.review_taken_back": _("Text taken back from review"),
    "portal.page_withdrawn": _("Page taken off the public site"),
}


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from campaign.registry import venue_guides
        from exams.registry import bureau_name
        from people.registry import role_permissions
        from portal import cards, edition, guides, house, receivers, starter, tasks
        from portal.starter import demo, demo_reviews
        from records.registry import audit_actions, schedule
        from records.registry import starter as shipped
        from ui.registry import house_parts

        post_migrate.connect(receivers.prepare_tables, sender=self)
        receivers.connect()
        edition.connect()
        schedule.add(tasks.forget_old_changes.name, tasks.forget_old_changes, timedelta(days=1))
        cards.register()
        for permission in EDITING:
            role_permissions.add("editor", permission)
        for action, words in ACTIONS.items():
            audit_actions.add(action, words)
        schedule.add("portal.publish_scheduled", tasks.publish_scheduled, timedelta(minutes=1))
        shipped.add("portal", starter.load)
        shipped.add("portal.demo", demo.load, demo=True)
        shipped.add("portal.demo_reviews", demo_reviews.load, demo=True)
        for part in (house.menu, house.footer, house.name):
            house_parts.add(part.__name__, part)
        bureau_name.add(house.organiser)
        venue_guides.add(guides.by_kind)
