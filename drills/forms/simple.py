"""The nine fields of a simple drill record, its correction, and the files that go with it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from drills import simple_rules as rules
from drills.models import Drill, DrillFile, PlanVersion
from drills.queries.simple import last_record, minutes_of, organisations_for, versions_for
from drills.services.simple import MOST_FILES, Sheet, Told, correction_count, facts
from drills.simple_papers import ACCEPTED_PAPERS, ACCEPTED_PHOTOS, Paper, Refused, safe_paper
from duties.vocabulary import Hazard
from people.models import Organisation
from ui.clock import local, local_day
from ui.forms import SeveralFiles, TellingSelect

LONGEST_TEXT = 400
MOST_PEOPLE = 99_999
MOST_MINUTES = 2 * 24 * 60
USUAL_MINUTES = 30
FILL = {"required": _("Please fill this in.")}
CHOOSE = dict.fromkeys(("required", "invalid_choice"), _("Please choose."))
COUNTED = dict.fromkeys(("required", "invalid_choice"), _("Say whether they were counted or estimated."))
UPLOADED = (DrillFile.Kind.SIGNED, DrillFile.Kind.SIGN_IN, DrillFile.Kind.PHOTO)


# ── Files ────────────────────────────────────────────────────────────────────
class PaperField(forms.FileField):
    """One file or several; cleaned to Papers. What is refused is named, so that one knows which to choose anew."""

    def __init__(self, *, pdf: bool, several: bool = True, **kwargs: Any) -> None:
        widget = SeveralFiles if several else forms.FileInput
        accept = ACCEPTED_PAPERS if pdf else ACCEPTED_PHOTOS
        super().__init__(widget=widget(attrs={"accept": accept}), **kwargs)
        self.pdf = pdf

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        papers, faults = [], []
        for file in given:
            kept = super().clean(file, initial)
            if kept:
                try:
                    papers.append(safe_paper(kept, pdf=self.pdf))
                except Refused as refused:
                    faults.append(f"{kept.name}: {refused}")
        if faults:
            raise ValidationError(faults)
        return papers


# ── The plan, with what follows from it ──────────────────────────────────────
class VersionChoice(forms.ModelChoiceField):
    widget = TellingSelect

    def label_from_instance(self, version: PlanVersion) -> str:  # type: ignore[override]
        return f"{version.plan.title} · V{version.number}"


def radios(choices: Any, label: Any, errors: Any = CHOOSE) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, label=label, widget=forms.RadioSelect, error_messages=errors)


def whole(most: int, label: Any, text: Any) -> forms.IntegerField:
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), text)
    return forms.IntegerField(min_value=1, max_value=most, label=label, error_messages=errors)


def lines(label: Any, hint: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2, "placeholder": hint})
    return forms.CharField(required=False, max_length=LONGEST_TEXT, label=label, widget=area)


def usual_level(organisation: Organisation) -> str:
    return rules.level_of("", organisation.kind, organisation.division.level)


class RecordForm(forms.Form):
    """What a record says. The hazard and the level are asked only where no plan tells them."""

    plan = VersionChoice(
        PlanVersion.objects.none(),
        required=False,
        label=_("Emergency plan"),
        empty_label=_("No plan"),
        error_messages=CHOOSE,
    )
    hazard = forms.ChoiceField(
        choices=[("", _("Choose …")), *Hazard.choices], required=False, label=_("Hazard"), error_messages=CHOOSE
    )
    level = forms.ChoiceField(choices=Drill.Level.choices, required=False, label=_("Level"), error_messages=CHOOSE)
    starts_at = forms.DateTimeField(
        label=_("Began"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=FILL | {"invalid": _("Please fill in the day and the time.")},
    )
    minutes = whole(MOST_MINUTES, _("Took (minutes)"), _("Whole minutes, at least 1 and at most 2880."))
    place = forms.CharField(max_length=120, label=_("Place"), error_messages=FILL)
    form = radios(Drill.Form.choices, _("Form"))
    people = whole(MOST_PEOPLE, _("People who took part"), _("A number from 1 to 99999."))
    basis = radios(Drill.Basis.choices, _("How counted"), COUNTED)
    went_well = lines(_("What worked"), _("For example: everybody was out in three minutes"))
    problems = lines(_("Problems"), _("For example: the bell can't be heard on the playground"))
    follow_up = lines(_("Follow-up"), _("For example: put up a second bell by the end of May"))

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now
        self.set_up_plans(versions_for(user))
        for name, field in self.fields.items():
            style = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs["class"] = f"{style} is-invalid" if name in self.errors else style

    def set_up_plans(self, versions: Any) -> None:
        fields: dict[str, Any] = self.fields
        plan = fields["plan"]
        plan.queryset = versions
        found = list(versions)
        plan.widget.facts = {
            str(one.pk): {"organisation": one.plan.organisation_id, "hazard": one.plan.hazard} for one in found
        }
        plan.choices = [("", plan.empty_label), *self.grouped(plan, found)]

    @staticmethod
    def grouped(field: VersionChoice, versions: list[PlanVersion]) -> Iterator[tuple[Any, Any]]:
        """By whose they are, where they are several organisations'."""
        groups: dict[str, list[tuple[int, str]]] = {}
        for one in versions:
            groups.setdefault(one.plan.organisation.name, []).append((one.pk, field.label_from_instance(one)))
        if len(groups) == 1:
            yield from next(iter(groups.values()))
        else:
            yield from groups.items()

    def owner(self) -> Organisation | None:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.settle_by_plan(data)
        starts_at, minutes = data.get("starts_at"), data.get("minutes")
        if starts_at is None:
            return data
        if starts_at > self.now:
            self.add_error("starts_at", _("This lies in the future. A record tells what has been."))
        elif minutes and starts_at + timedelta(minutes=minutes) > self.now:
            self.add_error("minutes", _("It would end in the future. Correct the beginning or the minutes."))
        return data

    def settle_by_plan(self, data: dict[str, Any]) -> None:
        version, owner = data.get("plan"), self.owner()
        if version is not None:
            drawn_up = version.plan.organisation if version.plan.is_governments else owner or version.plan.organisation
            data["hazard"] = version.plan.hazard or data.get("hazard")
            data["level"] = rules.level_of(version.plan.kind, drawn_up.kind, drawn_up.division.level)
        elif not data.get("level") and owner is not None:
            data["level"] = usual_level(owner)
        if not data.get("hazard") and "hazard" not in self.errors:
            self.add_error("hazard", _("Choose the hazard."))

    def told(self) -> Told:
        data = self.cleaned_data
        return Told(
            plan_version=data["plan"],
            ends_at=data["starts_at"] + timedelta(minutes=data["minutes"]),
            **{name: data[name] for name in ("hazard", "level", "starts_at", "place", "form", "people", "basis")},
            **{name: data[name].replace("\r\n", "\n") for name in ("went_well", "problems", "follow_up")},
        )


