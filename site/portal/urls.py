from django.urls import path, re_path, register_converter

from portal.posters import SIZES
from portal.services.readers import COUNTERS
from portal.views import days, desk, offline, outlets, pages, posters, readers, reviews, search, villages


class Counter:
    """One of the things that are counted of a page."""

    regex = "|".join(COUNTERS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PaperSize(Counter):
    """The sheets a poster is made for."""

    regex = "|".join(SIZES)


register_converter(Counter, "counter")
register_converter(PaperSize, "paper")
app_name = "portal"

urlpatterns = [
    path("search/", search.search_pages, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("guide/editor/", pages.editor_guide, name="editor_guide"),
    path("guide/outlets/", outlets.outlet_list, name="outlet_list"),
    path("guide/outlets/<int:pk>/", outlets.outlet, name="outlet"),
    path("desk/", desk.overview, name="desk"),
    path("desk/corrections/<int:pk>/", desk.correction_answer, name="correction_answer"),
    path("desk/review/", reviews.review_list, name="review_list"),
    path("desk/review/<int:pk>/", reviews.review, name="review"),
    path("desk/review/<int:pk>/text/", reviews.text, name="review_text"),
    path("desk/pages/<int:pk>/withdraw/", reviews.withdraw, name="withdraw"),
    path("desk/villages/", villages.card_list, name="card_list"),
    path("desk/villages/<slug:code>/", villages.card_edit, name="card_edit"),
    path("count/<int:pk>/<counter:counter>/", readers.count, name="count"),
    path("corrections/<int:pk>/", readers.correction_new, name="correction_new"),
    path("corrections/answer/<slug:token>/", readers.correction, name="correction"),
    path("days/", days.year_page, name="days"),
    path("days/<int:year>/", days.year_page, name="days_of"),
    path("days/<int:year>/calendar.ics", days.year_file, name="days_ics"),
    path("kept/", offline.kept_pages, name="kept"),
    path("villages/", villages.village_list, name="villages"),
    path("villages/<slug:code>/", villages.village, name="village"),
    path("villages/<slug:code>/poster/", villages.village_poster, name="village_poster"),
    path("posters/<int:pk>/<paper:size>.pdf", posters.poster_pdf, name="poster_pdf"),
    path("posters/<int:pk>/poster.svg", posters.poster_svg, name="poster_svg"),
    path("sw.js", offline.service_worker, name="service_worker"),
    re_path(r"^((?:[\w\-]+/)*)$", pages.page, name="page"),
]
