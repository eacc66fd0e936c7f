"""The evaluation forms: to be read, and weighed anew by the bureau."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from drills.forms.evaluation import WeightsForm
from drills.models import EvaluationItem, EvaluationSection, TemplateVersion
from drills.permissions import can_reweigh_forms
from drills.queries.evaluation import newest_versions
from drills.services import templates as services
from people.gates import SignedIn, only_for, posted
from people.permissions import has_office


def find_version(pk: int) -> TemplateVersion:
    items = Prefetch("items", EvaluationItem.objects.order_by("position"))
    sections = Prefetch("sections", EvaluationSection.objects.order_by("position").prefetch_related(items))
    versions = TemplateVersion.objects.select_related("template").prefetch_related(sections)
    return get_object_or_404(versions, pk=pk)


@only_for(has_office)
def template_list(request: SignedIn) -> HttpResponse:
    return render(request, "drills/template_list.html", {"versions": newest_versions()})


@only_for(has_office)
def template_detail(request: SignedIn, pk: int) -> HttpResponse:
    version = find_version(pk)
    items = [item for section in version.sections.all() for item in section.items.all()]
    others = version.template.versions.exclude(pk=pk).order_by("-number")
    return render(
        request,
        "drills/template_detail.html",
        {
            "version": version,
            "items": len(items),
            "unread": sum(not item.verified for item in items),
            "weights": sum(section.weight for section in version.sections.all()),
            "others": others,
            "may_weigh": can_reweigh_forms(request.user) and all(other.number < version.number for other in others),
        },
    )


@only_for(can_reweigh_forms)
def template_weights(request: SignedIn, pk: int) -> HttpResponse:
    version = find_version(pk)
    form = WeightsForm(posted(request), sections=version.sections.all())
    if form.is_bound and form.is_valid():
        made = services.reweigh(
            version, form.weights(), note=form.cleaned_data["note"], by=request.user, now=timezone.now()
        )
        messages.success(request, _("Saved as version %(number)d.") % {"number": made.number})
        return redirect("drills:template_detail", made.pk)
    return render(request, "drills/template_weights.html", {"version": version, "form": form})
