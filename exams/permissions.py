"""Who may do what in exams; each `can_x(user, obj)` has its queryset twin beside it, so a list never disagrees with a
detail."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from exams.models import Candidate, Certificate, Exam, QuestionBank, QuestionVersion
from people.models import Organisation, Role
from people.permissions import scope_as
from people.scopes import scope_of
from records.models import PrivateFile

# ── Certificates ─────────────────────────────────────────────────────────────
ISSUING = (Role.TRAINING_OFFICER, Role.EXAM_OFFICER, Role.ORG_MANAGER)


def can_view_certificate(user: Any, certificate: Certificate) -> bool:
    return certificate.user_id == user.pk or scope_of(user).covers(certificate.organisation)


def certificates_viewed_by(user: Any) -> Any:
    return Certificate.objects.visible_to(user)


def can_revoke_certificate(user: Any, certificate: Certificate) -> bool:
    """Whoever works for the issuer; the bureau's officers stand above all issuers. Nobody revokes his own."""
    if certificate.user_id == user.pk:
        return False
    scope = scope_as(user, *ISSUING)
    issuer = certificate.issuer.organisation_id
    return scope.everything or (issuer is not None and issuer in scope.organisations)


def certificates_revocable_by(user: Any) -> Any:
    scope = scope_as(user, *ISSUING)
    others = Certificate.objects.exclude(user=user)
    return others if scope.everything else others.filter(issuer__organisation__in=scope.organisations)


def can_read_certificate_file(user: Any, file: PrivateFile) -> bool:
    return certificates_viewed_by(user).filter(Q(pdf=file) | Q(png=file)).exists()


# ── Exams ────────────────────────────────────────────────────────────────────
HOLDING = (Role.TRAINING_OFFICER, Role.EXAM_OFFICER, Role.ORG_MANAGER)


def holds_exams(user: Any) -> bool:
    """May make exams: the bureau's officers any, a safety officer those of his own organisation."""
    scope = scope_as(user, *HOLDING)
    return scope.everything or bool(scope.organisations)


def can_manage_exam(user: Any, exam: Exam) -> bool:
    scope = scope_as(user, *HOLDING)
    return scope.everything or (exam.organisation_id is not None and exam.organisation_id in scope.organisations)


def exams_managed_by(user: Any) -> Any:
    scope = scope_as(user, *HOLDING)
    return Exam.objects.all() if scope.everything else Exam.objects.filter(organisation__in=scope.organisations)


def exams_viewed_by(user: Any) -> Any:
    """The exams in scope, and those of others, once published, that people in scope are candidates of."""
    scope = scope_of(user)
    if scope.everything:
        return Exam.objects.all()
    theirs = Candidate.objects.filter(scope.organisations_q("organisation__"), exam=OuterRef("pk"))
    published = ~Q(state=Exam.State.DRAFT)
    return Exam.objects.filter(scope.organisations_q("organisation__") | published & Exists(theirs))


def has_candidacy(user: Any) -> bool:
    """Has been a candidate of an exam that was published."""
    if not user.is_authenticated:
        return False
    return Candidate.objects.filter(user=user).exclude(exam__state=Exam.State.DRAFT).exists()


def can_read_tickets(user: Any, file: PrivateFile) -> bool:
    """Only who had them printed: they let their reader in as anybody among them."""
    return file.created_by_id == user.pk


def can_manage_candidate(user: Any, candidate: Candidate) -> bool:
    """Whoever manages the exam, for the people he works for; nobody grants himself anything."""
    if candidate.user_id == user.pk:
        return False
    return can_manage_exam(user, candidate.exam) and scope_as(user, *HOLDING).covers(candidate.organisation)


# ── Question banks ───────────────────────────────────────────────────────────
BANKS_OF_THE_BUREAU = (Role.TRAINING_OFFICER, Role.EXAM_OFFICER)


def edits_banks(user: Any) -> bool:
    """Has banks of his own to look after: the bureau's, or his organisation's."""
    scope = scope_as(user, *HOLDING)
    return scope.everything or bool(scope.organisations)


def can_edit_bank(user: Any, bank: QuestionBank) -> bool:
    """Who edits a bank sees its keys; nobody else does."""
    if bank.organisation_id is None:
        return scope_as(user, *BANKS_OF_THE_BUREAU).everything
    return bank.organisation_id in scope_as(user, Role.ORG_MANAGER).organisations


def banks_edited_by(user: Any) -> Any:
    own = Q(organisation__in=scope_as(user, Role.ORG_MANAGER).organisations)
    bureau = scope_as(user, *BANKS_OF_THE_BUREAU).everything
    return QuestionBank.objects.filter(own | Q(organisation=None) if bureau else own)


def banks_usable_by(user: Any, organisation: Organisation | None) -> Any:
    """From which questions of an exam of this organisation (None: the bureau's) may be drawn."""
    scope = scope_as(user, *HOLDING)
    if not scope.everything and (organisation is None or organisation.pk not in scope.organisations):
        return QuestionBank.objects.none()
    bureau = Q(organisation=None)
    return QuestionBank.objects.filter(bureau | Q(organisation=organisation) if organisation else bureau)


def can_read_picture(user: Any, file: PrivateFile) -> bool:
    banks = QuestionBank.objects.visible_to(user)
    return QuestionVersion.objects.filter(picture=file, question__bank__in=banks).exists()


def brought_file(user: Any, file: PrivateFile) -> bool:
    """What somebody uploaded, and the rows of it that go back to him."""
    return file.created_by_id is not None and file.created_by_id == user.pk
