import gzip
import os

import pytest
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from ui.http import CHUNK, file_response

CONTENT = bytes(range(251)) * 3


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "speech.mp3"
    made.write_bytes(CONTENT)
    return made


def ask(path, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers={name.replace("_", "-"): v for name, v in headers.items()})
    return file_response(request, path, content_type="audio/mpeg")


def body_of(response):
    return response.getvalue() if response.streaming else response.content


def test_without_a_range_the_whole_file_comes(path):
    response = ask(path)
    assert (response.status_code, response["Content-Length"], response["Content-Type"]) == (200, "753", "audio/mpeg")
    assert response["Accept-Ranges"] == "bytes"
    assert body_of(response) == CONTENT


def test_every_range_of_a_small_file_is_what_slicing_gives(tmp_path):
    small = tmp_path / "small.bin"
    small.write_bytes(CONTENT[:7])
    for first in range(9):
        for last in [*range(9), None]:
            response = ask(small, range=f"bytes={first}-{'' if last is None else last}")
            if last is not None and last < first:
                assert (response.status_code, body_of(response)) == (200, CONTENT[:7])
            elif first >= 7:
                assert (response.status_code, response["Content-Range"]) == (416, "bytes */7")
            else:
                end = 6 if last is None else min(last, 6)
                assert (response.status_code, response["Content-Range"]) == (206, f"bytes {first}-{end}/7")
                assert response["Content-Length"] == str(end - first + 1)
                assert body_of(response) == CONTENT[first : end + 1]


@pytest.mark.parametrize("length", range(1, 10))
def test_a_suffix_range_gives_the_last_bytes(tmp_path, length):
    small = tmp_path / "small.bin"
    small.write_bytes(CONTENT[:7])
    response = ask(small, range=f"bytes=-{length}")
    assert (response.status_code, body_of(response)) == (206, CONTENT[:7][-length:])


@pytest.mark.parametrize("value", ["bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes 0-1", "bytes=٣-"])
def test_a_range_that_cannot_be_read_is_ignored(path, value):
    response = ask(path, range=value)
    assert (response.status_code, body_of(response)) == (200, CONTENT)


@pytest.mark.parametrize("value", ["bytes=-0", "bytes=753-", "bytes=9999-10000"])
def test_a_range_behind_the_end_is_refused(path, value):
    response = ask(path, range=value)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */753")


def test_an_empty_file_can_be_asked_for(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    assert (ask(empty).status_code, body_of(ask(empty))) == (200, b"")
    assert ask(empty, range="bytes=0-").status_code == 416


def test_pieces_larger_than_the_chunk_are_whole(tmp_path):
    large = tmp_path / "large"
    content = os.urandom(3 * CHUNK + 11)
    large.write_bytes(content)
    response = ask(large, range=f"bytes=5-{2 * CHUNK + 7}")
    assert max(len(piece) for piece in response) == CHUNK
    assert body_of(ask(large, range=f"bytes=5-{2 * CHUNK + 7}")) == content[5 : 2 * CHUNK + 8]


def test_if_range_gives_the_piece_only_of_the_same_file(path):
    etag, modified = ask(path)["ETag"], ask(path)["Last-Modified"]
    assert ask(path, range="bytes=0-0", if_range=etag).status_code == 206
    assert ask(path, range="bytes=0-0", if_range=modified).status_code == 206
    assert ask(path, range="bytes=0-0", if_range='"other"').status_code == 200
    assert ask(path, range="bytes=0-0", if_range=f"W/{etag}").status_code == 200


def test_an_unchanged_file_is_not_sent_again(path):
    first = ask(path)
    assert ask(path, if_none_match=first["ETag"]).status_code == 304
    assert ask(path, if_none_match=f'"x", W/{first["ETag"]}').status_code == 304
    assert ask(path, if_none_match="*").status_code == 304
    assert ask(path, if_modified_since=first["Last-Modified"]).status_code == 304
    assert ask(path, if_none_match='"x"', if_modified_since=first["Last-Modified"]).status_code == 200


def test_head_tells_the_length_without_the_body(path):
    response = ask(path, "head", range="bytes=0-3")
    assert (response.status_code, response["Content-Length"], response.content) == (200, "753", b"")


def test_a_download_carries_its_chinese_name(path):
    response = file_response(RequestFactory().get("/"), path, content_type="audio/mpeg", download_as="山洪.mp3")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%B1%B1%E6%B4%AA.mp3"


def test_compression_leaves_the_counted_bytes_alone(path):
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip", "range": "bytes=0-299"})
    response = GZipMiddleware(lambda asked: file_response(asked, path, content_type="text/plain"))(request)
    assert (response["Content-Length"], body_of(response)) == ("300", CONTENT[:300])
    assert gzip.compress(CONTENT[:300]) != body_of(response)


def test_a_missing_file_is_a_404(tmp_path):
    with pytest.raises(Http404):
        ask(tmp_path / "gone")
