"""Makes the film and the paper of the shipped course from their sources beside them.

    .venv/bin/python setup/make_course_files.py [film] [paper]

The film: slides (learning/starter/video/*.toml) → WeasyPrint → pictures → ffmpeg; the paper: HTML → PDF. Run by hand
when a source has changed; the results are committed. Needs ffmpeg and fonts-noto-cjk; nothing is fetched.
"""

import html
import os
import subprocess
import sys
import tempfile
import tomllib
from itertools import accumulate
from pathlib import Path
from typing import Any

import pypdfium2
import weasyprint
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
VIDEO = ROOT / "learning" / "starter" / "video"
DOCUMENTS = ROOT / "learning" / "starter" / "documents"
DRAWINGS = (VIDEO / "drawings", ROOT / "site" / "portal" / "starter" / "illustrations")
WIDTH, HEIGHT, RATE, FADE = 1280, 720, 25, 0.4
Slide = dict[str, Any]

STYLE = """
@page { size: 1280px 720px; margin: 0 }
* { box-sizing: border-box; margin: 0; padding: 0 }
body { font-family: "Noto Sans CJK SC"; color: #17212b }
.slide { width: 1280px; height: 720px; page-break-after: always; position: relative; background: #fff }
.slide:last-child { page-break-after: auto }
.top { position: absolute; left: 48px; right: 48px; top: 34px; font-size: 24px; color: #43505c }
.dots { position: absolute; right: 0; top: 0 }
.dots i { display: inline-block; width: 44px; height: 10px; margin-left: 10px; border-radius: 5px;
  background: #dfe4e8 }
.dots i.on { background: #0b4f8a }
.number { position: absolute; left: 48px; top: 92px; width: 96px; height: 96px; border-radius: 48px;
  background: #0b4f8a; color: #fff; font-size: 60px; font-weight: 700; line-height: 90px; text-align: center }
h1 { position: absolute; left: 170px; top: 80px; font-size: 84px; line-height: 1.4; font-weight: 700; color: #083a66;
  white-space: nowrap }
.picture { position: absolute; left: 48px; top: 226px; width: 544px; height: 306px; border-radius: 20px;
  overflow: hidden }
.picture img { width: 544px; height: 306px }
ul { position: absolute; left: 616px; top: 236px; list-style: none; border-left: 7px solid #b93d0a; padding-left: 22px }
li { font-size: 45px; line-height: 2.05; white-space: nowrap }
.cover { background: #083a66 }
.cover .top { color: #cfe1f0 }
.cover h1 { color: #fff; left: 48px }
.cover ul { border-color: #f2a878; top: 300px }
.cover li { color: #fff; font-size: 60px }
"""


def make_film(source: Path) -> None:
    film = tomllib.loads(source.read_text(encoding="utf-8"))
    lengths = [seconds for slide in film["slides"] for seconds in slide["seconds"]]
    with tempfile.TemporaryDirectory() as folder:
        frames = draw(film["slides"], film["voice"], Path(folder))
        encode(frames, lengths, source.with_suffix(".mp4"))
        Image.open(frames[1]).convert("RGB").save(source.with_suffix(".jpg"), quality=82, optimize=True)
    captions = [caption for slide in film["slides"] for caption in slide["captions"]]
    source.with_suffix(".vtt").write_text(webvtt(captions, lengths), encoding="utf-8")


# ── Slides ───────────────────────────────────────────────────────────────────
def draw(slides: list[Slide], voice: str, folder: Path) -> list[Path]:
    """Two pictures a slide: the headline alone, then with its lines."""
    pages = "".join(slide_html(slide, voice, told) for slide in slides for told in (False, True))
    document = weasyprint.HTML(string=f"<style>{STYLE}</style>{pages}").write_pdf()
    frames = []
    for number, page in enumerate(pypdfium2.PdfDocument(document)):
        frames.append(folder / f"{number:02}.png")
        picture = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
        picture.resize((WIDTH, HEIGHT)).save(frames[-1])
    return frames


def slide_html(slide: Slide, voice: str, told: bool) -> str:
    number = slide.get("number")
    dots = "".join(f'<i class="{"on" if number and place <= number else ""}"></i>' for place in range(1, 7))
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in slide["lines"])
    return f"""<div class="slide {"" if number else "cover"}">
      <div class="top">新员工三级安全教育（厂级）· {voice}<span class="dots">{dots if number else ""}</span></div>
      <div class="picture"><img src="{drawing(slide["drawing"]).as_uri()}"></div>
      {f'<div class="number">{number}</div>' if number else ""}
      <h1>{html.escape(slide["title"])}</h1>{f"<ul>{lines}</ul>" if told else ""}</div>"""


def drawing(name: str) -> Path:
    return next(path for folder in DRAWINGS if (path := folder / f"{name}.svg").exists())


# ── Film ─────────────────────────────────────────────────────────────────────
def encode(frames: list[Path], lengths: list[float], target: Path) -> None:
    """Stills that fade into one another; the same input gives the same bytes with the same ffmpeg."""
    inputs: list[str] = []
    for frame, seconds in zip(frames, lengths, strict=True):
        inputs += ["-loop", "1", "-framerate", str(RATE), "-t", str(seconds + FADE), "-i", str(frame)]
    begins = list(accumulate(lengths))
    chain, last = [], "0:v"
    for place in range(1, len(frames)):
        step = f"xfade=transition=fade:duration={FADE}:offset={begins[place - 1]}"
        chain.append(f"[{last}][{place}:v]{step}[f{place}]")
        last = f"f{place}"
    chain.append(f"[{last}]format=yuv420p[out]")
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *inputs, "-filter_complex", ";".join(chain)]
    command += ["-map", "[out]", "-t", str(sum(lengths)), "-c:v", "libx264", "-profile:v", "main", "-preset", "slow"]
    command += ["-crf", "24", "-tune", "stillimage", "-g", str(RATE * 5), "-threads", "1", "-an"]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    subprocess.run([*command, "-movflags", "+faststart", str(target)], check=True)


def webvtt(captions: list[str], lengths: list[float]) -> str:
    ends = list(accumulate(lengths))
    cues = [
        f"{place + 1}\n{stamp(end - length)} --> {stamp(end)}\n{caption}\n"
        for place, (caption, length, end) in enumerate(zip(captions, lengths, ends, strict=True))
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def stamp(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"


# ── Paper ────────────────────────────────────────────────────────────────────
def make_paper(source: Path) -> None:
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    source.with_suffix(".pdf").write_bytes(weasyprint.HTML(filename=str(source)).write_pdf(pdf_tags=True))


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["film", "paper"]
    if "film" in wanted:
        for path in sorted(VIDEO.glob("*.toml")):
            make_film(path)
    if "paper" in wanted:
        for path in sorted(DOCUMENTS.glob("*.html")):
            make_paper(path)
