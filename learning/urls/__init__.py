from learning.urls import courses, lessons, programmes, tasks

app_name = "learning"
urlpatterns = [*tasks.urlpatterns, *lessons.urlpatterns, *courses.urlpatterns, *programmes.urlpatterns]
