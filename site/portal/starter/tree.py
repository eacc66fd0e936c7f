"""The page tree: Chinese at /, English at /en/ with Chinese pages standing in until somebody translates them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from campaign.queries import default_entries
from portal import models, search

STARTER_BANK = "安全知识题库"
EDITORS = "editors"
THREE_REVIEWS = "三审"
STAGES = {models.Step.FIRST: "初审", models.Step.SECOND: "复审", models.Step.FINAL: "终审"}  # as Wagtail's admin says

SECTIONS: list[tuple[type[Page], str, str, str, str, str]] = [
    (
        models.TopicIndexPage,
        "hazards",
        "遇险怎么办",
        "What to do",
        "先看怎么办，再看为什么。点开就是该做的几步。",
        "First what to do, then why.",
    ),
    (
        models.LibraryPage,
        "library",
        "安全知识",
        "Library",
        "文章、案例和小测验，都由专人写、专人审。",
        "Articles, cases and quizzes, each written and reviewed.",
    ),
    (
        models.EntryIndexPage,
        "entries",
        "安全“七进”",
        "Seven settings",
        "你在哪里，就看哪里的安全。",
        "Safety for the place where you are.",
    ),
    (
        models.RegulationIndexPage,
        "laws",
        "法规依据",
        "Laws and rules",
        "本平台引用的法规条款。写明待核实的，尚未核对原文。",
        "The articles this platform relies on, and their state.",
    ),
]
SITUATIONS = {
    "zh-hans": [
        ("gas", "闻到燃气味", "不碰电，开门窗，到屋外"),
        ("mountain-torrent", "山洪来了", "往两侧高处走"),
        ("carbon-monoxide", "炉子取暖头晕", "开门，到屋外"),
        ("ebike", "电动车起火", "先逃，关门，打 119"),
    ],
    "en": [
        ("gas", "You smell gas", "No switches, open up, get out"),
        ("mountain-torrent", "A torrent is coming", "Climb sideways, uphill"),
        ("carbon-monoxide", "Dizzy by the stove", "Open the door, go outside"),
        ("ebike", "An e-bike burns", "Get out, shut the door, 119"),
    ],
}
PROMISE = {
    "zh-hans": ("遇到危险，先知道怎么办", "这里是知识，不是预警。以官方发布和村里通知为准。"),
    "en": ("In danger, know what to do first", "This is knowledge, not a warning. Follow official notices."),
}


def plant() -> models.HomePage:
    """Root, home, sections and entry pages; whatever stands already is left as editors made it."""
    chinese, _created = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = models.HomePage.objects.filter(locale=chinese).first() or plant_home(chinese)
    for model, slug, title, _title_en, introduction, _introduction_en in SECTIONS:
        if not model.objects.child_of(home).exists():
            home.add_child(instance=model(title=title, slug=slug, introduction=introduction, show_in_menus=True))
    shelf = models.EntryIndexPage.objects.child_of(home).get()
    taken = set(models.EntryPage.objects.child_of(shelf).values_list("entry__code", flat=True))
    for entry in default_entries().exclude(code__in=taken):
        page = models.EntryPage(title=entry.name, slug=entry.code.replace("_", "-"), entry=entry)
        shelf.add_child(instance=page)
    return home


def plant_home(locale: Locale) -> models.HomePage:
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    promise, note = PROMISE["zh-hans"]
    home = models.HomePage(
        title=settings.WAGTAIL_SITE_NAME, slug="home-zh", locale=locale, promise=promise, promise_note=note
    )
    root.add_child(instance=home)
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "site_name": settings.WAGTAIL_SITE_NAME, "root_page": home},
    )
    models.Masthead.objects.get_or_create(site=site)
    # A new Wagtail database brings a welcome page; nobody wants to read it.
    Page.objects.child_of(root).exclude(pk=home.pk).filter(slug="home").delete()
    return home


def furnish_home(home: models.HomePage) -> None:
    """Fill the first screen once; afterwards it is the editors'."""
    if home.situations.exists():
        return
    topics = {topic.slug: topic for topic in models.HazardTopicPage.objects.descendant_of(home)}
    home.situations = [
        models.HomeSituation(sort_order=order, topic=topics[slug], title=title, hint=hint)
        for order, (slug, title, hint) in enumerate(SITUATIONS[home.locale.language_code])
        if slug in topics
    ]
    home.quiz = models.QuizPage.objects.descendant_of(home).filter(slug="gas-safety").first()
    home.save_revision().publish()


