from django.urls import URLPattern, path

from learning.views import courses

urlpatterns: list[URLPattern] = [
    path("courses/", courses.course_list, name="course_list"),
    path("courses/new/", courses.course_new, name="course_new"),
    path("courses/<int:pk>/", courses.course_detail, name="course_detail"),
    path("courses/<int:pk>/edit/", courses.course_edit, name="course_edit"),
    path("courses/<int:pk>/publish/", courses.course_publish, name="course_publish"),
    path("courses/<int:pk>/questions/", courses.course_questions, name="course_questions"),
    path("courses/<int:pk>/new/<slug:kind>/", courses.lesson_new, name="lesson_new"),
    path("courses/<int:pk>/<int:lesson>/", courses.lesson_preview, name="lesson_preview"),
    path("courses/<int:pk>/<int:lesson>/edit/", courses.lesson_edit, name="lesson_edit"),
    path("courses/<int:pk>/<int:lesson>/remove/", courses.lesson_remove, name="lesson_remove"),
    path("courses/<int:pk>/<int:lesson>/<slug:direction>/", courses.lesson_move, name="lesson_move"),
]
