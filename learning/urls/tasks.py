from django.urls import URLPattern, path

from learning.views import tasks

urlpatterns: list[URLPattern] = [path("tasks/", tasks.tasks, name="tasks")]
