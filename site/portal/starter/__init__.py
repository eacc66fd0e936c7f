"""What the public site ships with: the tree in both languages, pieces, pictures, quizzes."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from campaign.queries import default_entries
from duties.models import Article, Regulation
from duties.queries import find_source
from duties.vocabulary import Hazard
from exams.models import Question, QuestionBank
from exams.starter import articles_by_row, sync_question
from media.models import Image
from portal import models
from portal.starter import tree
from portal.starter.parse import read_piece
from records.starter import Outcome, sync

FOLDER = Path(__file__).parent
TOLD = ("title", "summary", "sources", "loudspeaker", "illustration_id", "audio_id")
PIECES: dict[str, type[models.Piece]] = {
    "topics": models.HazardTopicPage,
    "articles": models.ArticlePage,
    "cases": models.CasePage,
    "quizzes": models.QuizPage,
    "posters": models.PosterPage,
    "guides": models.GuidePage,  # last: they name the pieces to bring
}


@transaction.atomic
def load() -> list[Outcome]:
    """A page is saved five times on its way to the public and its references are needed once: written down at last."""
    before = set(Page.objects.values_list("pk", "latest_revision"))
    with disable_reference_index_auto_update():
        outcomes = load_all()
    changed = set(Page.objects.values_list("pk", "latest_revision")) - before
    for page in Page.objects.filter(pk__in=[pk for pk, _revision in changed]).specific():
        ReferenceIndex.create_or_update_for_object(page)
    return outcomes


def load_all() -> list[Outcome]:
    home = tree.plant()
    outcomes = [load_picture(path) for path in sorted((FOLDER / "illustrations").glob("*.svg"))]
    bank, _created = QuestionBank.objects.get_or_create(name=tree.STARTER_BANK, organisation=None)
    outcomes += load_pieces(home, bank)
    load_regulations(home)
    tree.stand_in_for_translations(home)
    outcomes += load_translations(home)
    outcomes += load_wrong_words()
    outcomes += load_synonyms()
    for translation in home.get_translations(inclusive=True).specific():
        tree.furnish_home(translation)
    tree.open_to_editors(home)
    return outcomes


def load_pieces(home: models.HomePage, bank: QuestionBank) -> Iterator[Outcome]:
    parents = {
        "topics": models.TopicIndexPage.objects.child_of(home).get(),
        "articles": models.LibraryPage.objects.child_of(home).get(),
    }
    for folder, model in PIECES.items():
        parent = parents.get(folder, parents["articles"])
        for path in sorted((FOLDER / folder).glob("*.*"), key=shelf_order):
            if folder == "quizzes":
                shipped = tomllib.loads(path.read_text(encoding="utf-8"))
                yield from load_questions(bank, shipped)
            else:
                shipped = read_text_piece(path)
            yield load_piece(model, parent, path.stem, shipped)


def load_translations(home: models.HomePage) -> Iterator[Outcome]:
    """Articles that somebody has written in English take the place of the Chinese that stood in for them."""
    english = Locale.objects.get(language_code="en")
    library = models.LibraryPage.objects.child_of(home).get()
    for path in sorted((FOLDER / "articles_en").glob("*.md")):
        chinese = models.ArticlePage.objects.child_of(library).filter(slug=path.stem).first()
        page = chinese.get_translation_or_none(english) if chinese else None
        if page:
            yield load_translation(page, path)


def load_translation(page: models.ArticlePage, path: Path) -> Outcome:
    def find() -> models.ArticlePage | None:
        return page if page.alias_of_id is None else None

    def write(_page: models.ArticlePage | None, data: dict[str, Any]) -> models.Piece:
        page.alias_of = None
        return write_piece(page, page.get_parent(), data)

    return sync(f"articlepage-en:{path.stem}", read_text_piece(path), find=find, read=read_back, write=write)


def load_wrong_words() -> Iterator[Outcome]:
    """An editor may drop a word for good, or word it otherwise."""
    shipped = tomllib.loads((FOLDER / "wrong_words.toml").read_text(encoding="utf-8"))["words"]
    return (load_wrong_word(word) for word in shipped)


def load_wrong_word(word: dict[str, str]) -> Outcome:
    def find() -> models.WrongWord | None:
        return models.WrongWord.objects.filter(wrong=word["wrong"]).first()

    def read(kept: models.WrongWord) -> dict[str, str]:
        return {"wrong": kept.wrong, "right": kept.right, "reason": kept.reason}

    def write(kept: models.WrongWord | None, data: dict[str, str]) -> models.WrongWord:
        kept = kept or models.WrongWord(wrong=data["wrong"])
        kept.right, kept.reason = data["right"], data["reason"]
        kept.save()
        return kept

    return sync(f"wrong-word:{word['wrong']}", word, find=find, read=read, write=write)


def load_synonyms() -> Iterator[Outcome]:
    """What an editor added to a group or took away stays, and so does a group that he dropped."""
    shipped = tomllib.loads((FOLDER / "synonyms.toml").read_text(encoding="utf-8"))["groups"]
    return (load_group(key, "、".join(words)) for key, words in shipped.items())


def load_group(key: str, words: str) -> Outcome:
    def find() -> models.SynonymGroup | None:
        return models.SynonymGroup.objects.filter(key=key).first()

    def read(kept: models.SynonymGroup) -> dict[str, str]:
        return {"words": kept.words}

    def write(kept: models.SynonymGroup | None, data: dict[str, str]) -> models.SynonymGroup:
        kept = kept or models.SynonymGroup(key=key)
        kept.words = data["words"]
        kept.save()
        return kept

    return sync(f"synonyms:{key}", {"words": words}, find=find, read=read, write=write)


def shelf_order(path: Path) -> tuple[int, str]:
    """Topics stand in the order of the hazards, everything else by name."""
    hazard = path.stem.replace("-", "_")
    return (Hazard.values.index(hazard) if hazard in Hazard.values else len(Hazard.values), path.stem)


def read_text_piece(path: Path) -> dict[str, Any]:
    front, body = read_piece(path)
    return front | {"body": body}


def load_questions(bank: QuestionBank, quiz: dict[str, Any]) -> Iterator[Outcome]:
    hazard = next(iter(quiz["hazards"]), "")
    articles = articles_by_row({row for wording in quiz["questions"] for row in wording["rows"]})
    return (
        sync_question(f"question:{wording['key']}", bank, wording, articles=articles, hazard=hazard)
        for wording in quiz["questions"]
    )


def load_piece(model: type[models.Piece], parent: Page, slug: str, shipped: dict[str, Any]) -> Outcome:
    def find() -> models.Piece | None:
        return model.objects.child_of(parent).filter(slug=slug).first()

    def write(page: models.Piece | None, data: dict[str, Any]) -> models.Piece:
        return write_piece(page or model(slug=slug), parent, data)

    return sync(f"{model._meta.model_name}:{slug}", shipped, find=find, read=read_back, write=write)


def write_piece(page: models.Piece, parent: Page, data: dict[str, Any]) -> models.Piece:
    page.title, page.summary = data["title"], data["summary"]
    page.sources = "\n".join(data.get("sources", []))
    page.loudspeaker = data.get("loudspeaker", "").strip()
    page.doubts = "\n".join(f"{doubt['claim']} — {doubt['reason']}" for doubt in data.get("doubts", []))
    page.reviewed_by, page.reviewed_on = data["reviewed_by"], data["reviewed_on"] or None
    page.illustration = Image.objects.filter(title=data.get("illustration", page.slug)).first()
    page.illustration_alt = data.get("illustration_alt", "")
    write_matter(page, data)
    public = settings.DEMO or not page.doubts  # what somebody doubts is a draft until an editor has settled it
    if page.pk is None:
        page.live = public
        parent.add_child(instance=page)
    page.entries = default_entries().filter(code__in=data["entries"])
    page.hazards = models.HazardTag.objects.filter(code__in=data["hazards"])
    revision = page.save_revision()
    if public:
        revision.publish()
    return page


def write_matter(page: models.Piece, data: dict[str, Any]) -> None:
    match page:
        case models.QuizPage():
            keys = [question["key"] for question in data["questions"]]
            questions = Question.objects.filter(bank__name=tree.STARTER_BANK, bank__organisation=None, key__in=keys)
            by_key = {question.key: question for question in questions}
            page.questions = [
                models.QuizQuestion(sort_order=order, question=by_key[key]) for order, key in enumerate(keys)
            ]
        case models.HazardTopicPage():
            page.hazard, page.danger, page.calls = data["hazards"][0], data["danger"], " ".join(data["call"])
            page.now = json.dumps([situation(item) for item in data["now"]])
            page.body = json.dumps([cite(block) for block in data["body"]])
        case models.PosterPage():
            page.headline, page.danger, page.calls = data["headline"], data["danger"], " ".join(data["call"])
            page.steps = json.dumps([{"type": "step", "value": step} for step in data["body"][0]["value"]])
        case models.GuidePage():
            page.venue_kind = data["venue_kind"]
            page.body = json.dumps([cite(block) for block in data["body"]])
            page.bring = [
                models.BroughtPiece(sort_order=at, piece=one) for at, one in enumerate(brought(data["bring"]))
            ]
        case models.ArticlePage() | models.CasePage():
            page.body = json.dumps([cite(block) for block in data["body"]])


def brought(slugs: list[str]) -> list[models.Piece]:
    """Pieces of the Chinese library, in the order named."""
    library = models.LibraryPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    found = {piece.slug: piece for piece in models.Piece.objects.filter(slug__in=slugs).child_of(library.get())}
    return [found[slug] for slug in slugs if slug in found]


def situation(item: dict[str, Any]) -> dict[str, Any]:
    steps = [{"action": action, "note": note} for action, note in item["steps"]]
    return {"type": "situation", "value": {"title": item["title"], "steps": steps}}


def cite(block: dict[str, Any]) -> dict[str, Any]:
    """A law block names its rulebook row; the page holds the article itself."""
    if block["type"] != "law":
        return block
    source = find_source(block["value"]["article"])
    article = source if isinstance(source, Article) else source.articles.order_by("order").first()
    return block | {"value": {"article": article.pk if article else None}}


def read_back(page: models.Piece) -> dict[str, Any]:
    """What an editor may have changed; block ids, which every save makes anew, are left out."""
    page = type(page).objects.get(pk=page.pk)
    read = {name: getattr(page, name) for name in TOLD}
    for name in ("body", "now", "steps"):
        if hasattr(page, name):
            read[name] = [(block.block_type, str(block.value)) for block in getattr(page, name)]
    if isinstance(page, models.QuizPage):
        read["questions"] = list(page.questions.values_list("question__key", flat=True))
    if isinstance(page, models.GuidePage):
        read |= {"venue_kind": page.venue_kind, "bring": list(page.bring.values_list("piece__slug", flat=True))}
    if isinstance(page, models.HazardTopicPage):
        read |= {"danger": page.danger, "calls": page.calls}
    if isinstance(page, models.PosterPage):
        read |= {"headline": page.headline, "danger": page.danger, "calls": page.calls}
    return read


def load_picture(path: Path) -> Outcome:
    content = path.read_bytes()

    def find() -> Image | None:
        return Image.objects.filter(title=path.stem).first()

    def read(image: Image) -> dict[str, Any]:
        return {"file": hashlib.sha256(image.file.open().read()).hexdigest()}

    def write(image: Image | None, _data: dict[str, Any]) -> Image:
        image = image or Image(title=path.stem, author=settings.WAGTAIL_SITE_NAME)
        image.file = ContentFile(content, name=path.name)
        image.file_size = len(content)
        image.save()
        return image

    return sync(
        f"picture:{path.stem}", {"file": hashlib.sha256(content).hexdigest()}, find=find, read=read, write=write
    )


def load_regulations(home: models.HomePage) -> None:
    """One page a regulation of the rulebook."""
    parent = models.RegulationIndexPage.objects.child_of(home).get()
    known = set(models.RegulationPage.objects.child_of(parent).values_list("regulation_id", flat=True))
    for regulation in Regulation.objects.exclude(pk__in=known).order_by("key"):
        title = regulation.title or regulation.document_number
        page = models.RegulationPage(title=title, slug=regulation.key, regulation=regulation)
        parent.add_child(instance=page)
        page.save_revision().publish()