def stand_in_for_translations(home: models.HomePage) -> None:
    """The English tree: home, sections and entries in English; every other page an alias of the Chinese one."""
    english, _created = Locale.objects.get_or_create(language_code="en")
    promise, note = PROMISE["en"]
    translate(
        home, english, {"title": "County Safety School", "promise": promise, "promise_note": note, "situations": []}
    )
    for model, _slug, _title, title_en, _introduction, introduction_en in SECTIONS:
        translate(model.objects.child_of(home).get(), english, {"title": title_en, "introduction": introduction_en})
    for page in models.EntryPage.objects.descendant_of(home).select_related("entry"):
        translate(page, english, {"title": page.entry.name_en})
    translated = set(Page.objects.filter(locale=english).values_list("translation_key", flat=True))
    for page in Page.objects.descendant_of(home).live().exclude(translation_key__in=translated).specific():
        search.index_page(page.copy_for_translation(english, copy_parents=True, alias=True))


def translate(page: Page, locale: Locale, texts: dict[str, Any]) -> None:
    if page.has_translation(locale):
        return
    translation = page.copy_for_translation(locale)
    for name, text in texts.items():
        setattr(translation, name, text)
    translation.save_revision().publish()


def open_to_editors(home: models.HomePage) -> None:
    """Editors write below both homes and add pictures; entering the admin is a matter of their role. What the public
    reads passes the three reviews: nobody holds Wagtail's permission to publish. Starter content needs none: it comes
    reviewed, and is published by the loader."""
    editors, _created = Group.objects.get_or_create(name=EDITORS)
    for page in home.get_translations(inclusive=True):
        for permission in page_permissions():
            GroupPagePermission.objects.get_or_create(group=editors, page=page, permission=permission)
        put_under_review(page)
    GroupPagePermission.objects.filter(group=editors, permission__codename="publish_page").delete()
    root = Collection.get_first_root_node()
    for permission in collection_permissions():
        GroupCollectionPermission.objects.get_or_create(group=editors, collection=root, permission=permission)
    snippets = Permission.objects.filter(content_type__app_label="exams", codename__endswith="_question")
    editors.permissions.add(*snippets.exclude(codename__startswith="delete"))


def put_under_review(home: Page) -> None:
    """The whole tree of a language: a home page can send thousands astray as well as an article can."""
    if WorkflowPage.objects.filter(page=home).exists():
        return
    workflow, made = Workflow.objects.get_or_create(name=THREE_REVIEWS)
    if made:
        for order, (step, name) in enumerate(STAGES.items()):
            stage, _new = models.ReviewStage.objects.get_or_create(step=step, defaults={"name": name})
            WorkflowTask.objects.create(workflow=workflow, task=stage, sort_order=order)
    WorkflowPage.objects.create(page=home, workflow=workflow)


def collection_permissions() -> list[Permission]:
    """Wagtail asks for the permissions of its own models, also where ours stand in their place."""
    wanted = [f"{verb}_{kind}" for verb in ("add", "change", "choose") for kind in ("image", "document", "media")]
    apps = ["wagtailimages", "wagtaildocs", "wagtailmedia"]
    return list(Permission.objects.filter(content_type__app_label__in=apps, codename__in=wanted))


def page_permissions() -> list[Permission]:
    wanted = ["add_page", "change_page", "lock_page", "unlock_page"]
    return list(Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=wanted))
