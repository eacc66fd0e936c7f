from django.urls import URLPattern, path

from drills.views import documents, inbox, reports

urlpatterns: list[URLPattern] = [
    path("<int:pk>/documents/", documents.document_list, name="documents"),
    path("<int:pk>/documents/add/", documents.paper_new, name="paper_new"),
    path("<int:pk>/submit/", documents.submit, name="submit"),
    path("<int:pk>/archive/", documents.archive, name="archive"),
    path("<int:pk>/reports/<slug:kind>/new/", reports.report_new, name="report_new"),
    path("reports/<int:pk>/", reports.report_detail, name="report"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<int:pk>/preview/", reports.report_preview, name="report_preview"),
    path("reports/<int:pk>/freeze/", reports.report_freeze, name="report_freeze"),
    path("reports/<int:pk>/discard/", reports.report_discard, name="report_discard"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/export/", inbox.inbox_export, name="inbox_export"),
    path("inbox/<int:pk>/", inbox.submission, name="submission"),
    path("inbox/<int:pk>/receive/", inbox.receive, name="submission_receive"),
    path("inbox/<int:pk>/return/", inbox.give_back, name="submission_return"),
    path("receipts/<int:pk>/", inbox.receipt, name="receipt"),
]
