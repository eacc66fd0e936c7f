from django.urls import URLPattern, path

from drills.views import actions, findings

urlpatterns: list[URLPattern] = [
    path("<int:pk>/findings/", findings.finding_list, name="findings"),
    path("<int:pk>/findings/new/", findings.finding_new, name="finding_new"),
    path("<int:pk>/findings/<int:finding>/", findings.finding_edit, name="finding_edit"),
    path("<int:pk>/findings/<int:finding>/remove/", findings.finding_remove, name="finding_remove"),
    path("<int:pk>/findings/<int:finding>/action/", actions.action_new, name="action_new"),
    path("<int:pk>/close/", findings.close, name="close"),
    path("actions/", actions.action_list, name="actions"),
    path("actions/export/", actions.action_export, name="actions_export"),
    path("actions/<int:pk>/", actions.action_detail, name="action"),
    path("actions/<int:pk>/edit/", actions.action_edit, name="action_edit"),
    path("actions/<int:pk>/<slug:step>/", actions.action_step, name="action_step"),
]
