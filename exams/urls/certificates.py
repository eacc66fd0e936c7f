from django.urls import URLPattern, path

from exams.views import certificates, verify

urlpatterns: list[URLPattern] = [
    path("certificates/mine/", certificates.my_certificates, name="my_certificates"),
    path("certificates/issued/", certificates.certificate_list, name="certificate_list"),
    path("certificates/<int:pk>/", certificates.certificate_detail, name="certificate_detail"),
    path("certificates/<int:pk>/revoke/", certificates.certificate_revoke, name="certificate_revoke"),
    path("certificates/<int:pk>/file.pdf", certificates.certificate_file, {"name": "pdf"}, name="certificate_pdf"),
    path("certificates/<int:pk>/file.png", certificates.certificate_file, {"name": "png"}, name="certificate_png"),
]

# Short, because it is typed from paper: below /verify/, not below /exams/.
public: list[URLPattern] = [
    path("", verify.verify, name="verify"),
    path("<str:token>/", verify.verify_token, name="verify_token"),
]
