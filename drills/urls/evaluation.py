from django.urls import URLPattern, path

from drills.views import evaluation, results, sheets, templates

urlpatterns: list[URLPattern] = [
    path("forms/", templates.template_list, name="template_list"),
    path("forms/<int:pk>/", templates.template_detail, name="template_detail"),
    path("forms/<int:pk>/weights/", templates.template_weights, name="template_weights"),
    path("<int:pk>/evaluation/", evaluation.evaluation, name="evaluation"),
    path("<int:pk>/evaluation/begin/", evaluation.evaluation_begin, name="evaluation_begin"),
    path("<int:pk>/evaluation/forms/", evaluation.evaluation_forms, name="evaluation_forms"),
    path("<int:pk>/evaluation/divide/", evaluation.evaluation_divide, name="evaluation_divide"),
    path("<int:pk>/evaluation/items/<int:part>/", evaluation.evaluation_assign, name="evaluation_assign"),
    path("<int:pk>/evaluation/lock/", evaluation.sheets_lock, name="sheets_lock"),
    path("<int:pk>/evaluation/sheets/<int:sheet>/hand-in/", evaluation.sheet_hand_in_for, name="sheet_hand_in_for"),
    path("<int:pk>/evaluation/sheets/<int:sheet>/back/", evaluation.sheet_give_back, name="sheet_give_back"),
    path("<int:pk>/evaluation/sheets/<int:sheet>/paper/", sheets.sheet_paper, name="sheet_paper"),
    path("<int:pk>/evaluation/sheets/<int:sheet>/paper/score/", sheets.sheet_paper_score, name="sheet_paper_score"),
    path("<int:pk>/evaluation/sheet/", sheets.sheet, name="sheet"),
    path("<int:pk>/evaluation/sheet/items/<int:item>/", sheets.sheet_item, name="sheet_item"),
    path("<int:pk>/evaluation/sheet/score/", sheets.sheet_score, name="sheet_score"),
    path("<int:pk>/evaluation/sheet/hand-in/", sheets.sheet_hand_in, name="sheet_hand_in"),
    path("<int:pk>/evaluation/reconcile/", results.reconcile, name="reconcile"),
    path("<int:pk>/score/", results.score, name="score"),
    path("<int:pk>/score/release/", results.score_release, name="score_release"),
    path("<int:pk>/score/export/", results.score_export, name="score_export"),
]
