"""Smaller copies of films: which are made, how far they are, what a player is offered."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from media import captions, probing, rules
from media.models import MediaFile
from media.probing import NotAVideo
from media.queries import PHONE, film_states, sources_of
from media.services import add_video, complete_video, make_rendition, rendition_name
from records.errors import Permanent
from records.models import Job
from records.services import claim, execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ContentFile]:
    """A second of colour bars in this size."""

    def make(size: str = "1280x720") -> ContentFile:
        path = tmp_path_factory.mktemp("wide") / "film.mp4"
        source = ["-f", "lavfi", "-i", f"testsrc=duration=1:size={size}:rate=5", "-f", "lavfi", "-i", "sine=duration=1"]
        command = ["ffmpeg", "-nostdin", "-v", "error", *source, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return ContentFile(path.read_bytes(), "film.mp4")

    return make


def size_of(media: MediaFile, height: int) -> tuple[int, int]:
    found = probing.probe(Path(media.file.storage.path(rendition_name(media, height))))
    assert (found.video, found.audio) == ("h264", "aac")
    return found.width, found.height


@pytest.mark.parametrize(
    ("size", "heights"),
    [((1920, 1080), [480, 720]), ((1280, 720), [480]), ((720, 1280), [480]), ((640, 480), []), ((320, 180), [])],
)
def test_a_copy_is_made_where_it_is_smaller(size, heights):
    assert rules.wanted_heights(*size, size=100_000, duration=10) == heights


def test_a_heavy_film_gets_a_copy_of_its_own_size():
    assert rules.wanted_heights(1280, 720, size=100_000_000, duration=60) == [480, 720]


@pytest.mark.parametrize(("size", "small"), [("1280x720", (854, 480)), ("720x1280", (480, 854))])
def test_a_phone_gets_its_copy(wide, training_officer, size, small):
    media = add_video(wide(size), title="示范", by=training_officer)
    complete_video(media.pk)
    assert list(Job.objects.filter(task="media.make_rendition").values_list("args", flat=True)) == [[media.pk, 480]]
    for _twice in range(2):
        make_rendition(media.pk, 480)
    assert size_of(media, 480) == small
    phone, desk = sources_of(media)
    assert (phone.screens, desk.screens, desk.url) == (PHONE, "", media.file.url)


def test_a_large_film_gets_both_one_after_the_other(wide, training_officer):
    media = add_video(wide("1920x1080"), title="示范", by=training_officer)
    complete_video(media.pk)
    make_rendition(media.pk, 480)
    assert Job.objects.filter(task="media.make_rendition").count() == 2
    make_rendition(media.pk, 720)
    assert [source.screens for source in sources_of(media)] == [PHONE, "", ""]


def test_the_state_is_told_from_the_jobs(wide, training_officer, django_assert_num_queries):
    media = add_video(wide(), title="示范", by=training_officer)
    with django_assert_num_queries(1):
        assert film_states([media])[media.pk].state == "queued"
    Job.objects.update(state="done", finished_at=media.created_at)
    complete_video(media.pk)
    job = claim(media.created_at.replace(year=2099))
    assert job is not None
    Job.objects.filter(pk=job.pk).update(done=40, total=100)
    told = film_states([media])[media.pk]
    assert (told.state, told.percent) == ("running", 40)
    execute(job)
    assert film_states([media])[media.pk].state == "done"


def test_why_it_failed_is_told(wide, training_officer, monkeypatch):
    media = add_video(wide(), title="示范", by=training_officer)
    monkeypatch.setattr("media.probing.shutil.which", lambda name: None)
    job = claim(media.created_at.replace(year=2099))
    assert job is not None
    execute(job)
    told = film_states([media])[media.pk]
    assert (told.state, "ffmpeg" in told.cause) == ("failed", True)


def test_a_damaged_film_has_no_copies():
    media = MediaFile.objects.create(title="坏", type="video", file=ContentFile(b"broken", "broken.mp4"))
    with pytest.raises(Permanent):
        make_rendition(media.pk, 480)


def test_a_copy_that_fails_leaves_no_process(tmp_path):
    source = tmp_path / "film.mp4"
    source.write_bytes(b"broken")
    with pytest.raises(NotAVideo):
        list(probing.write_rendition(source, tmp_path / "copy.mp4", 480, 900_000, 1))


# ── Captions ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", None),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\na", None),
        ("WEBVTT\n\nno time", None),
        ("WEBVTT\n\n00:01 --> 00:02\na", 3),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\na", 3),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\na", 3),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n00:01.000 --> 00:02.000\nb", 6),
    ],
)
def test_captions_that_a_player_would_not_show_are_refused_with_their_line(content, line):
    with pytest.raises(captions.NotCaptions) as fault:
        captions.check(content.encode())
    assert fault.value.told.get("line") == line


def test_captions_with_hours_settings_and_old_line_ends_are_taken():
    cues = ["1", "00:00:01.000 --> 00:00:02.000 line:0", "走", "", "00:02.000 --> 00:03.000", "跑"]
    text = "\r\n".join(["\ufeffWEBVTT - 示范", "", "NOTE x", "", *cues])
    assert captions.check(text.encode()) == 2


def test_captions_in_another_encoding_are_refused():
    with pytest.raises(captions.NotCaptions):
        captions.check("WEBVTT\n\n00:01.000 --> 00:02.000\n走".encode("gb18030"))
