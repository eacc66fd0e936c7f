from django.urls import URLPattern, path

from drills.views import simple, simple_wire

urlpatterns: list[URLPattern] = [
    path("simple/new/", simple.simple_new, name="simple_new"),
    path("simple/ready/", simple_wire.simple_ready, name="simple_ready"),
    path("simple/send/", simple_wire.simple_send, name="simple_send"),
    path("simple/<uuid:uid>/file/", simple_wire.simple_file, name="simple_file"),
    path("simple/<int:pk>/", simple.simple_detail, name="simple_detail"),
    path("simple/<int:pk>/sheet/", simple.simple_sheet, name="simple_sheet"),
    path("simple/<int:pk>/upload/", simple.simple_upload, name="simple_upload"),
    path("simple/<int:pk>/correct/", simple.simple_correct, name="simple_correct"),
    path("simple/<int:pk>/withdraw/", simple.simple_withdraw, name="simple_withdraw"),
    path("simple/<int:pk>/small/<int:file>/", simple.simple_thumbnail, name="simple_thumbnail"),
]
