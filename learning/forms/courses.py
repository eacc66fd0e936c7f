"""A course and its lessons: what the author types and uploads."""

from math import ceil
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exams import rules
from exams.models import Question, QuestionVersion
from learning.models import Course, Lesson
from learning.services.courses import is_written_here, write_check_question
from media import rules as library
from media.models import MediaFile, check_captions
from media.probing import NotAVideo, ToolMissing
from media.queries import library_films
from media.services import NotAPdf, add_document, add_video
from people.models import Organisation
from ui.layout import page_form

RIGHT = "*＊"  # what marks a right option, typed on either kind of keyboard
LARGEST_FILM, LARGEST_PAPER = library.LARGEST["video"], library.LARGEST["document"]


def minutes_of(video: MediaFile) -> int:
    return max(1, min(120, ceil((video.duration or 0) / 60)))


class CourseForm(forms.ModelForm):
    class Meta:
        model = Course
        fields = ["title", "summary", "organisation", "reviewed_by"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        labels = {"title": _("Title of the course"), "organisation": _("Whose course")}

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], bureau: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["organisation"]
        if self.instance.pk:
            del self.fields["organisation"]  # a course does not change hands
        elif bureau:
            owner.queryset, owner.empty_label = organisations.none(), _("The emergency bureau's")
        else:
            owner.queryset, owner.required, owner.empty_label = organisations, True, None
            owner.initial = organisations.first()
        self.helper = page_form(list(self.fields), _("Save"))


