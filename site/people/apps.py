from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "people.signed_in": _("Signed in"),
    "people.signed_out": _("Signed out"),
    "people.sign_in_failed": _("Sign-in failed"),
    "people.locked_out": _("Sign-in locked after wrong tries"),
    "people.person_created": _("Person added"),
    "people.member_added": _("Member added to an organisation"),
    "people.membership_ended": _("Membership ended"),
    "people.role_granted": _("Role given"),
    "people.role_revoked": _("Role ended"),
    "people.code_issued": _("Sign-in code issued"),
    "people.code_redeemed": _("Sign-in code used"),
    "people.code_failed": _("Wrong sign-in code"),
    "people.identity_revealed": _("Identity number shown"),
    "people.password_changed": _("Password changed"),
    "people.second_factor_on": _("Second factor switched on"),
    "people.second_factor_off": _("Second factor switched off"),
    "people.second_factor_failed": _("Wrong second factor"),
    "people.second_factor_reset": _("Second factor reset"),
    "people.signed_out_everywhere": _("Signed out everywhere"),
    "people.roster_received": _("Roster uploaded"),
    "people.roster_columns_corrected": _("Columns of a roster corrected"),
    "people.roster_imported": _("Rows of a roster imported"),
    "people.roster_problems_read": _("Bad rows of a roster downloaded"),
    "people.slips_issued": _("Sign-in slips issued"),
    "people.demo_reset": _("Demo passwords made anew"),
}

JOBS = {
    "people.check_roster": _("Check a roster"),
    "people.import_roster": _("Import a roster"),
    "people.print_slips": _("Print sign-in slips"),
}


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        # Imported here: models can be loaded only when the registry of apps is.
        from people import cards, receivers, starter
        from records import registry

        for action, label in ACTIONS.items():
            registry.audit_actions.add(action, label)
        for task, title in JOBS.items():
            registry.job_titles.add(task, title)
        registry.private_files.add("people.roster", can_read=lambda _user, _file: False)  # by its own views only
        registry.private_files.add("people.slips", can_read=lambda user, file: file.created_by_id == user.pk)
        registry.starter.add("people.divisions", starter.load_divisions)
        registry.starter.add("people.sectors", starter.load_sectors)
        registry.starter.add("people.demo", starter.load_demo, demo=True)
        receivers.connect()
        cards.register()
