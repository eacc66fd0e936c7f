from django.urls import URLPattern, path

from exams.views import door, halls

urlpatterns: list[URLPattern] = [
    path("held/<int:pk>/halls/", halls.hall_list, name="hall_list"),
    path("held/<int:pk>/halls/new/", halls.hall_new, name="hall_new"),
    path("held/<int:pk>/halls/plan/", halls.hall_plan, name="hall_plan"),
    path("held/halls/<int:pk>/", halls.hall_edit, name="hall_edit"),
    path("held/halls/<int:pk>/remove/", halls.hall_remove, name="hall_remove"),
    path("held/halls/<int:pk>/<slug:which>.pdf", halls.hall_paper, name="hall_paper"),
    path("held/<int:pk>/door/", door.exam_door, name="exam_door"),
    path("held/<int:pk>/door/walk-in/", door.door_walk_in, name="door_walk_in"),
    path("held/candidates/<int:pk>/door/", door.door_candidate, name="door_candidate"),
]
