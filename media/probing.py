"""ffprobe and ffmpeg, held on a short lead: local files only, nothing from standard input, a limit in time."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCAL_ONLY = ("-protocol_whitelist", "file,pipe")
PROBE_SECONDS, MAKE_SECONDS = 20, 300
POSTER_WIDTH = 1280
PACE = 12  # a copy may take so many times the film's length: old machines have two slow cores
LONGEST = 3 * 3600  # seconds, less than a broker waits before it gives a job to somebody else


class NotAVideo(Exception):
    """The file is not what its name says; the message says what it is."""


class ToolMissing(Exception):
    """The machine has no ffmpeg."""


@dataclass(frozen=True)
class Probe:
    container: str  # names as ffprobe has them, with commas
    duration: float
    width: int
    height: int
    video: str  # codec; empty where there is no picture
    audio: str  # codec; empty where there is no sound


def probe(path: Path) -> Probe:
    """What is in the file; NotAVideo where ffprobe can make nothing of it."""
    asked = [
        tool("ffprobe"),
        "-v",
        "error",
        *LOCAL_ONLY,
        "-show_format",
        "-show_streams",
        "-of",
        "json",
        f"file:{path}",
    ]
    try:
        done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise NotAVideo from None
    told = json.loads(done.stdout)
    found = told.get("format", {})
    picture, sound = stream(told, "video"), stream(told, "audio")
    return Probe(
        container=found.get("format_name", ""),
        duration=float(found.get("duration") or 0),
        width=int(picture.get("width") or 0),
        height=int(picture.get("height") or 0),
        video=picture.get("codec_name", ""),
        audio=sound.get("codec_name", ""),
    )


def stream(told: dict[str, Any], kind: str) -> dict[str, Any]:
    return next((one for one in told.get("streams", []) if one.get("codec_type") == kind), {})


def is_playable(found: Probe) -> bool:
    """An MP4 that every phone plays."""
    return "mp4" in found.container.split(",") and found.video == "h264" and found.duration > 0


def write_poster(source: Path, target: Path, at: float) -> None:
    scale = f"scale=w='min({POSTER_WIDTH},iw)':h=-2"
    make(source, target, ["-frames:v", "1", "-vf", scale, "-q:v", "4"], before=["-ss", f"{at:.2f}"])


def write_audio(source: Path, target: Path) -> None:
    """The sound alone, small: what a lesson costs who only listens."""
    make(source, target, ["-vn", "-c:a", "aac", "-b:a", "48k", "-ac", "1", "-movflags", "+faststart"])


def write_rendition(source: Path, target: Path, height: int, bitrate: int, duration: float) -> Iterator[int]:
    """A smaller H.264 copy whose short side has `height` pixels; tells its percent while it goes on."""
    side = f"min({height},min(iw,ih))"
    scale = f"scale=w='if(gt(iw,ih),-2,{side})':h='if(gt(iw,ih),{side},-2)'"
    rate = ["-crf", "25", "-maxrate", str(bitrate), "-bufsize", str(2 * bitrate)]
    how = ["-vf", scale, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-threads", "1", *rate]
    how += ["-c:a", "aac", "-b:a", "96k", "-ac", "2", "-movflags", "+faststart", "-map_metadata", "-1"]
    asked = [tool("ffmpeg"), "-nostdin", "-v", "quiet", "-progress", "pipe:1", *LOCAL_ONLY]
    asked += ["-i", f"file:{source}", *how, "-y", f"file:{target}"]
    nice = shutil.which("nice")  # people first, films after
    process = subprocess.Popen(
        [*([nice, "-n", "10"] if nice else []), *asked], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    limit = threading.Timer(min(LONGEST, MAKE_SECONDS + PACE * duration), process.kill)
    limit.start()
    try:
        yield from percents(process, duration)
    finally:
        limit.cancel()
        process.kill()
        process.wait()
    if process.returncode or not target.is_file():
        raise NotAVideo


def percents(process: subprocess.Popen[str], duration: float) -> Iterator[int]:
    """How far ffmpeg is, as it says so; waits for its end."""
    for line in process.stdout or ():
        name, _equals, value = line.strip().partition("=")
        if name == "out_time_us" and value.isdigit() and duration:
            yield min(99, int(int(value) / 10_000 / duration))
    process.wait()


def make(source: Path, target: Path, how: list[str], *, before: list[str] | None = None) -> None:
    asked = [tool("ffmpeg"), "-nostdin", "-v", "error", *LOCAL_ONLY, *(before or [])]
    asked += ["-i", f"file:{source}", *how, "-y", f"file:{target}"]
    try:
        subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=MAKE_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise NotAVideo from None
    if not target.is_file() or not target.stat().st_size:
        raise NotAVideo


def has_tools() -> bool:
    return all(shutil.which(name) for name in ("ffmpeg", "ffprobe"))


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise ToolMissing(name)
    return found
