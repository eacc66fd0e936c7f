from django.urls import URLPattern, path

from drills.views import examples

urlpatterns: list[URLPattern] = [
    path("examples/", examples.example_list, name="example_list"),
    path("examples/<slug:key>/", examples.example_detail, name="example_detail"),
]
