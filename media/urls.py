from django.urls import path

from media.views import desk, uploads

app_name = "media"
urlpatterns = [
    path("desk/media/", desk.desk, name="desk"),
    path("desk/media/kept/", desk.film_list, name="kept"),
    path("desk/media/<uuid:pk>/", desk.upload_row, name="row"),
    path("desk/media/<uuid:pk>/remove/", desk.upload_remove, name="remove"),
    path("media/uploads/", uploads.uploads, name="uploads"),
    path("media/uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("media/uploads/<uuid:pk>/finish/", uploads.upload_finish, name="finish"),
    path("media/uploads/<uuid:pk>/picture/", uploads.upload_picture, name="picture"),
]
