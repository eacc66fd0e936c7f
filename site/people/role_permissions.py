"""Which Django permissions a role carries while its grant is in force; upper apps add theirs through the registry.

The audit log is the auditor's alone: who sets the system up does not read, let alone judge, his own traces. Nobody gets
Django's add/change/delete permissions on people, so that Wagtail's own user pages stay shut."""

ROLE_PERMISSIONS: dict[str, set[str]] = {
    "auditor": {"records.view_auditentry"},
    "system_admin": {"wagtailadmin.access_admin", "records.view_job", "people.manage_roles"},
    "editor": {"wagtailadmin.access_admin"},
}

STAFF_PERMISSIONS = {"ui.view_styleguide"}  # of whoever sees more than one organisation

EDITORS = "editors"  # the group that carries Wagtail's page and collection permissions

GROUP_OF_ROLE = {"editor": EDITORS}
