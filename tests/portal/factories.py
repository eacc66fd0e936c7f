from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from portal.models import ArticlePage, HomePage, LibraryPage, PosterPage, VillageCard


def make_home() -> HomePage:
    """Without migrations there is no page tree: root, home and site are made here."""
    locale, _created = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    home = root.add_child(
        instance=HomePage(title="示例县安全学堂", slug="home-zh", promise="先知道怎么办", locale=locale)
    )
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return home


def make_library(home: HomePage) -> LibraryPage:
    return home.add_child(instance=LibraryPage(title="安全知识", slug="library", show_in_menus=True))


def make_article(library: LibraryPage, title: str, *paragraphs: str, **fields: Any) -> ArticlePage:
    body = [("paragraph", f"<p>{text}</p>") for text in paragraphs]
    fields = {"summary": title, "slug": f"a{ArticlePage.objects.count() + 1}"} | fields
    page = library.add_child(instance=ArticlePage(title=title, body=body, **fields))
    page.save_revision().publish()
    return page


def make_poster(library: LibraryPage, **fields: Any) -> PosterPage:
    steps = [("手停住，不碰开关", "灯不开也不关，插头不拔"), ("叫上全家出去", "走楼梯"), ("走远了，再打电话", "打 119")]
    told = {
        "title": "海报：闻到燃气味怎么办",
        "summary": "闻到味，不碰开关，人到屋外再打电话。",
        "slug": f"p{PosterPage.objects.count() + 1}",
        "headline": "不碰开关，人到屋外",
        "danger": "嘶嘶响、味道冲：马上出门喊人。",
        "calls": "119 120",
        "steps": [("step", {"action": action, "note": note}) for action, note in steps],
    }
    page = library.add_child(instance=PosterPage(**told | fields))
    page.save_revision().publish()
    return PosterPage.objects.get(pk=page.pk)


def make_card(village: Any, *, by: Any, **facts: Any) -> VillageCard:
    told = {
        "dangers": "村东山洪沟",
        "signal": "铜锣连敲",
        "route": "沿水泥路往北上坡",
        "shelter": "小学操场",
        "duty_phone": "0999-8820101",
        "checked_on": timezone.localdate() - timedelta(days=9),
    }
    return VillageCard.objects.create(division=village, changed_by=by, changed_at=timezone.now(), **told | facts)
