from django.urls import URLPattern, path

from exams.views import banks, question_imports, questions

urlpatterns: list[URLPattern] = [
    path("banks/", banks.bank_list, name="bank_list"),
    path("banks/new/", banks.bank_new, name="bank_new"),
    path("banks/template/", question_imports.template, name="question_template"),
    path("banks/<int:pk>/", banks.bank_detail, name="bank_detail"),
    path("banks/<int:pk>/new/", questions.question_new, name="question_new"),
    path("banks/<int:pk>/import/", question_imports.bank_import, name="bank_import"),
    path("banks/imports/<int:pk>/", question_imports.import_check, name="import_check"),
    path("banks/imports/<int:pk>/commit/", question_imports.import_commit, name="import_commit"),
    path("banks/questions/<int:pk>/", questions.question_detail, name="question_detail"),
    path("banks/questions/<int:pk>/edit/", questions.question_edit, name="question_edit"),
    path("banks/questions/<int:pk>/retire/", questions.question_retire, name="question_retire"),
    path("banks/versions/<int:pk>/picture/", questions.version_picture, name="version_picture"),
]
