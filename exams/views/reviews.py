from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exams.models import QuestionVersion
from exams.permissions import banks_edited_by, can_review_version, edits_banks
from exams.services.reviews import review_version
from people.gates import SignedIn, only_for


@only_for(edits_banks)
@require_POST
def version_review(request: SignedIn, pk: int) -> HttpResponse:
    versions = QuestionVersion.objects.filter(question__bank__in=banks_edited_by(request.user))
    version = get_object_or_404(versions.select_related("question__bank"), pk=pk)
    if not can_review_version(request.user, version):
        raise Http404
    if review_version(version, by=request.user, now=timezone.now()):
        messages.success(request, _("Marked as reviewed."))
    else:
        messages.info(request, _("Nothing was changed: it was reviewed already, or there is a newer version."))
    return redirect("exams:question_detail", version.question_id)
