"""A file in parts: what arrives, what is sent twice, what is not what it says."""

import io
import zipfile
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from media import rules
from media.models import Upload
from media.services import purge_uploads
from tests.media.sending import START, picture, pieces, put, send, start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def desk(client_of, editor) -> Client:
    return client_of(editor)


def state(client: Client, url: str) -> tuple[str, int]:
    told = client.get(url).json()
    return told["state"], told["received"]


# ── Parts ────────────────────────────────────────────────────────────────────
def test_a_file_arrives_in_parts_and_stays_private(desk, editor, settings):
    content = picture()
    told = send(desk, content, part=1000)
    upload = Upload.objects.get()
    assert (told["state"], upload.kind, upload.owner, upload.received) == ("arrived", "image", editor, len(content))
    assert upload.path.read_bytes() == content
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_the_same_part_twice_does_no_harm(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    for offset, part in pieces(content, 4):
        for _twice in range(2):
            assert put(desk, url, offset, part).status_code == 200
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"


def test_a_part_out_of_order_is_told_where_to_begin(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    (_first, one), (second, two), *_rest = pieces(content, 4)
    answer = put(desk, url, second, two)
    assert (answer.status_code, answer.json()["received"]) == (409, 0)
    assert put(desk, url, 0, one).json()["received"] == second
    assert put(desk, url, second, two).json()["received"] == second + len(two)


def test_a_part_that_overlaps_adds_what_is_new(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    put(desk, url, 0, content[:700])
    put(desk, url, 300, content[300:1200])
    assert state(desk, url) == ("arriving", 1200)
    put(desk, url, 1200, content[1200:])
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"


def test_more_than_was_announced_is_not_taken(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    assert put(desk, url, 0, content + b"more").status_code == 409
    assert state(desk, url) == ("arriving", 0)


def test_a_part_has_at_most_five_megabytes(desk):
    url = start(desk, bytes(rules.PART + 9), "film.mp4").json()["url"]
    assert put(desk, url, 0, bytes(rules.PART + 1)).status_code == 413
    assert put(desk, url, 0, bytes(rules.PART)).json()["received"] == rules.PART


@pytest.mark.parametrize("query", ["", "?offset=", "?offset=-1", "?offset=x"])
def test_a_part_without_a_place_is_refused(desk, query):
    url = start(desk, picture()).json()["url"]
    assert desk.put(url + query, b"x", content_type="application/octet-stream").status_code == 400


def test_finishing_early_says_how_much_is_there(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    put(desk, url, 0, content[:500])
    answer = desk.post(f"{url}finish/")
    assert (answer.status_code, answer.json()["received"], answer.json()["state"]) == (409, 500, "arriving")


def test_a_wrong_hash_begins_anew(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    put(desk, url, 0, content[:-1] + bytes([content[-1] ^ 1]))
    answer = desk.post(f"{url}finish/")
    assert (answer.status_code, answer.json()["received"], state(desk, url)) == (409, 0, ("arriving", 0))
    put(desk, url, 0, content)
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"


def test_bytes_that_a_power_cut_took_are_asked_for_again(desk):
    content = picture()
    url = start(desk, content).json()["url"]
    put(desk, url, 0, content)
    with Upload.objects.get().path.open("r+b") as file:
        file.truncate(600)
    answer = desk.post(f"{url}finish/")
    assert (answer.status_code, answer.json()["received"]) == (409, 600)
    put(desk, url, 600, content[600:])
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"


def test_after_a_kill_another_browser_goes_on(client_of, editor):
    """The part was written and its row was not: it is sent once more, from another session of the same person."""
    content = picture()
    at_work = client_of(editor)
    url = start(at_work, content).json()["url"]
    put(at_work, url, 0, content[:800])
    Upload.objects.update(received=400)
    at_home = client_of(editor)
    again = start(at_home, content, "renamed.jpg").json()
    assert (again["url"], again["received"]) == (url, 400)
    put(at_home, url, 400, content[400:])
    assert put(at_work, url, 800, content[800:]).json()["received"] == len(content)
    assert at_home.post(f"{url}finish/").json()["state"] == "arrived"
    assert Upload.objects.count() == 1


def test_what_is_removed_is_gone(desk, django_capture_on_commit_callbacks):
    url = start(desk, picture()).json()["url"]
    put(desk, url, 0, b"x")
    path = Upload.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.delete(url).status_code == 200
    assert (path.exists(), Upload.objects.count(), desk.get(url).status_code) == (False, 0, 404)


# ── Who ──────────────────────────────────────────────────────────────────────
def test_anothers_token_opens_nothing(desk, client_of, training_officer):
    content = picture()
    url = start(desk, content).json()["url"]
    colleague = client_of(training_officer)
    assert [
        colleague.get(url).status_code,
        put(colleague, url, 0, content).status_code,
        colleague.post(f"{url}finish/").status_code,
        colleague.delete(url).status_code,
        colleague.get(f"{url}picture/").status_code,
    ] == [404] * 5
    assert start(colleague, content).json()["url"] != url
    assert state(desk, url) == ("arriving", 0)


def test_the_own_open_ones_are_told(desk):
    send(desk, picture(), "a.jpg")
    start(desk, picture(), "b.jpg")
    told = desk.get(START).json()["uploads"]
    assert [(one["name"], one["state"]) for one in told] == [("a.jpg", "arrived"), ("b.jpg", "arriving")]


# ── How much ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "megabytes", "status"),
    [("a.jpg", 20, 200), ("a.jpg", 21, 413), ("a.mp4", 200, 200), ("a.mp4", 201, 413), ("a.vtt", 2, 413)],
)
def test_each_kind_has_its_size(desk, name, megabytes, status):
    answer = start(desk, b"x", name, size=megabytes * rules.MB)
    assert answer.status_code == status
    assert status == 200 or "MB" in answer.json()["reason"]


@pytest.mark.parametrize("told", [{"size": 0}, {"size": -1}, {"sha256": "x"}, {"name": ""}])
def test_what_makes_no_sense_is_not_begun(desk, told):
    assert start(desk, b"x", **told).status_code == 400
    assert not Upload.objects.exists()


def test_one_person_has_so_many_files_on_their_way(desk, monkeypatch):
    monkeypatch.setattr(rules, "OPEN_FILES", 2)
    urls = [start(desk, picture(), f"{number}.jpg").json()["url"] for number in range(2)]
    answer = start(desk, picture(), "third.jpg")
    assert (answer.status_code, bool(answer.json()["reason"])) == (429, True)
    desk.delete(urls[0])
    assert start(desk, picture(), "third.jpg").status_code == 200


def test_one_person_has_so_many_bytes_on_their_way(desk, monkeypatch):
    monkeypatch.setattr(rules, "OPEN_BYTES", 300 * rules.MB)
    assert start(desk, b"1", "a.mp4", size=199 * rules.MB).status_code == 200
    assert start(desk, b"2", "b.mp4", size=199 * rules.MB).status_code == 429


# ── What it is ───────────────────────────────────────────────────────────────
def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>'
HOSTILE = {
    "a program": ("a.jpg", b"MZ" + bytes(500)),
    "a script of a shell": ("a.mp4", b"#!/bin/sh\nrm -rf /\n"),
    "a web page": ("a.png", b"<!DOCTYPE html><script>alert(1)</script>"),
    "a page behind the head of a text": ("a.pdf", b"\n\n  <html><body>"),
    "half a picture": ("a.jpg", picture()[:400]),
    "a picture of that name only": ("a.jpg", b"\xff\xd8\xff" + bytes(400)),
    "a drawing with a script": ("a.svg", SVG % b"<script>alert(1)</script>"),
    "a drawing that acts when it loads": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "a drawing that leads to a script": ("a.svg", SVG % b'<a href="javascript:alert(1)"><text>x</text></a>'),
    "a drawing that swells": ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG % b"<text>&a;</text>"),
    "an archive": ("a.docx.zip.pdf", office("a.txt")),
    "a document with macros": ("a.docx", office("[Content_Types].xml", "word/vbaProject.bin")),
    "an archive called a document": ("a.docx", office("a.txt")),
    "a playlist": ("a.mp4", b"#EXTM3U\nhttp://x/"),
    "no film": ("a.mp4", bytes(4) + b"ftypisom" + bytes(400)),
    "no PDF": ("a.pdf", b"%PDF-1.4 broken"),
    "no captions": ("a.vtt", b"WEBVTT\n\nhello"),
    "no kind at all": ("a.jpg", b"hello"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_what_it_says_is_refused_with_words(desk, what):
    name, content = HOSTILE[what]
    told = send(desk, content, name)
    upload = Upload.objects.get()
    assert (told["state"], upload.state, upload.path.exists()) == ("refused", "refused", False)
    assert told["reason"]
    assert told["reason"] in desk.get("/desk/media/").content.decode()


def test_a_name_of_no_kind_is_refused_before_anything_is_sent(desk):
    assert [start(desk, b"MZ", name).status_code for name in ("virus.exe", "page.html", "noname")] == [413] * 3
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", picture("PNG"), "image"),
        ("a.webp", picture("WEBP"), "image"),
        ("really-a-png.jpg", picture("PNG"), "image"),
        ("a.svg", SVG % b"<rect width='9' height='9'/>", "image"),
        ("a.docx", office("[Content_Types].xml", "word/document.xml"), "document"),
        ("a.vtt", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\n走\n".encode(), "captions"),
    ],
)
def test_what_is_what_it_says_is_taken(desk, name, content, kind):
    assert send(desk, content, name)["state"] == "arrived"
    assert Upload.objects.get().kind == kind


def test_without_ffmpeg_a_film_waits_and_is_not_lost(desk, film, monkeypatch):
    content = film().read()
    url = start(desk, content, "clip.mp4").json()["url"]
    put(desk, url, 0, content)
    with monkeypatch.context() as bare:
        bare.setattr("media.probing.shutil.which", lambda name: None)
        answer = desk.post(f"{url}finish/")
        assert (answer.status_code, "ffmpeg" in answer.json()["reason"]) == (503, True)
        assert "ffmpeg" in desk.get("/desk/media/").content.decode()
    assert desk.post(f"{url}finish/").json()["state"] == "arrived"


def test_a_small_picture_of_what_waits_is_the_owners(desk):
    url = send(desk, picture())["url"]
    assert desk.get(f"{url}picture/")["Content-Type"] == "image/jpeg"
    url = send(desk, SVG % b"", "a.svg")["url"]
    assert desk.get(f"{url}picture/").status_code == 404


# ── How long ─────────────────────────────────────────────────────────────────
def test_after_seven_days_it_is_gone(desk, django_capture_on_commit_callbacks):
    url = start(desk, picture()).json()["url"]
    put(desk, url, 0, b"x")
    path, now = Upload.objects.get().path, timezone.now()
    assert purge_uploads(now + timedelta(days=6)) == 0
    with time_machine.travel(now + timedelta(days=8)):
        assert desk.get(url).status_code in (302, 404)
    with django_capture_on_commit_callbacks(execute=True):
        purge_uploads(now + timedelta(days=8))
    assert (path.exists(), Upload.objects.exists()) == (False, False)


def test_a_file_that_no_row_names_goes_after_a_day(desk):
    send(desk, picture())
    kept = Upload.objects.get().path
    lost = kept.with_name("0" * 32)
    lost.write_bytes(b"x")
    now = timezone.now()
    assert (purge_uploads(now), purge_uploads(now + timedelta(days=2)), lost.exists(), kept.exists()) == (
        0,
        1,
        False,
        True,
    )


def test_the_hash_is_that_of_the_whole(desk):
    content: Any = picture()
    send(desk, content)
    assert Upload.objects.get().sha256 == sha256(content).hexdigest()
