from django.urls import URLPattern, path

from drills.views import msel, msel_events, msel_imports, msel_wire

urlpatterns: list[URLPattern] = [
    path("events/template/", msel.msel_template, name="msel_template"),
    path("<int:pk>/events/", msel.msel, name="msel"),
    path("<int:pk>/events/export/", msel.msel_export, name="msel_export"),
    path("<int:pk>/events/pack/", msel.run_pack, name="run_pack"),
    path("<int:pk>/events/renumber/", msel.msel_renumber, name="msel_renumber"),
    path("<int:pk>/events/edit/", msel_wire.msel_sheet, name="msel_sheet"),
    path("<int:pk>/events/save/", msel_wire.msel_save, name="msel_save"),
    path("<int:pk>/events/move/", msel_wire.msel_move, name="msel_move"),
    path("<int:pk>/events/remove/", msel_wire.msel_remove, name="msel_remove"),
    path("<int:pk>/events/new/", msel_events.event_new, name="event_new"),
    path("<int:pk>/events/<int:item>/", msel_events.event_edit, name="event_edit"),
    path("<int:pk>/events/<int:item>/delete/", msel_events.event_delete, name="event_delete"),
    path("<int:pk>/events/import/", msel_imports.msel_import, name="msel_import"),
    path("<int:pk>/events/paste/", msel_imports.msel_paste, name="msel_paste"),
    path("<int:pk>/events/import/<uuid:file>/", msel_imports.msel_check, name="msel_check"),
    path("<int:pk>/events/import/<uuid:file>/commit/", msel_imports.msel_commit, name="msel_commit"),
    path("<int:pk>/events/import/<uuid:file>/problems/", msel_imports.msel_problems, name="msel_problems"),
]
