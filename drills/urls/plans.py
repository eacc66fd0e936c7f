from django.urls import URLPattern, path

from drills.views import plan_records, plan_versions, plans

urlpatterns: list[URLPattern] = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/export/", plans.plan_export, name="plan_export"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/withdraw/", plans.plan_withdraw, name="plan_withdraw"),
    path("plans/<int:pk>/draft/", plan_versions.plan_draft, name="plan_draft"),
    path("plans/<int:pk>/proposals/new/", plan_records.plan_proposal_new, name="plan_proposal_new"),
    path("plans/versions/<int:pk>/", plan_versions.plan_version, name="plan_version"),
    path("plans/versions/<int:pk>/edit/", plan_versions.plan_version_edit, name="plan_version_edit"),
    path("plans/versions/<int:pk>/clauses/", plan_versions.plan_clauses, name="plan_clauses"),
    path("plans/versions/<int:pk>/issue/", plan_versions.plan_version_issue, name="plan_version_issue"),
    path("plans/versions/<int:pk>/drop/", plan_versions.plan_draft_drop, name="plan_draft_drop"),
    path("plans/versions/<int:pk>/filing/", plan_records.plan_filing_new, name="plan_filing_new"),
    path("plans/versions/<int:pk>/evaluation/", plan_records.plan_evaluation_new, name="plan_evaluation_new"),
    path("plans/filings/<int:pk>/withdraw/", plan_records.plan_filing_withdraw, name="plan_filing_withdraw"),
    path(
        "plans/evaluations/<int:pk>/withdraw/", plan_records.plan_evaluation_withdraw, name="plan_evaluation_withdraw"
    ),
    path("plans/proposals/<int:pk>/", plan_records.plan_proposal, name="plan_proposal"),
]
