from typing import Any

from django.utils import timezone
from wagtail.admin.panels import Panel

from duties.registry import touched_by_articles


class TouchesPanel(Panel):
    """Below an article that is there already: what rests on it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "duties/article_touches.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            touched = touched_by_articles.of(self.instance, self.request.user, timezone.now())
            return super().get_context_data(parent_context) | {"touched": touched}
