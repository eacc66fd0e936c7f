from django.urls import include, path

from exams.urls import banks, certificates, exams, halls, marking, practice, room

app_name = "exams"
subjects = (exams, halls, marking, banks, room, certificates)
signed_in = [pattern for subject in subjects for pattern in subject.urlpatterns]
urlpatterns = [
    path("exams/", include(signed_in)),
    path("practice/", include(practice.urlpatterns)),
    path("verify/", include(certificates.public)),
]
