"""Files over HTTP with single byte ranges: phones' players ask for pieces, Django's FileResponse only knows wholes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

CHUNK = 64 * 1024
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SINGLE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file made for this person now: kept by the browser in no cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


class Stamp(NamedTuple):
    size: int
    modified: int  # seconds
    etag: str


class Span(NamedTuple):
    first: int
    last: int  # included, as in Content-Range

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def file_response(
    request: HttpRequest, path: Path | str, *, content_type: str, download_as: str = ""
) -> HttpResponseBase:
    """The file at `path`, whole or the one range asked for, read in pieces of 64 KiB. A missing file is a 404."""
    path = Path(path)
    stamp = stamp_of(path)
    if not_modified(request, stamp):
        return dressed(HttpResponseNotModified(), stamp)
    try:
        span = span_asked(request, stamp)
    except Unsatisfiable:
        refusal = HttpResponse(status=416, headers={"Content-Range": f"bytes */{stamp.size}"})
        return dressed(refusal, stamp)
    response = body(request, path, span or Span(0, stamp.size - 1))
    if span:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{stamp.size}"
    response["Content-Type"] = content_type
    response["Content-Length"] = str(span.length if span else stamp.size)
    # Named, so that GZipMiddleware leaves the bytes and their count alone.
    response["Content-Encoding"] = "identity"
    if disposition := content_disposition_header(bool(download_as), download_as):
        response["Content-Disposition"] = disposition
    return dressed(response, stamp)


def stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError as missing:
        raise Http404 from missing
    return Stamp(found.st_size, int(found.st_mtime), f'"{found.st_mtime_ns:x}-{found.st_size:x}"')


def not_modified(request: HttpRequest, stamp: Stamp) -> bool:
    if tags := request.headers.get("If-None-Match"):
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or stamp.etag in known
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and stamp.modified <= since


def span_asked(request: HttpRequest, stamp: Stamp) -> Span | None:
    """None asks for the whole: no range, several ranges, a malformed one, or a file changed since If-Range."""
    asked = SINGLE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or not asked or not still_current(request, stamp):
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    return tail(int(last), stamp.size) if not first else piece(int(first), last, stamp.size)


def still_current(request: HttpRequest, stamp: Stamp) -> bool:
    condition = request.headers.get("If-Range")
    return condition is None or condition == stamp.etag or parse_http_date_safe(condition) == stamp.modified


def tail(length: int, size: int) -> Span:
    if not length or not size:
        raise Unsatisfiable
    return Span(max(0, size - length), size - 1)


def piece(first: int, last: str, size: int) -> Span | None:
    if last and int(last) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(int(last), size - 1) if last else size - 1)


def body(request: HttpRequest, path: Path, span: Span) -> HttpResponseBase:
    return HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(chunks(path, span))


def chunks(path: Path, span: Span) -> Iterator[bytes]:
    left = span.length
    with path.open("rb") as file:
        file.seek(span.first)
        while left > 0 and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data


def dressed(response: HttpResponseBase, stamp: Stamp) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = stamp.etag
    response["Last-Modified"] = http_date(stamp.modified)
    return response
