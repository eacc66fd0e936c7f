from django.urls import URLPattern, path

from learning.views import assignment, board, enrolments, programmes

urlpatterns: list[URLPattern] = [
    path("programmes/", programmes.programme_list, name="programme_list"),
    path("programmes/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<int:pk>/", board.programme_detail, name="programme_detail"),
    path("programmes/<int:pk>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<int:pk>/publish/", programmes.programme_publish, name="programme_publish"),
    path("programmes/<int:pk>/close/", programmes.programme_close, name="programme_close"),
    path("programmes/<int:pk>/assign/", assignment.programme_assign, name="programme_assign"),
    path("programmes/<int:pk>/assign/list/", assignment.programme_tick, name="programme_tick"),
    path("programmes/<int:pk>/rules/<int:rule>/drop/", assignment.rule_drop, name="rule_drop"),
    path("programmes/<int:pk>/export/", board.programme_export, name="programme_export"),
    path("programmes/<int:pk>/late/", board.programme_late, name="programme_late"),
    path("programmes/<int:pk>/poster/", board.programme_poster, name="programme_poster"),
    path("enrolments/<int:pk>/", enrolments.enrolment_detail, name="enrolment_detail"),
    path("enrolments/<int:pk>/extend/", enrolments.enrolment_extend, name="enrolment_extend"),
    path("enrolments/<int:pk>/withdraw/", enrolments.enrolment_withdraw, name="enrolment_withdraw"),
]
