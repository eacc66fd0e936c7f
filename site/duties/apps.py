from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "duties"
    verbose_name = _("Rulebook")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from duties.starter import load_rulebook
        from people.registry import role_permissions
        from records.registry import starter

        starter.add("duties.rulebook", load_rulebook)
        # Nobody deletes law: it is given a last day, so that old records can still be read.
        for model in ("regulation", "article", "dutyrule"):
            role_permissions.add("editor", *(f"duties.{verb}_{model}" for verb in ("view", "add", "change")))
