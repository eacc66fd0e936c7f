from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "reports.figures_frozen": _("Figures made final"),
    "reports.ledger_exported": _("Drill ledger exported"),
}


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Ledgers and reports")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from people.registry import Group, home_cards
        from records import registry
        from reports.permissions import sees_figures

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        home_cards.add(
            _("Drill ledger"),
            "reports:drill_ledger",
            sees_figures,
            icon="document",
            text=_("Every drill with its numbers, by hazard, township, sector and month"),
            group=Group.FIGURES,
        )
        home_cards.add(
            _("Yearly report"),
            "reports:year",
            sees_figures,
            icon="calendar",
            text=_("Sentences whose every figure opens to its rows"),
            group=Group.FIGURES,
        )
