from django.urls import include, path

from exams.urls import banks, certificates, exams, room

app_name = "exams"
signed_in = [*exams.urlpatterns, *banks.urlpatterns, *room.urlpatterns, *certificates.urlpatterns]
urlpatterns = [path("exams/", include(signed_in)), path("verify/", include(certificates.public))]
