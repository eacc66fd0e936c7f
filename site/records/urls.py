from django.urls import path

from records import views

app_name = "records"
urlpatterns = [
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<int:pk>/", views.job_detail, name="job_detail"),
    path("jobs/<int:pk>/state/", views.job_state, name="job_state"),
    path("jobs/<int:pk>/retry/", views.job_retry, name="job_retry"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("audit/", views.audit_log, name="audit_log"),
    path("files/<uuid:pk>/", views.file, name="file"),
]
