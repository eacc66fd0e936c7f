from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "learning.course_created": _("Course drafted"),
    "learning.course_edited": _("Course changed"),
    "learning.course_published": _("Course published"),
    "learning.lesson_written": _("Lesson of a course written"),
    "learning.lesson_removed": _("Lesson of a course removed"),
    "learning.programme_created": _("Programme drafted"),
    "learning.programme_edited": _("Draft of a programme changed"),
    "learning.programme_published": _("Programme published"),
    "learning.programme_closed": _("Programme closed"),
    "learning.members_assigned": _("People assigned to a programme"),
    "learning.rule_dropped": _("Rule of a programme ended"),
    "learning.enrolment_withdrawn": _("Person taken out of a programme"),
    "learning.due_date_extended": _("Due date extended"),
    "learning.enrolment_completed": _("Programme completed"),
    "learning.list_exported": _("List of a programme exported"),
}
JOBS: dict[str, Any] = {
    "learning.enrol_by_rules": _("Assign newcomers by the rules of programmes"),
    "learning.review_enrolment": _("Complete a programme and issue its certificate"),
    "learning.close_stale": _("End learning segments of silent devices"),
}


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from learning import cards, receivers, starter, tasks
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task, label in JOBS.items():
            registry.job_titles.add(task, label)
        registry.schedule.add("learning.enrol_by_rules", tasks.enrol_by_rules, timedelta(hours=1))
        registry.schedule.add("learning.close_stale", tasks.close_stale, timedelta(minutes=1))
        receivers.connect()
        cards.register()
        registry.starter.add("learning.courses", starter.load_courses)
        registry.starter.add("learning.demo", starter.load_demo, demo=True)
