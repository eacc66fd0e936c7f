from django.urls import URLPattern, path

from reports.views import ledger, year

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("drills/", ledger.drill_ledger, name="drill_ledger"),
    path("drills/export/", ledger.drill_ledger_export, name="drill_ledger_export"),
    path("drills/figures/", ledger.drill_figures, name="drill_figures"),
    path("year/", year.year, name="year"),
    path("year/final/", year.freeze, name="freeze"),
    path("year/rows/<slug:name>/", year.figure_rows, name="rows"),
    path("saved/<int:pk>/", year.saved, name="saved"),
    path("saved/<int:pk>/<slug:name>/", year.saved_rows, name="saved_rows"),
]
