"""The service worker of a room of pages that open without a network. Its address must lie in the room whose pages it
governs ("/drills/sw.js"), so it is a view of each room and no static file."""

import json
from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control


def static_version() -> str:
    """Changes whenever any static file does; without a manifest (development) it stays the same."""
    named = getattr(staticfiles_storage, "hashed_files", {})
    lines = "\n".join(f"{name} {hashed}" for name, hashed in sorted(named.items()))
    return sha256(lines.encode()).hexdigest()[:16]


def worker(room: str, pages: Sequence[str]) -> HttpResponse:
    """`pages`: regular expressions of the addresses below `/<room>/` that may be kept on the phone, as JavaScript reads
    them. `room` also names the cache: each worker throws away its own old ones only."""
    patterns = json.dumps([f"^/{room}/{page}$" for page in pages])
    values = {"version": static_version(), "static_url": settings.STATIC_URL, "room": room, "pages": patterns}
    response = HttpResponse(render_to_string("ui/sw.js", values), content_type="text/javascript; charset=utf-8")
    # Browsers ask again at every visit: a worker kept by a cache would never be replaced.
    patch_cache_control(response, no_cache=True)
    return response
