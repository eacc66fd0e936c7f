from django.urls import URLPattern, path

from drills.views import run, run_log, run_sign_in, wire

urlpatterns: list[URLPattern] = [
    # The console
    path("<int:pk>/run/", run.console, name="console"),
    path("<int:pk>/run/live/", run.console_live, name="console_live"),
    path("<int:pk>/run/start/", run.run_start, name="run_start"),
    path("<int:pk>/run/pause/", run.run_pause, name="run_pause"),
    path("<int:pk>/run/resume/", run.run_resume, name="run_resume"),
    path("<int:pk>/run/end/", run.run_end, name="run_end"),
    path("<int:pk>/run/abort/", run.run_abort, name="run_abort"),
    path("<int:pk>/run/stop/", run.run_stop, name="run_stop"),
    path("<int:pk>/run/stop/<int:part>/", run.run_stop_ack, name="run_stop_ack"),
    path("<int:pk>/run/note/", run.run_note, name="run_note"),
    path("<int:pk>/run/events/<int:item>/release/", run.run_release, name="run_release"),
    path("<int:pk>/run/events/<int:item>/delay/", run.run_delay, name="run_delay"),
    path("<int:pk>/run/events/<int:item>/skip/", run.run_skip, name="run_skip"),
    path("<int:pk>/run/events/<int:item>/amend/", run.run_amend, name="run_amend"),
    path("<int:pk>/run/events/<int:item>/ack/<int:part>/", run.run_ack, name="run_ack"),
    path("<int:pk>/run/sign-in/", run_sign_in.run_sign_in, name="run_sign_in"),
    path("<int:pk>/run/heads/<int:part>/", run_sign_in.run_heads, name="run_heads"),
    # The log
    path("<int:pk>/log/", run_log.run_log, name="run_log"),
    path("<int:pk>/log/export/", run_log.run_log_export, name="run_log_export"),
    path("<int:pk>/merge/", run_log.merge, name="merge"),
    path("<int:pk>/merge/decide/", run_log.merge_decide, name="merge_decide"),
    # The wire of the phones
    path("field/<str:token>/events/", wire.field_events, name="field_events"),
    path("field/<str:token>/photo/<uuid:uid>/", wire.field_photo, name="field_photo"),
    path("field/<str:token>/poll/", wire.field_poll, name="field_poll"),
]