class LessonForm(forms.ModelForm):
    """A lesson with its check question: chosen from a bank, or written here."""

    upload = forms.FileField(required=False)
    film: Any = forms.ModelChoiceField(
        MediaFile.objects.none(), label=_("Or a film from the library"), required=False, empty_label=_("None")
    )
    captions = forms.FileField(label=_("captions (WebVTT)"), required=False)
    synthetic_voice = forms.BooleanField(
        label=_("synthetic voice"), required=False, help_text=_("Shown to listeners as such")
    )
    question = forms.ModelChoiceField(Question.objects.none(), required=False)
    question_kind = forms.ChoiceField(label=_("Kind of question"), choices=QuestionVersion.Kind, required=False)
    stem = forms.CharField(label=_("Stem"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    lines = forms.CharField(
        label=_("Options"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("One a line; begin the right ones with an asterisk (*)."),
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("Shown after the answer: why it is right"),
    )

    class Meta:
        model = Lesson
        fields = ["title", "body", "minutes"]
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}
        labels = {"title": _("Title of the lesson")}

    def __init__(self, *args: Any, questions: QuerySet[Question], by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.kind = by, self.instance.kind
        fields: dict[str, Any] = self.fields
        fields["question"].queryset = questions
        fields["body"].required = self.kind == Lesson.Kind.TEXT
        fields["body"].label = _("Text") if self.kind == Lesson.Kind.TEXT else _("Text below (may stay empty)")
        self.drop_what_is_not_asked()
        self.own = self.written_here()
        for name, value in self.own.items():
            fields[name].initial = value

    def drop_what_is_not_asked(self) -> None:
        fields: dict[str, Any] = self.fields
        if self.kind == Lesson.Kind.VIDEO:
            fields.pop("minutes")  # a film's length says it
            fields["upload"].label = _("Video (MP4, at most 200 MB)")
            fields["film"].queryset = library_films().order_by("-created_at")
            return
        fields.pop("film")
        fields.pop("captions")
        fields.pop("synthetic_voice")
        if self.kind == Lesson.Kind.DOCUMENT:
            fields["upload"].label = _("Document (PDF, at most 30 MB)")
        else:
            fields.pop("upload")

    def written_here(self) -> dict[str, str]:
        """The check question as it was typed, where it was typed here."""
        question = self.instance.check_question if self.instance.pk else None
        if question is None or question.current is None or not is_written_here(question, self.instance.course):
            return {}
        version = question.current
        marks = ["*" if place in version.answer else "" for place in range(len(version.options))]
        lines = "\n".join(mark + text for mark, text in zip(marks, version.options, strict=True))
        return {
            "question_kind": version.kind,
            "stem": version.stem,
            "lines": lines,
            "explanation": version.explanation,
        }

    # ── Files ────────────────────────────────────────────────────────────────
    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        film = self.kind == Lesson.Kind.VIDEO
        there = self.instance.video_id if film else self.instance.document_id
        if upload is None and not there and not (film and self.data.get("film")):
            raise ValidationError(_("Choose a file."))
        if upload is not None and upload.size > (LARGEST_FILM if film else LARGEST_PAPER):
            raise ValidationError(_("The file is too large."))
        return upload

    def clean_captions(self) -> Any:
        captions = self.cleaned_data["captions"]
        if captions is not None:
            check_captions(captions)
        return captions

    # ── The question ─────────────────────────────────────────────────────────
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["wording"] = None
        if data.get("question"):
            return data
        if data.get("stem"):
            data["wording"] = self.wording(data)
        elif not self.instance.pk:
            self.add_error("stem", _("Write the check question, or choose one from a bank."))
        return data

    def wording(self, data: dict[str, Any]) -> dict[str, Any] | None:
        typed = [line.strip() for line in data.get("lines", "").splitlines() if line.strip()]
        options = [line.lstrip(RIGHT).strip() for line in typed]
        answer = [place for place, line in enumerate(typed) if line.startswith(tuple(RIGHT))]
        kind = data.get("question_kind") or QuestionVersion.Kind.SINGLE
        if not answer:
            self.add_error("lines", _("Begin the right option with an asterisk (*)."))
            return None
        try:
            rules.check_choices(kind, options, answer)
        except rules.QuestionFault as fault:
            self.add_error("lines", gettext(str(fault)))
            return None
        told = {"kind": kind, "stem": data["stem"], "explanation": data.get("explanation", "")}
        return {**told, "options": options, "answer": answer, "difficulty": 1, "hazard": ""}

    # ── Into a lesson ────────────────────────────────────────────────────────
    def take_upload(self) -> bool:
        """Read the file into the library; False where it is not what it should be, with the error on its field."""
        upload, lesson = self.cleaned_data.get("upload"), self.instance
        if upload is None:
            self.take_film()
            self.change_video()
            return True
        try:
            if self.kind == Lesson.Kind.VIDEO:
                lesson.video = self.new_video(upload)
            else:
                lesson.document = add_document(upload, title=lesson.title, by=self.by)
        except NotAVideo:
            self.add_error("upload", _("This is not an MP4 video (H.264) that phones play."))
            return False
        except ToolMissing:
            self.add_error("upload", _("The server cannot check films: ffmpeg is missing. Tell the administrator."))
            return False
        except NotAPdf:
            self.add_error("upload", _("This is not a PDF that can be read, or it has more than 100 pages."))
            return False
        return True

    def new_video(self, upload: Any) -> Any:
        data = self.cleaned_data
        told = {"captions": data["captions"], "synthetic_voice": data["synthetic_voice"]}
        video = add_video(upload, title=self.instance.title, by=self.by, **told)
        self.instance.minutes = minutes_of(video)
        return video

    def take_film(self) -> None:
        """One that came into the library before, with its own captions."""
        film = self.cleaned_data.get("film")
        if film is not None:
            self.instance.video, self.instance.minutes = film, minutes_of(film)

    def change_video(self) -> None:
        """New captions, or another word about the voice, for the film there is. The library's belong to everybody."""
        video = self.instance.video
        if video is None or self.kind != Lesson.Kind.VIDEO or library_films().filter(pk=video.pk).exists():
            return
        video.synthetic_voice = self.cleaned_data["synthetic_voice"]
        if self.cleaned_data["captions"] is not None:
            video.captions.save("captions.vtt", self.cleaned_data["captions"], save=False)
        video.save()

    def take_question(self) -> None:
        data, lesson = self.cleaned_data, self.instance
        if data.get("question"):
            lesson.check_question = data["question"]
        elif data["wording"] and self.is_new_wording():
            old = lesson.check_question if lesson.pk else None
            lesson.check_question = write_check_question(lesson.course, data["wording"], question=old, by=self.by)

    def is_new_wording(self) -> bool:
        typed = {name: self.cleaned_data.get(name) or "" for name in ("question_kind", "stem", "lines", "explanation")}
        return {name: value.split() for name, value in typed.items()} != {
            name: value.split() for name, value in self.own.items()
        }
