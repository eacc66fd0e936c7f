from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    # The run
    "drills.run_started": _("Drill begun"),
    "drills.run_paused": _("Drill paused"),
    "drills.run_resumed": _("Drill went on"),
    "drills.run_ended": _("Drill ended"),
    "drills.run_aborted": _("Drill aborted"),
    "drills.photo_attached": _("Photo added to an observation"),
    "drills.log_exported": _("Run log exported"),
    # Role cards
    "drills.cards_printed": _("Role cards of a drill printed"),
    "drills.card_reissued": _("Role card of a drill replaced"),
    # The design
    "drills.drill_created": _("Began to plan a drill"),
    "drills.design_edited": _("Design of a drill changed"),
    "drills.objectives_set": _("Objectives of a drill written"),
    "drills.units_added": _("Units added to a drill"),
    "drills.unit_removed": _("Unit taken out of a drill"),
    "drills.drill_cloned": _("Drill copied"),
    "drills.part_added": _("Part in a drill given"),
    "drills.part_changed": _("Part in a drill changed"),
    "drills.part_handed_over": _("Part in a drill handed over"),
    "drills.part_removed": _("Part in a drill taken away"),
    "drills.drill_submitted": _("Drill submitted for approval"),
    "drills.drill_approved": _("Drill approved"),
    "drills.drill_returned": _("Drill given back to its planner"),
    "drills.drill_withdrawn": _("Drill taken back to be changed"),
    "drills.drill_cancelled": _("Drill called off"),
    "drills.check_passed": _("Line of a readiness list passed"),
    "drills.check_undone": _("Line of a readiness list open again"),
    "drills.check_added": _("Line added to a readiness list"),
    "drills.check_dropped": _("Line taken off a readiness list"),
    "drills.airspace_recorded": _("Approval of the airspace recorded"),
    "drills.drill_ready": _("Drill made ready"),
    "drills.readiness_reopened": _("Readiness list opened again"),
    "drills.feed_made": _("Calendar address made"),
    "drills.finding_recorded": _("Finding of a drill written down"),
    "drills.finding_changed": _("Finding of a drill changed"),
    "drills.finding_removed": _("Finding of a drill taken off the list"),
    "drills.action_proposed": _("Corrective action proposed"),
    "drills.action_changed": _("Corrective action worded anew"),
    "drills.action_accepted": _("Corrective action accepted"),
    "drills.action_progress": _("Progress of a corrective action told"),
    "drills.action_submitted": _("Corrective action handed in for checking"),
    "drills.action_returned": _("Corrective action given back"),
    "drills.action_verified": _("Corrective action checked"),
    "drills.action_closed": _("Corrective action struck off"),
    "drills.action_extended": _("Due day of a corrective action moved"),
    "drills.action_cancelled": _("Corrective action dropped"),
    "drills.actions_exported": _("List of corrective actions exported"),
    "drills.improvement_begun": _("Improvement after a drill began"),
    "drills.drill_closed": _("Drill closed"),
    "drills.report_begun": _("Report of a drill begun"),
    "drills.report_written": _("Draft of a report changed"),
    "drills.report_discarded": _("Draft of a report discarded"),
    "drills.report_finished": _("Report of a drill made final"),
    "drills.report_rendered": _("Files of a report made"),
    "drills.drill_reported": _("Drill reported"),
    "drills.archive_asked": _("Package of a drill asked for"),
    "drills.archive_made": _("Package of a drill made"),
    "drills.drill_archived": _("Drill filed in the archive"),
    "drills.result_submitted": _("Result of a drill submitted"),
    "drills.result_received": _("Result of a drill received"),
    "drills.result_returned": _("Result of a drill given back"),
    "drills.inbox_exported": _("List of submitted drills exported"),
    "drills.paper_added": _("Paper of a drill added"),
    # Emergency plans
    "drills.plan_created": _("Emergency plan drafted"),
    "drills.plan_edited": _("Head of an emergency plan changed"),
    "drills.plan_withdrawn": _("Emergency plan no longer used"),
    "drills.plan_version_begun": _("Version of an emergency plan begun"),
    "drills.plan_version_written": _("Draft of an emergency plan changed"),
    "drills.plan_version_issued": _("Version of an emergency plan issued"),
    "drills.plan_draft_dropped": _("Draft of an emergency plan dropped"),
    "drills.plan_filed": _("Filing of an emergency plan recorded"),
    "drills.plan_filing_withdrawn": _("Filing of an emergency plan withdrawn"),
    "drills.plan_evaluated": _("Evaluation of an emergency plan recorded"),
    "drills.plan_evaluation_withdrawn": _("Evaluation of an emergency plan withdrawn"),
    "drills.plan_proposal_opened": _("Revision of an emergency plan proposed"),
    "drills.plan_proposal_accepted": _("Proposal to revise a plan accepted"),
    "drills.plan_proposal_refused": _("Proposal to revise a plan refused"),
    "drills.plan_list_exported": _("Ledger of emergency plans exported"),
    # The table of events
    "drills.event_added": _("Event added to the table of a drill"),
    "drills.event_changed": _("Event of a drill changed"),
    "drills.event_moved": _("Event of a drill moved"),
    "drills.event_deleted": _("Event taken out of the table of a drill"),
    "drills.events_renumbered": _("Events of a drill numbered anew"),
    "drills.events_imported": _("Events of a drill imported"),
    "drills.events_exported": _("Table of events exported"),
    "drills.run_pack_printed": _("Run pack of a drill printed"),
    # Simple records
    "drills.counted_in_campaign": _("Drill counted for the campaign, too"),
    "drills.simple_recorded": _("Simple drill record written"),
    "drills.simple_corrected": _("Simple drill record corrected"),
    "drills.simple_withdrawn": _("Simple drill record withdrawn"),
    "drills.file_added": _("Paper or photo added to a drill"),
    # Evaluation
    "drills.form_reweighed": _("Evaluation form weighted anew"),
    "drills.forms_chosen": _("Evaluation forms of a drill chosen"),
    "drills.items_assigned": _("Items given to an evaluator"),
    "drills.items_divided": _("Items divided among the evaluators"),
    "drills.evaluation_begun": _("Evaluation of a drill began"),
    "drills.sheet_handed_in": _("Evaluation sheet handed in"),
    "drills.sheet_given_back": _("Evaluation sheet given back"),
    "drills.sheets_locked": _("Evaluation sheets locked"),
    "drills.item_reconciled": _("Difference between evaluators settled"),
    "drills.score_released": _("Score of a drill released"),
    "drills.scores_exported": _("Values of an evaluation exported"),
}
JOBS: dict[str, Any] = {
    "drills.render_report": _("Make the files of a report"),
    "drills.make_archive": _("Pack a drill for the archive"),
    "drills.seal_run_logs": _("Seal the logs of drills"),
    "drills.print_cards": _("Print role cards of a drill"),
}


