from django.urls import URLPattern, path

from exams.views import candidates, exams, results

urlpatterns: list[URLPattern] = [
    path("held/", exams.exam_list, name="exam_list"),
    path("held/new/", exams.exam_new, name="exam_new"),
    path("held/<int:pk>/", exams.exam_detail, name="exam_detail"),
    path("held/<int:pk>/edit/", exams.exam_edit, name="exam_edit"),
    path("held/<int:pk>/publish/", exams.exam_publish, name="exam_publish"),
    path("held/<int:pk>/withdraw/", exams.exam_withdraw, name="exam_withdraw"),
    path("held/<int:pk>/candidates/", candidates.exam_admit, name="exam_admit"),
    path("held/<int:pk>/tickets/", candidates.exam_tickets, name="exam_tickets"),
    path("held/<int:pk>/results/", results.exam_results, name="exam_results"),
    path("held/<int:pk>/results/export/", results.exam_results_export, name="exam_results_export"),
    path("held/candidates/<int:pk>/", candidates.exam_candidate, name="exam_candidate"),
    path("held/candidates/<int:pk>/attempt/", candidates.candidate_attempt, name="candidate_attempt"),
    path("held/candidates/<int:pk>/time/", candidates.candidate_time, name="candidate_time"),
    path("held/candidates/<int:pk>/ticket/", candidates.candidate_ticket, name="candidate_ticket"),
    path("held/candidates/<int:pk>/late/<int:sitting>/", candidates.candidate_late, name="candidate_late"),
    path("held/candidates/<int:pk>/withdraw/", candidates.candidate_withdraw, name="candidate_withdraw"),
]
