from django.urls import URLPattern, path

from drills.views import field, offline, role_cards, trust

urlpatterns: list[URLPattern] = [
    path("sw.js", offline.service_worker, name="service_worker"),
    path("trust/", trust.trust, name="trust"),
    path("trust/authority.crt", trust.authority, name="authority"),
    path("field/<str:token>/", field.page, name="field"),
    path("field/<str:token>/pack/", field.pack, name="field_pack"),
    path("field/<str:token>/check/", field.check, name="field_check"),
    path("field/<str:token>/ready/", field.ready, name="field_ready"),
    path("<int:pk>/cards/", role_cards.cards, name="cards"),
    path("<int:pk>/cards/print/", role_cards.cards_print, name="cards_print"),
    path("<int:pk>/cards/sheets/", role_cards.sheets_print, name="cards_sheets"),
    path("<int:pk>/cards/<int:part>/", role_cards.card, name="card"),
    path("<int:pk>/cards/<int:part>/print/", role_cards.card_print, name="card_print"),
    path("<int:pk>/cards/<int:part>/reissue/", role_cards.card_reissue, name="card_reissue"),
]
