from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

JOBS: dict[str, Any] = {
    "media.complete_video": _("Make poster and sound track of a video"),
    "media.draw_pages": _("Draw the pages of a document"),
    "media.make_rendition": _("Make a smaller copy of a film"),
    "media.purge_uploads": _("Delete files that were never finished"),
}
ACTIONS: dict[str, Any] = {
    "media.kept": _("File saved in the library"),
}


class MediaConfig(AppConfig):
    name = "media"

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from media import cards, checks, receivers, tasks  # noqa: F401  checks register themselves, tasks are found by name
        from records import registry

        for task, label in JOBS.items():
            registry.job_titles.add(task, label)
        for action, words in ACTIONS.items():
            registry.audit_actions.add(action, words)
        registry.schedule.add("media.purge_uploads", tasks.purge_uploads, timedelta(days=1))
        receivers.connect()
        cards.register()