class SimpleForm(RecordForm):
    """A new record. Whose it is, is asked only where somebody writes for several organisations."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        empty_label=None,
        widget=TellingSelect,
        error_messages=CHOOSE,
    )
    sign_in = PaperField(pdf=True, required=False, label=_("Sign-in sheet"))
    photos = PaperField(pdf=False, required=False, label=_("Photos"))

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        self.held = organisations_for(user)
        self.several = self.held.count() > 1
        super().__init__(*args, user=user, now=now, **kwargs)
        if not self.is_bound:
            self.initial = {**self.likeliest(last_record(user, self.held)), **self.initial}

    def set_up_plans(self, versions: Any) -> None:
        super().set_up_plans(versions)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = self.held
        if self.several:
            organisation.widget.facts = {str(one.pk): {"level": usual_level(one)} for one in self.held}
        else:
            # Still sent along: a record kept on a phone must not end up with another organisation.
            organisation.required, organisation.widget = False, forms.HiddenInput()

    def likeliest(self, last: Drill | None) -> dict[str, Any]:
        """Today an hour ago, for half an hour, where and by the plan that it was last time."""
        home = last.organisation if last else self.own_organisation()
        begun = local(self.now - timedelta(hours=1))
        return {
            "uid": uuid4(),
            "organisation": home.pk if home else None,
            "starts_at": begun.replace(minute=begun.minute // 5 * 5, second=0, microsecond=0),
            "minutes": USUAL_MINUTES,
            "plan": self.likeliest_plan(last, home),
            "place": last.place if last else "",
            "form": last.form if last else Drill.Form.LIVE,
            "level": usual_level(home) if home else "",
        }

    def own_organisation(self) -> Organisation | None:
        employers = self.user.memberships.active(local_day(self.now)).values("organisation")
        return self.held.filter(pk__in=employers).first() or self.held.first()

    def likeliest_plan(self, last: Drill | None, home: Organisation | None) -> int | None:
        """The one of last time while it is in use; else the newest version of his own."""
        plan: Any = self.fields["plan"]
        if last is None:
            return plan.queryset.filter(plan__organisation=home).values_list("pk", flat=True).first()
        return plan.queryset.filter(pk=last.plan_version_id).values_list("pk", flat=True).first()

    def owner(self) -> Organisation | None:
        return self.cleaned_data.get("organisation")

    def clean_organisation(self) -> Organisation | None:
        return self.cleaned_data["organisation"] or self.held.first()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(self.given_files(data)) > MOST_FILES:
            self.add_error("photos", _("At most %(most)s files go with a record.") % {"most": MOST_FILES})
        return data

    @staticmethod
    def given_files(data: Mapping[str, Any]) -> list[tuple[str, Paper]]:
        kinds = (("sign_in", DrillFile.Kind.SIGN_IN), ("photos", DrillFile.Kind.PHOTO))
        return [(kind, paper) for name, kind in kinds for paper in data.get(name) or ()]

    def uid_given(self) -> UUID:
        return self.cleaned_data["uid"] or uuid4()

    def sheets(self) -> list[Sheet]:
        return [Sheet(paper, kind, uuid4()) for kind, paper in self.given_files(self.cleaned_data)]


class CorrectForm(RecordForm):
    """The same facts once more, with the reason. `seen` counts the corrections there were when the page was made."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=200, min_length=4)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, drill: Drill, **kwargs: Any) -> None:
        self.drill = drill
        super().__init__(*args, **kwargs)
        self.initial = {**self.standing(), **self.initial}

    def set_up_plans(self, versions: Any) -> None:
        """The version it was held by may be chosen still, even where its plan is no longer in use."""
        super().set_up_plans(versions_for(self.user, also=self.drill.plan_version_id))

    def standing(self) -> dict[str, Any]:
        told = facts(self.drill)
        same = ("hazard", "level", "place", "form", "people", "basis", "went_well", "problems", "follow_up")
        return {name: getattr(told, name) for name in same} | {
            "plan": told.plan_version.pk if told.plan_version else None,
            "starts_at": local(told.starts_at),
            "minutes": minutes_of(self.drill),
            "seen": correction_count(self.drill),
        }

    def owner(self) -> Organisation | None:
        return self.drill.organisation


class UploadForm(forms.Form):
    """The signed sheet, or what was missing."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in UPLOADED],
        initial=UPLOADED[0],
        label=_("What it is"),
        widget=forms.RadioSelect,
    )
    file = PaperField(pdf=True, label=_("Photo or scan"))
