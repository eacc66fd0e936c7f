import re
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from duties.models import Article, DutyRule
from exams.models import Exam
from learning.models import Course, Programme
from learning.permissions import MANAGING
from learning.queries.audience import Group
from learning.queries.programmes import STATES, Filter
from people.models import Membership, Organisation
from people.permissions import scope_as
from ui.forms import LookUpForm, ReasonForm
from ui.layout import page_form

COURSES, ARTICLES = 6, 4
SEPARATORS = re.compile(r"[,，、;；\n]+")


class DutyChoice(forms.ModelChoiceField):
    def label_from_instance(self, duty: DutyRule) -> str:  # type: ignore[override]
        hours = duty.values.get("hours")
        told = [duty.about(), *([_("%(hours)s hours") % {"hours": hours}] if hours else [])]
        return " · ".join([*map(str, told), *([] if duty.verified else [str(_("not yet verified"))])])


class ArticleChoice(forms.ModelChoiceField):
    def label_from_instance(self, article: Article) -> str:  # type: ignore[override]
        return f"{article.citation()} {article.heading}"


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields = (
            "title",
            "organisation",
            "duty",
            "why",
            "required_hours",
            "minutes_per_hour",
            "exam",
            "certificate_kind",
            "certificate_months",
            "opens_on",
            "closes_on",
        )
        field_classes = {"duty": DutyChoice}
        widgets = {
            "why": forms.Textarea(attrs={"rows": 2}),
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.scope = scope_as(user, *MANAGING)
        self.fields["title"].label = _("Name of the programme")
        self.set_up_owner()
        self.set_up_choices()
        self.add_ordered("course", COURSES, forms.ModelChoiceField, self.courses(), _("Course"))
        articles = Article.objects.select_related("regulation").order_by("regulation__key", "order")
        self.add_ordered("article", ARTICLES, ArticleChoice, articles, pgettext_lazy("law", "Article"))
        self.helper = page_form(self.layout(), _("Save the draft"))

    def set_up_owner(self) -> None:
        """A programme stays whose it is; only the bureau's officers choose when they make one."""
        if self.instance.pk:
            del self.fields["organisation"]
            return
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(self.scope.organisations_q()).order_by("name")
        field.required = not self.scope.everything
        field.empty_label = _("The bureau's own") if self.scope.everything else None
        field.help_text = ""
        if not self.scope.everything and not self.initial.get("organisation"):
            self.initial["organisation"] = field.queryset.values_list("pk", flat=True).first()

    def set_up_choices(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["duty"].queryset = DutyRule.objects.filter(kind="training").select_related("regulation", "article")
        fields["duty"].empty_label = _("None of the rulebook")
        own = Q(organisation__isnull=True) | self.scope.organisations_q("organisation__")
        fields["exam"].queryset = Exam.objects.filter(own).exclude(state=Exam.State.WITHDRAWN)
        fields["exam"].empty_label = _("No exam")
        fields["certificate_kind"].choices = [("", _("No certificate")), *fields["certificate_kind"].choices[1:]]

    def courses(self) -> QuerySet[Course]:
        return Course.objects.visible_to(self.user).published()

    def add_ordered(self, name: str, count: int, field: Any, queryset: Any, label: Any) -> None:
        """So many selects one below the other: their order is the order, by keyboard and without any script."""
        chosen = self.chosen(name)
        for number in range(1, count + 1):
            initial = chosen[number - 1] if number <= len(chosen) else None
            numbered = format_lazy("{} {}", label, number)
            self.fields[f"{name}_{number}"] = field(
                queryset, required=False, label=numbered, initial=initial, empty_label="–"
            )

    def chosen(self, name: str) -> list[Any]:
        if not self.instance.pk:
            return []
        if name == "article":
            return list(self.instance.articles.order_by("pk"))
        return list(self.instance.courses.order_by("parts__position"))

    def layout(self) -> list[Any]:
        """In the order in which one thinks: what, until when, what it ends in, why."""
        courses, articles = self.numbered("course"), self.numbered("article")
        owner = ["organisation"] if "organisation" in self.fields else []
        return [
            "title",
            *owner,
            Fieldset(_("What is learnt"), Div(*courses, css_class="pairs")),
            Div("required_hours", "minutes_per_hour", css_class="pairs"),
            Fieldset(_("Until when"), Div("opens_on", "closes_on", css_class="pairs")),
            Fieldset(_("Exam and certificate"), "exam"),
            Div("certificate_kind", "certificate_months", css_class="pairs"),
            Fieldset(_("Why it has to be learnt"), "duty", "why", Div(*articles, css_class="pairs")),
        ]

    def numbered(self, name: str) -> list[str]:
        return [field for field in self.fields if field.startswith(f"{name}_")]

    def ordered(self, name: str) -> list[Any]:
        found = (self.cleaned_data.get(field) for field in self.numbered(name))
        return [one for one in found if one is not None]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens_on, closes_on = data.get("opens_on"), data.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("The end of the window lies before its beginning."))
        owner = self.instance.organisation if self.instance.pk else data.get("organisation")
        exam = data.get("exam")
        if exam and exam.organisation_id not in {None, owner.pk if owner else None}:
            self.add_error("exam", _("This exam belongs to another organisation."))
        if any(course.organisation_id not in {None, owner.pk if owner else None} for course in self.ordered("course")):
            self.add_error("course_1", _("A course belongs to another organisation."))
        return data


class PublishForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_form([], _("Publish"))


# ── Whom it meets ────────────────────────────────────────────────────────────
class RuleForm(forms.Form):
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        label=_("Organisations"),
        help_text=_("None chosen: every organisation of the county"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    categories = forms.MultipleChoiceField(
        choices=Membership.Category.choices,
        required=False,
        label=_("Category"),
        help_text=_("None ticked: every category"),
        widget=forms.CheckboxSelectMultiple,
    )
    posts = forms.CharField(
        required=False,
        max_length=300,
        label=_("Posts"),
        help_text=_("As in the roster, several parted by commas; empty: every post"),
    )
    hired_since = forms.DateField(
        required=False,
        label=_("Hired since"),
        help_text=_("Who was hired on this day or later"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, members: QuerySet[Membership], county: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        if county:
            places: Any = self.fields["organisations"]
            places.queryset = Organisation.objects.filter(pk__in=members.order_by().values("organisation"))
        else:
            del self.fields["organisations"]
        self.helper = page_form(list(self.fields), _("See whom it meets"))

    def clean_posts(self) -> tuple[str, ...]:
        typed = [post.strip() for post in SEPARATORS.split(self.cleaned_data["posts"])]
        posts = tuple(dict.fromkeys(post for post in typed if post))
        known = set(self.members.filter(post__in=posts).order_by().values_list("post", flat=True))
        if unknown := [post for post in posts if post not in known]:
            raise ValidationError(_("Nobody has this post: %(posts)s"), params={"posts": "、".join(unknown)})
        return posts

    def group(self) -> Group:
        data = self.cleaned_data
        places = tuple(sorted(place.pk for place in data.get("organisations") or ()))
        return Group(places, tuple(data["categories"]), data["posts"], data["hired_since"])

    def hidden(self) -> list[tuple[str, str]]:
        """The same group once more, for the button that confirms it."""
        group = self.group()
        pairs = [("organisations", str(pk)) for pk in group.organisations]
        pairs += [("categories", category) for category in group.categories]
        pairs += [("posts", "、".join(group.posts))]
        return [*pairs, ("hired_since", group.hired_since.isoformat() if group.hired_since else "")]


class TickForm(forms.Form):
    """People ticked one by one or by whole departments of one organisation."""

    departments = forms.MultipleChoiceField(required=False)
    members = forms.ModelMultipleChoiceField(Membership.objects.none(), required=False)

    def __init__(self, *args: Any, members: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all = members
        fields: dict[str, Any] = self.fields
        named = members.order_by().values_list("department", flat=True).distinct()
        fields["departments"].choices = [(name or NO_DEPARTMENT, name) for name in named]
        fields["members"].queryset = members

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("departments") and not data.get("members"):
            raise ValidationError(_("Tick a department or at least one person."))
        return data

    def chosen(self) -> QuerySet[Membership]:
        data = self.cleaned_data
        departments = ["" if name == NO_DEPARTMENT else name for name in data["departments"]]
        return self.all.filter(Q(department__in=departments) | Q(pk__in=[one.pk for one in data["members"]]))

    def hidden(self) -> list[tuple[str, str]]:
        data = self.cleaned_data
        pairs = [("departments", name) for name in data["departments"]]
        return pairs + [("members", str(one.pk)) for one in data["members"]]


NO_DEPARTMENT = "-"


# ── The manager's page ───────────────────────────────────────────────────────
class BoardFilter(forms.Form):
    """A wrong value in the address filters nothing."""

    state = forms.CharField(required=False)
    organisation = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("All organisations"))
    department = forms.ChoiceField(required=False, label=_("All departments"))
    sort = forms.CharField(required=False)

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], departments: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].choices = [("", fields["organisation"].label), *organisations]
        fields["department"].choices = [("", fields["department"].label), *((name, name) for name in departments)]
        for name in ("organisation", "department"):
            fields[name].widget.attrs |= {"class": "form-select", "aria-label": fields[name].label}
        for name in ("state", "sort"):
            fields[name].widget = forms.HiddenInput()

    def filter(self, q: str) -> Filter:
        self.is_valid()
        data = self.cleaned_data
        state = data.get("state") if data.get("state") in STATES else ""
        return Filter(
            state=state or "",
            organisation=data.get("organisation"),
            department=data.get("department") or "",
            sort=data.get("sort") or Filter.sort,
            q=q,
        )


class FindForm(LookUpForm):
    what = _("Name, number, department or post")


class ExtendForm(ReasonForm):
    due_on = forms.DateField(label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ("due_on", "reason")

    def __init__(self, *args: Any, after: Any, **kwargs: Any) -> None:
        self.after = after
        super().__init__(*args, **kwargs)

    def clean_due_on(self) -> Any:
        if self.cleaned_data["due_on"] <= self.after:
            raise ValidationError(_("Choose a day after the present one."))
        return self.cleaned_data["due_on"]
