from django.urls import URLPattern, path

from learning.views import lessons

urlpatterns: list[URLPattern] = [
    path("lessons/<int:enrolment>/", lessons.lesson_list, name="lessons"),
    path("lessons/<int:enrolment>/<int:pk>/", lessons.lesson, name="lesson"),
    path("lessons/<int:enrolment>/<int:pk>/open/", lessons.lesson_open, name="lesson_open"),
    path("lessons/<int:enrolment>/<int:pk>/check/", lessons.lesson_check, name="lesson_check"),
    path("segments/<int:pk>/beat/", lessons.segment_beat, name="segment_beat"),
    path("segments/<int:pk>/close/", lessons.segment_close, name="segment_close"),
]
