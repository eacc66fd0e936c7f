from django.urls import URLPattern, path

from exams.views import corrections, markers, marking

urlpatterns: list[URLPattern] = [
    path("marking/", marking.marking_list, name="marking_list"),
    path("held/<int:pk>/marking/", marking.exam_marking, name="exam_marking"),
    path("held/<int:pk>/marking/<int:version>/", marking.marking_question, name="marking_question"),
    path("held/<int:pk>/marking/<int:version>/<str:code>/", marking.marking_answer, name="marking_answer"),
    path("held/<int:pk>/markers/", markers.exam_markers, name="exam_markers"),
    path("held/<int:pk>/markers/<int:appointment>/end/", markers.marker_end, name="marker_end"),
    path("held/<int:pk>/keys/", corrections.exam_keys, name="exam_keys"),
    path("held/<int:pk>/keys/<int:version>/", corrections.exam_key, name="exam_key"),
]
