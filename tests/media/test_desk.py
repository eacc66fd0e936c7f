"""批量上传: described once, overwritten one by one, nothing published that lacks its words."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.models import Collection

from media.models import Document, Image, MediaFile, Upload
from records.models import AuditEntry
from tests.media.sending import WEBVTT, picture, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
DESK = "/desk/media/"
ALL = {"titles": "names", "licence": "photographed", "people_seen": "nobody"}


@pytest.fixture
def desk(client_of, editor) -> Client:
    return client_of(editor)


def save(desk: Client, **told: Any) -> Any:
    return desk.post(DESK, ALL | told)


def row(name: str, upload_name: str) -> str:
    """The name of a field in a file's own row."""
    return f"{name}-{Upload.objects.get(name=upload_name).pk.hex}"


def test_one_description_serves_all_pictures(desk, editor):
    for name in ("山洪_1.jpg", "山洪_2.jpg"):
        send(desk, picture(), name)
    told = {"alt": "河水漫过小桥", "caption": "七月的桥头", "author": "孙悦", "origin": "北岭乡"}
    assert save(desk, **told).status_code == 302
    images = Image.objects.order_by("title")
    assert [(one.title, one.description, one.caption) for one in images] == [
        ("山洪 1", "河水漫过小桥", "七月的桥头"),
        ("山洪 2", "河水漫过小桥", "七月的桥头"),
    ]
    assert {(one.author, one.origin, one.licence, one.people_seen, one.uploaded_by_user) for one in images} == {
        ("孙悦", "北岭乡", "photographed", "nobody", editor)
    }
    assert [upload.state for upload in Upload.objects.all()] == ["kept", "kept"]
    assert AuditEntry.objects.filter(action="media.kept").count() == 2


def test_what_stands_in_the_row_comes_before_what_stands_below(desk):
    for name in ("a.jpg", "b.jpg"):
        send(desk, picture(), name)
    save(desk, alt="河水漫过小桥", **{row("alt", "b.jpg"): "村干部敲锣", row("title", "b.jpg"): "敲锣"})
    assert set(Image.objects.values_list("title", "description")) == {("a", "河水漫过小桥"), ("敲锣", "村干部敲锣")}


def test_nothing_is_published_without_words_for_those_who_cannot_see(desk):
    for name in ("a.jpg", "b.jpg"):
        send(desk, picture(), name)
    send(desk, picture("PNG"), "c.png")
    page = save(desk, **{row("alt", "b.jpg"): "村干部敲锣"})
    assert page.status_code == 200
    assert [one.upload.name for one in page.context["lacking"]] == ["a.jpg", "c.png"]
    assert Image.objects.get().description == "村干部敲锣"
    assert save(desk, alt="河").status_code == 302
    assert Image.objects.count() == 3


@pytest.mark.parametrize(
    ("told", "titles"),
    [
        ({"titles": "names"}, ["a", "b"]),
        ({"titles": "numbered", "words": "防汛"}, ["防汛 1", "防汛 2"]),
        ({"titles": "words_and_name", "words": "防汛"}, ["防汛 a", "防汛 b"]),
    ],
)
def test_titles_follow_a_pattern(desk, told, titles):
    for name in ("a.jpg", "b.jpg"):
        send(desk, picture(), name)
    save(desk, alt="河", **told)
    assert sorted(Image.objects.values_list("title", flat=True)) == titles


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"licence": ""}, "licence"),
        ({"licence": "own"}, "licence"),
        ({"licence": "other"}, "licence_note"),
        ({"licence": "permitted"}, "origin"),
        ({"people_seen": ""}, "people_seen"),
        ({"people_seen": "agreed"}, "consent_note"),
        ({"titles": "numbered"}, "words"),
    ],
)
def test_terms_and_consent_are_asked_for(desk, told, field):
    send(desk, picture())
    page = save(desk, alt="河", **told)
    assert list(page.context["form"].errors) == [field]
    assert (Image.objects.exists(), Upload.objects.get().state) == (False, "arrived")