class DrillsConfig(AppConfig):
    name = "drills"
    verbose_name = _("Drills")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from django.db.models.signals import post_delete, post_save

        from drills import cards, permissions, tasks
        from drills.models import Participation
        from drills.services import msel, msel_imports
        from drills.starter import demo, evaluation_forms
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task, label in JOBS.items():
            registry.job_titles.add(task, label)
        registry.private_files.add("drills.action", permissions.can_read_action_file)
        registry.private_files.add("drills.report", permissions.can_read_report)
        registry.private_files.add("drills.archive", permissions.can_read_archive)
        registry.private_files.add("drills.plan", permissions.can_read_plan_file)
        registry.private_files.add("drills.photo", permissions.can_read_photo)
        registry.private_files.add("drills.cards", can_read=lambda user, file: file.created_by_id == user.pk)
        registry.private_files.add("drills.paper", permissions.can_read_paper)
        for kind in (msel_imports.UPLOAD, msel_imports.TAKEN):
            registry.private_files.add(kind, can_read=lambda _user, _file: False)  # by its own views only
        registry.schedule.add("drills.seal_run_logs", tasks.seal_run_logs, timedelta(minutes=1))
        for signal in (post_save, post_delete):
            signal.connect(msel.follow_part, Participation, dispatch_uid="drills.receivers")
        cards.register()
        registry.starter.add("drills.forms", evaluation_forms.load_forms)
        registry.starter.add("drills.demo", demo.load_demo, demo=True)
