from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        # Imported here: models and tasks can be loaded only when the registry of apps is.
        from records import checks, registry, tasks  # noqa: F401  checks register themselves

        for task, every in tasks.SCHEDULE:
            registry.schedule.add(task.name, task, every)
        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task_name, label in TITLES.items():
            registry.job_titles.add(task_name, label)


ACTIONS = {
    "records.audit_viewed": _("Looked at the audit log"),
    "records.backup_made": _("Made a backup"),
    "records.file_read": _("Opened a private file"),
    "records.job_retried": _("Started a failed job again"),
    "records.job_cancelled": _("Withdrew a waiting job"),
}
TITLES = {
    "records.seal_audit": _("Seal the audit log"),
    "records.purge": _("Delete what is no longer kept"),
}
