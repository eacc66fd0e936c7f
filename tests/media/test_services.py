"""What becomes of an uploaded film or document."""

import shutil
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from media import checks, probing
from media.models import Document, MediaFile
from media.probing import NotAVideo
from media.queries import audio_of, pages_of
from media.services import NotAPdf, add_document, add_video, complete_video, draw_later, draw_pages
from records.errors import Permanent
from records.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


def jobs() -> list[tuple[str, list[int]]]:
    return [(job.task, job.args) for job in Job.objects.all()]


def test_a_film_gets_its_length_a_poster_and_a_job_for_them(film, training_officer):
    media = add_video(film(), title="示范", by=training_officer)
    assert (round(media.duration), media.width, media.height) == (2, 320, 180)
    assert jobs() == [("media.complete_video", [media.pk])]
    complete_video(media.pk)
    media.refresh_from_db()
    with media.thumbnail.open() as poster:
        assert Image.open(poster).size == (320, 180)
    assert audio_of(media) is None
    assert jobs() == [("media.complete_video", [media.pk])]


def test_the_file_of_a_film_has_a_name_that_nobody_guesses(film, training_officer):
    media = add_video(film("员工手机号.mp4"), title="示范", by=training_officer)
    assert len(media.file.name.removeprefix("media/").removesuffix(".mp4")) == 32


def test_a_film_with_sound_can_be_listened_to_alone(film, training_officer):
    media = add_video(film(sound=True), title="示范", by=training_officer)
    for _twice in range(2):
        complete_video(media.pk)
    sound = audio_of(media)
    assert sound is not None
    assert 0 < sound.size < media.file.size * 4
    assert default_storage.exists(sound.url.removeprefix("/uploads/"))


def test_a_film_put_into_the_library_by_hand_is_completed_too(film):
    media = MediaFile.objects.create(title="手工", type="video", file=film())
    complete_video(media.pk)
    media.refresh_from_db()
    assert (round(media.duration), bool(media.thumbnail)) == (2, True)


def test_what_has_all_asks_for_nothing(film):
    MediaFile.objects.create(title="齐全", type="video", file=film(), duration=2, thumbnail="p.jpg")
    MediaFile.objects.create(title="录音", type="audio", file=ContentFile(b"x", "a.mp3"))
    assert jobs() == []


@pytest.mark.parametrize("content", [b"", b"not a film", b"\0" * 2000, b"<svg onload=alert(1)>", b"#EXTM3U\nhttp://x/"])
def test_what_is_no_film_is_refused(content, training_officer):
    with pytest.raises(NotAVideo):
        add_video(ContentFile(content, "film.mp4"), title="假", by=training_officer)
    assert not MediaFile.objects.exists()


def test_a_film_that_phones_do_not_play_is_refused(film, training_officer):
    with pytest.raises(NotAVideo):
        add_video(film(codec="mpeg4"), title="旧", by=training_officer)


def test_a_playlist_leads_nowhere(tmp_path, training_officer):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nconcat:{secret}\n#EXT-X-ENDLIST\n"
    with pytest.raises(NotAVideo):
        add_video(ContentFile(playlist.encode(), "film.mp4"), title="清单", by=training_officer)


def test_a_damaged_film_fails_for_good_with_a_cause():
    media = MediaFile.objects.create(title="坏", type="video", file=ContentFile(b"broken", "broken.mp4"))
    with pytest.raises(Permanent):
        complete_video(media.pk)


def test_each_page_of_a_document_is_drawn_once(paper, training_officer):
    document = add_document(paper(3), title="一页纸", by=training_officer)
    for _twice in range(2):
        draw_later(document)
    assert jobs() == [("media.draw_pages", [document.pk])]
    assert pages_of(document) == []
    for _twice in range(2):
        draw_pages(document.pk)
    pages = pages_of(document)
    assert [page[-7:] for page in pages] == ["001.jpg", "002.jpg", "003.jpg"]
    with default_storage.open(pages[0].removeprefix("/uploads/")) as page:
        assert Image.open(BytesIO(page.read())).size[0] == pytest.approx(1200, abs=2)


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.4 broken"])
def test_what_is_no_document_is_refused(content, training_officer):
    with pytest.raises(NotAPdf):
        add_document(ContentFile(content, "one.pdf"), title="假", by=training_officer)
    assert not Document.objects.exists()


def test_a_document_of_a_hundred_and_one_pages_is_too_long(paper, training_officer):
    with pytest.raises(NotAPdf):
        add_document(paper(101), title="长", by=training_officer)


def test_a_machine_without_ffmpeg_is_told(monkeypatch):
    assert checks.video_tools(None) == []
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert [one.id for one in checks.video_tools(None)] == ["media.W001"]
    with pytest.raises(probing.ToolMissing):
        probing.tool("ffmpeg")
