"""批量上传: choose many, describe once. With the page's script files come in parts; without it, in one plain form."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from media import rules, services
from media.forms import DescriptionForm
from media.models import MediaFile, Upload
from media.permissions import adds_media, uploads_of
from media.probing import ToolMissing, has_tools
from media.queries import FilmState, film_states, kept_lately, library_films
from media.services.keeping import film_called
from media.views.uploads import room_is_taken
from people.gates import SignedIn, only_for, posted
from records.models import Job

State, Kind = Upload.State, Upload.Kind
FILMS_OFFERED = 100
GOES_ON = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass
class Row:
    """One file of the list, with what was typed about it."""

    upload: Upload
    title: str = ""
    alt: str = ""
    film: str = ""
    lacks: str = ""
    with_picture: bool = False
    guess: str = ""  # the title that the name gives


@only_for(adds_media)
@never_cache
def desk(request: SignedIn) -> HttpResponse:
    form = DescriptionForm(posted(request), request.FILES or None)
    lacking: set[UUID] = set()
    if form.is_bound:
        refusals = take_files(request, form)
        if form.is_valid():
            lacking = keep(request, form)
            if not lacking and not refusals:
                return redirect("media:desk")
    return render(request, "media/desk/desk.html", {"form": form, **shown(request, form, lacking)})


def take_files(request: SignedIn, form: DescriptionForm) -> int:
    """What the plain form brought in one piece; how many could not be taken, each told."""
    refusals = 0
    for file in request.FILES.getlist("chosen"):
        reason = take_file(request, file)
        if reason:
            refusals += 1
            messages.error(request, f"{file.name}: {reason}")
    return refusals


def take_file(request: SignedIn, file: Any) -> str:
    """Why not; empty where it was taken."""
    try:
        return services.receive_whole(file, by=request.user, now=timezone.now()).fault
    except (services.TooLarge, services.Hostile) as reason:
        return str(reason)
    except services.AllTaken:
        return room_is_taken()
    except services.Damaged:
        return _("What arrived is not what was sent. Send it once more.")
    except ToolMissing:
        return _("The server cannot check films: ffmpeg is missing. Tell the administrator; the file is kept.")


def keep(request: SignedIn, form: DescriptionForm) -> set[UUID]:
    """Save what is complete; which lack something."""
    waiting = uploads_of(request.user).current(timezone.now()).filter(state=State.ARRIVED)
    kept, lacking = services.keep_uploads(form.told(waiting, library_films()), by=request.user)
    if kept:
        words = ngettext("%(n)d file is in the library.", "%(n)d files are in the library.", len(kept))
        messages.success(request, words % {"n": len(kept)})
    if not kept and not lacking:
        messages.warning(request, _("There is no file to save yet. Choose some first."))
    return {upload.pk for upload in lacking}


# ── What is shown ────────────────────────────────────────────────────────────
def shown(request: SignedIn, form: DescriptionForm, lacking: set[UUID]) -> dict[str, Any]:
    there = uploads_of(request.user).current(timezone.now()).exclude(state=State.KEPT)
    rows = [row_of(upload, form, upload.pk in lacking) for upload in there]
    return {
        **shown_of_library(request),
        "rows": rows,
        "lacking": [row for row in rows if row.lacks],
        "films": films_offered() if any(row.upload.kind == Kind.CAPTIONS for row in rows) else [],
        "no_ffmpeg": not has_tools(),
        "limits": {kind: most // rules.MB for kind, most in rules.LARGEST.items()},
        "part": rules.PART,
    }


def row_of(upload: Upload, form: DescriptionForm | None = None, lacks: bool = False) -> Row:
    row = Row(upload, guess=rules.title_from(upload.name))
    row.with_picture = upload.kind == Kind.IMAGE and rules.extension_of(upload.name) != "svg"
    if form is not None and form.is_bound:
        row.title, row.alt, row.film = (form.own(upload, name) for name in ("title", "alt", "film"))
    if upload.kind == Kind.CAPTIONS and not row.film:
        film = film_called(upload)
        row.film = str(film.pk) if film else ""
    if lacks:
        row.lacks = _("Write what the picture shows.") if upload.needs_alt else _("Choose the film of these captions.")
    return row


def films_offered() -> list[MediaFile]:
    return list(library_films().order_by("-created_at")[:FILMS_OFFERED])


@only_for(adds_media)
@never_cache
@require_safe
def upload_row(request: SignedIn, pk: UUID) -> HttpResponse:
    """The row of one file, for a page that is open; a piece of a page."""
    upload = get_object_or_404(uploads_of(request.user).current(timezone.now()), pk=pk)
    films = films_offered() if upload.kind == Kind.CAPTIONS else []
    return render(request, "media/desk/row.html", {"row": row_of(upload), "films": films})


@only_for(adds_media)
@never_cache
@require_safe
def film_list(request: SignedIn) -> HttpResponse:
    """What was kept lately, with how far the copies of films are; a piece of a page."""
    return render(request, "media/desk/kept.html", shown_of_library(request))


def shown_of_library(request: SignedIn) -> dict[str, Any]:
    kept = kept_lately(request.user)
    films = [one.media for one in kept if one.media and one.kind == Kind.VIDEO]
    states: dict[int, FilmState] = film_states(films)
    rows = [(one, states.get(one.media_id or 0) if one.kind == Kind.VIDEO else None) for one in kept]
    return {"kept": rows, "goes_on": any(state.state in GOES_ON for state in states.values())}


@only_for(adds_media)
@require_POST
def upload_remove(request: SignedIn, pk: UUID) -> HttpResponse:
    upload = get_object_or_404(uploads_of(request.user), pk=pk)
    services.discard_upload(upload)
    return redirect("media:desk")
