from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "exams.exam_published": _("Published an exam"),
    "exams.exam_withdrawn": _("Withdrew an exam"),
    "exams.candidates_admitted": _("Admitted candidates"),
    "exams.candidates_withdrawn": _("Withdrew candidates"),
    "exams.tickets_issued": _("Issued exam tickets"),
    "exams.attempt_granted": _("Granted a further attempt"),
    "exams.time_extended": _("Gave a candidate more time"),
    "exams.device_taken_over": _("Went on with an exam on another device"),
    "exams.late_answers_admitted": _("Let late answers count"),
    "exams.draft_saved": _("Saved the draft of an exam"),
    "exams.results_exported": _("Exported the results of an exam"),
    "exams.certificate_issued": _("Issued a certificate"),
    "exams.certificate_rendered": _("Made the files of a certificate"),
    "exams.certificate_revoked": _("Revoked a certificate"),
    "exams.bank_created": _("Made a question bank"),
    "exams.question_written": _("Wrote a question"),
    "exams.question_retired": _("Retired a question"),
    "exams.question_restored": _("Put a retired question back in use"),
    "exams.questions_imported": _("Imported questions"),
}
JOBS: dict[str, Any] = {
    "exams.mark_sitting": _("Mark exams"),
    "exams.collect_overdue": _("Collect exams whose time is over"),
    "exams.render_certificate": _("Make the files of a certificate"),
    "exams.import_questions": _("Import questions"),
    "exams.print_tickets": _("Make admission tickets"),
}


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = _("Exams")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from exams import cards, permissions, starter, tasks
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task, label in JOBS.items():
            registry.job_titles.add(task, label)
        for job, every in tasks.SCHEDULE:
            registry.schedule.add(job.name, job, every)
        cards.register()
        registry.starter.add("exams.questions", starter.load_questions)
        registry.private_files.add("exams.certificate", permissions.can_read_certificate_file)
        registry.private_files.add("exams.tickets", permissions.can_read_tickets)
        registry.private_files.add("exams.question_picture", permissions.can_read_picture)
        for kind in ("exams.question_upload", "exams.question_problems"):
            registry.private_files.add(kind, permissions.brought_file)
