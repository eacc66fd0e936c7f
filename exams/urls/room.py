from django.urls import URLPattern, path

from exams.views import room, saving

urlpatterns: list[URLPattern] = [
    path("my/", room.my_exams, name="my_exams"),
    path("my/<int:pk>/", room.waiting, name="waiting"),
    path("my/<int:pk>/start/", room.start, name="start"),
    path("clock/", room.clock, name="clock"),
    path("ticket/<str:token>/", room.ticket, name="ticket"),
    path("sittings/<int:pk>/", room.sitting, name="sitting"),
    path("sittings/<int:pk>/take-over/", room.take_over, name="take_over"),
    path("sittings/<int:pk>/result/", room.result, name="result"),
    path("sittings/<int:pk>/save/", saving.save, name="sitting_save"),
    path("sittings/<int:pk>/hand-in/", saving.hand_in, name="sitting_hand_in"),
    path("sittings/<int:pk>/left/", saving.left, name="sitting_left"),
    path("sittings/<int:pk>/state/", saving.state, name="sitting_state"),
    path("sittings/<int:pk>/pictures/<int:slot>/", saving.picture, name="sitting_picture"),
]
