from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "exams.exam_published": _("Published an exam"),
    "exams.exam_withdrawn": _("Withdrew an exam"),
    "exams.candidates_admitted": _("Admitted candidates"),
    "exams.candidates_withdrawn": _("Withdrew candidates"),
    "exams.tickets_issued": _("Issued exam tickets"),
    "exams.attempt_granted": _("Granted a further attempt"),
    "exams.time_extended": _("Gave a candidate more time"),
    "exams.sittings_paused": _("Paused exams being sat"),
    "exams.sittings_resumed": _("Let paused exams go on"),
    "exams.sitting_annulled": _("Annulled an attempt"),
    "exams.incident_recorded": _("Recorded an incident in the exam room"),
    "exams.pattern_reviewed": _("Judged an odd pattern"),
    "exams.statistics_exported": _("Exported the statistics of an exam"),
    "exams.comparison_exported": _("Exported a comparison of exam results"),
    "exams.device_taken_over": _("Went on with an exam on another device"),
    "exams.late_answers_admitted": _("Let late answers count"),
    "exams.marker_appointed": _("Appointed a marker"),
    "exams.marker_ended": _("Ended the appointment of a marker"),
    "exams.hand_mark_changed": _("Changed a mark by hand after the result"),
    "exams.key_corrected": _("Corrected a key of an exam"),
    "exams.rescue_taken_in": _("Took in an answer backup"),
    "exams.draft_saved": _("Saved the draft of an exam"),
    "exams.hall_saved": _("Saved an exam hall"),
    "exams.hall_removed": _("Removed an exam hall"),
    "exams.seats_planned": _("Planned the seats of an exam"),
    "exams.identity_checked": _("Checked the identity of a candidate at the door"),
    "exams.let_in_unchecked": _("Let somebody in without a check of identity"),
    "exams.results_exported": _("Exported the results of an exam"),
    "exams.certificate_issued": _("Issued a certificate"),
    "exams.certificate_rendered": _("Made the files of a certificate"),
    "exams.certificate_revoked": _("Revoked a certificate"),
    "exams.bank_created": _("Made a question bank"),
    "exams.question_written": _("Wrote a question"),
    "exams.question_reviewed": _("Reviewed a question"),
    "exams.question_retired": _("Retired a question"),
    "exams.question_restored": _("Put a retired question back in use"),
    "exams.question_quarantined": _("Took a question out of use"),
    "exams.question_released": _("Let a question be asked again"),
    "exams.bank_opened": _("Opened a question bank for practice"),
    "exams.bank_closed": _("Closed a question bank for practice"),
    "exams.questions_reviewed": _("Reviewed questions"),
    "exams.questions_imported": _("Imported questions"),
    "exams.bank_exported": _("Exported a question bank"),
    "exams.paper_printed": _("Took a paper of an exam to print"),
}
JOBS: dict[str, Any] = {
    "exams.mark_sitting": _("Mark exams"),
    "exams.remark": _("Mark an exam again by a corrected key"),
    "exams.collect_overdue": _("Collect exams whose time is over"),
    "exams.compute_statistics": _("Compute the statistics of an exam"),
    "exams.refresh_statistics": _("Bring the statistics of exams up to date"),
    "exams.render_certificate": _("Make the files of a certificate"),
    "exams.import_questions": _("Import questions"),
    "exams.print_tickets": _("Make admission tickets"),
}


class ExamsConfig(AppConfig):
    name = "exams"
    verbose_name = _("Exams")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from duties.registry import touched_by_articles
        from exams import cards, fulltext, permissions, starter, tasks
        from exams.queries import law_changes
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task, label in JOBS.items():
            registry.job_titles.add(task, label)
        for job, every in tasks.SCHEDULE:
            registry.schedule.add(job.name, job, every)
        touched_by_articles.add(_("Questions that cite it"), law_changes.questions_citing, place=1)
        touched_by_articles.add(_("Exams not yet closed that ask such questions"), law_changes.exams_asking, place=2)
        cards.register()
        post_migrate.connect(fulltext.ensure_index, sender=self)
        registry.starter.add("exams.questions", starter.load_questions)
        registry.private_files.add("exams.certificate", permissions.can_read_certificate_file)
        registry.private_files.add("exams.tickets", permissions.can_read_tickets)
        registry.private_files.add("exams.question_picture", permissions.can_read_picture)
        for kind in ("exams.question_upload", "exams.question_problems"):
            registry.private_files.add(kind, permissions.brought_file)
