import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile


@pytest.fixture
def library(db: Any, settings: Any, tmp_path: Path) -> None:
    """The media library with its root, in a folder of its own."""
    from wagtail.models import Collection

    settings.MEDIA_ROOT, settings.ARRIVING_ROOT = tmp_path / "public", tmp_path / "arriving"
    Collection.add_root(name="Root")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ContentFile]:
    """Two seconds of colour bars; `sound` and the codec as asked."""

    def make(name: str = "film.mp4", *, sound: bool = False, codec: str = "libx264") -> ContentFile:
        path = tmp_path_factory.mktemp("film") / name
        inputs = ["-f", "lavfi", "-i", "testsrc=duration=2:size=320x180:rate=10"]
        if sound:
            inputs += ["-f", "lavfi", "-i", "sine=duration=2"]
        command = ["ffmpeg", "-nostdin", "-v", "error", *inputs, "-c:v", codec, "-pix_fmt", "yuv420p", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return ContentFile(path.read_bytes(), name)

    return make


@pytest.fixture
def paper() -> Callable[[int], ContentFile]:
    """A PDF of so many A4 pages."""
    from pypdf import PdfWriter

    def make(pages: int) -> ContentFile:
        import io

        writer, out = PdfWriter(), io.BytesIO()
        for _page in range(pages):
            writer.add_blank_page(595, 842)
        writer.write(out)
        return ContentFile(out.getvalue(), "paper.pdf")

    return make
