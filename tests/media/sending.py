"""A client that sends a file as the page's script does."""

import io
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.test import Client
from PIL import Image

START = "/media/uploads/"
PART = 5 * 1024 * 1024
WEBVTT = "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n先关阀门\n\n00:00:01.500 --> 00:00:02.000\n再开窗\n".encode()


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), shade: int = 60, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, shade).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def start(client: Client, content: bytes, name: str = "山洪.jpg", **more: Any) -> Any:
    told = {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()} | more
    return client.post(START, told)


def put(client: Client, url: str, offset: int, part: bytes) -> Any:
    return client.put(f"{url}?offset={offset}", part, content_type="application/octet-stream")


def send(client: Client, content: bytes, name: str = "山洪.jpg", part: int = PART) -> dict[str, Any]:
    """Start, parts, finish; what the server says in the end."""
    url = start(client, content, name).json()["url"]
    for offset in range(0, len(content), part):
        assert put(client, url, offset, content[offset : offset + part]).status_code == 200
    return client.post(f"{url}finish/").json()


def pieces(content: bytes, count: int) -> Iterable[tuple[int, bytes]]:
    size = -(-len(content) // count)
    return [(offset, content[offset : offset + size]) for offset in range(0, len(content), size)]