def test_a_photo_leaves_behind_where_it_was_taken(desk):
    exif = Picture.Exif()
    exif[0x010F] = "somebody's phone"
    send(desk, picture(exif=exif.tobytes()))
    save(desk, alt="河")
    with Image.objects.get().file.open() as kept:
        assert dict(Picture.open(kept).getexif()) == {}


def test_a_document_and_a_drawing_are_kept_as_they_are(desk, paper):
    content = paper(2).read()
    send(desk, content, "转移预案.pdf")
    save(desk)
    document = Document.objects.get()
    with document.file.open() as kept:
        assert (kept.read(), document.title, document.file_size) == (content, "转移预案", len(content))
    assert document.file.name.endswith(".pdf")


def test_what_is_kept_is_no_longer_private_and_not_there_twice(desk, django_capture_on_commit_callbacks):
    send(desk, picture())
    path = Upload.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        save(desk, alt="河")
    assert not path.exists()
    save(desk, alt="河")
    assert Image.objects.count() == 1


# ── Films and their captions ─────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["clip.vtt", "CLIP.zh.vtt"])
def test_captions_find_the_film_of_their_name(desk, film, name):
    send(desk, WEBVTT, name)
    send(desk, film().read(), "clip.mp4")
    assert save(desk).status_code == 302
    with MediaFile.objects.get().captions.open() as kept:
        assert kept.read() == WEBVTT


def test_captions_may_come_later(desk, film):
    send(desk, film().read(), "clip.mp4")
    save(desk)
    send(desk, WEBVTT, "clip.vtt")
    save(desk)
    assert MediaFile.objects.get().captions


def test_captions_without_a_film_wait_until_one_is_chosen(desk, film):
    send(desk, film().read(), "clip.mp4")
    save(desk)
    send(desk, WEBVTT, "other.vtt")
    page = save(desk)
    assert [one.upload.name for one in page.context["lacking"]] == ["other.vtt"]
    save(desk, **{row("film", "other.vtt"): MediaFile.objects.get().pk})
    assert MediaFile.objects.get().captions


def test_a_recording_is_kept_with_its_length(desk, film, tmp_path):
    from media.probing import write_audio

    source = tmp_path / "film.mp4"
    source.write_bytes(film(sound=True).read())
    write_audio(source, tmp_path / "voice.m4a")
    send(desk, (tmp_path / "voice.m4a").read_bytes(), "voice.m4a")
    save(desk)
    kept = MediaFile.objects.get()
    assert (kept.type, round(kept.duration), kept.title) == ("audio", 2, "voice")


# ── Without a script, and without anything ───────────────────────────────────
def test_a_plain_form_sends_many_at_once(desk):
    files = [SimpleUploadedFile(f"{name}.jpg", picture()) for name in "ab"]
    page = save(desk, alt="河", chosen=[*files, SimpleUploadedFile("c.jpg", b"MZ program")])
    assert page.status_code == 200
    assert sorted(Image.objects.values_list("title", flat=True)) == ["a", "b"]
    assert "c.jpg" in page.content.decode()


def test_an_incomplete_description_loses_no_file(desk):
    page = desk.post(DESK, ALL | {"licence": "", "chosen": [SimpleUploadedFile("a.jpg", picture())]})
    assert [one.upload.name for one in page.context["rows"]] == ["a.jpg"]
    assert not Image.objects.exists()


def test_an_empty_page_says_what_to_do(desk):
    page = desk.get(f"/en{DESK}")
    assert page.context["rows"] == []
    assert "You have saved nothing yet." in page.content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(desk, django_assert_max_num_queries):
    for number in range(8):
        send(desk, picture(), f"{number}.jpg")
    save(desk, alt="河")
    for number in range(8):
        send(desk, picture(), f"more {number}.jpg")
    with django_assert_max_num_queries(20):
        page = desk.get(DESK)
    assert (len(page.context["rows"]), len(page.context["kept"])) == (8, 8)


def test_a_colleague_sees_none_of_it(desk, client_of, training_officer):
    send(desk, picture())
    page = client_of(training_officer).get(DESK)
    assert (page.context["rows"], page.context["kept"]) == ([], [])
    assert Collection.objects.count() == 1


def test_the_editors_menu_leads_here(desk):
    assert DESK in desk.get("/desk/").content.decode()
