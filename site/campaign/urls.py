from django.urls import URLPattern, path

from campaign.views import (
    activities,
    days,
    figures,
    ledger,
    lists,
    matrix,
    photos,
    record,
    review,
    sign_in,
    venues,
    wire,
)

app_name = "campaign"

# ── The phone: recording, photos, signing in by code ─────────────────────────
phone: list[URLPattern] = [
    path("sw.js", record.service_worker, name="service_worker"),
    path("activities/new/", record.activity_new, name="activity_new"),
    path("activities/ready/", wire.record_ready, name="record_ready"),
    path("activities/send/", wire.record_send, name="record_send"),
    path("activities/<uuid:uid>/photo/", wire.record_photo, name="record_photo"),
    path("activities/<int:pk>/photos/add/", photos.photo_add, name="photo_add"),
    path("activities/<int:pk>/photos/<int:photo>/small/", photos.photo_small, name="photo_small"),
    path("activities/<int:pk>/sign-in/", sign_in.sign_in, name="sign_in"),
    path("activities/<int:pk>/sign-in/count/", sign_in.sign_in_count, name="sign_in_count"),
    path("activities/<int:pk>/sign-in/sheet/", sign_in.sign_in_sheet, name="sign_in_sheet"),
    path("activities/<int:pk>/sign-in/take/", sign_in.sign_in_take, name="sign_in_take"),
    path("here/<str:token>/", sign_in.here, name="here"),
]

# ── The desk: lists, review, venues, coverage ────────────────────────────────
pages: list[URLPattern] = [
    path("activities/", activities.activities, name="activities"),
    path("activities/export/", activities.activities_export, name="activities_export"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/correct/", activities.correct, name="correct"),
    path("activities/<int:pk>/withdraw/", activities.take_back, name="withdraw"),
    path("activities/<int:pk>/decide/", review.decide, name="decide"),
    path("review/", review.review, name="review"),
    path("venues/", venues.venues, name="venues"),
    path("venues/export/", venues.venues_export, name="venues_export"),
    path("venues/new/", venues.venue_new, name="venue_new"),
    path("venues/template/", lists.list_template, name="venue_template"),
    path("import/<slug:name>/", lists.list_import, name="list_import"),
    path("import/<slug:name>/<uuid:pk>/", lists.list_check, name="list_check"),
    path("import/<slug:name>/<uuid:pk>/problems/", lists.list_problems, name="list_problems"),
    path("import/<slug:name>/<uuid:pk>/enter/", lists.list_enter, name="list_enter"),
    path("venues/<int:pk>/", venues.venue, name="venue"),
    path("venues/<int:pk>/change/", venues.venue_change, name="venue_change"),
    path("venues/<int:pk>/close/", venues.venue_close, name="venue_close"),
    path("venues/<int:pk>/reopen/", venues.venue_reopen, name="venue_reopen"),
    path("venues/<int:pk>/plan/", matrix.plan, name="visit_plan"),
    path("visits/<int:pk>/cancel/", matrix.cancel, name="visit_cancel"),
    path("unreached/", matrix.unreached, name="unreached"),
    path("targets/", venues.targets, name="targets"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/export/", matrix.matrix_export, name="matrix_export"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.ledger_export, name="ledger_export"),
    path("days/", days.days, name="days"),
    path("days/<slug:key>/<int:year>/", days.day_year, name="day_year"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<int:year>/", figures.figures, name="figures_of"),
]

urlpatterns = [*phone, *pages]
