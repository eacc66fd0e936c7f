"""Who may do what in exams; each `can_x(user, obj)` has its queryset twin beside it, so a list never disagrees with a
detail."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from exams.models import Candidate, Certificate, Exam, MarkerAppointment, QuestionBank, QuestionVersion
from people.models import Membership, Organisation, Role
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


def can_mark_exam(user: Any, exam: Exam) -> bool:
    """Whoever holds it, and the markers appointed to it."""
    return can_manage_exam(user, exam) or appointments_of(user).filter(exam=exam).exists()


def exams_marked_by(user: Any) -> Any:
    return Exam.objects.filter(
        Q(pk__in=exams_managed_by(user)) | Q(pk__in=appointments_of(user).values("exam")), ~Q(state=Exam.State.DRAFT)
    )


def appointments_of(user: Any) -> Any:
    return MarkerAppointment.objects.filter(user=user.pk, ended_at=None)


def is_marker(user: Any) -> bool:
    """Appointed to an exam today."""
    return user.is_authenticated and appointments_of(user).exists()


def marks_exams(user: Any) -> bool:
    return holds_exams(user) or is_marker(user)


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


def candidates_managed_by(user: Any) -> Any:
    scope = scope_as(user, *HOLDING)
    theirs = Candidate.objects.filter(scope.organisations_q("organisation__"), exam__in=exams_managed_by(user))
    return theirs.exclude(user=user)


def keeps_door_for(user: Any, candidate: Candidate) -> bool:
    """Whoever holds the exam lets people in; nobody vouches for himself."""
    return candidate.exam.state == Exam.State.PUBLISHED and can_manage_candidate(user, candidate)


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


def can_review_version(user: Any, version: QuestionVersion) -> bool:
    """Whoever edits the bank, for what somebody else has written."""
    return version.author_id != user.pk and can_edit_bank(user, version.question.bank)


def banks_edited_by(user: Any) -> Any:
    own = Q(organisation__in=scope_as(user, Role.ORG_MANAGER).organisations)
    bureau = scope_as(user, *BANKS_OF_THE_BUREAU).everything
    return QuestionBank.objects.filter(own | Q(organisation=None) if bureau else own)


def can_read_key(user: Any, exam: Exam) -> bool:
    """The keys of an exam's paper: whoever manages it and looks after every bank it draws from."""
    others = exam.parts.exclude(bank__in=banks_edited_by(user).values("pk"))
    return can_manage_exam(user, exam) and not others.exists()


def banks_usable_by(user: Any, organisation: Organisation | None) -> Any:
    """From which questions of an exam of this organisation (None: the bureau's) may be drawn."""
    scope = scope_as(user, *HOLDING)
    if not scope.everything and (organisation is None or organisation.pk not in scope.organisations):
        return QuestionBank.objects.none()
    bureau = Q(organisation=None)
    return QuestionBank.objects.filter(bureau | Q(organisation=organisation) if organisation else bureau)


def banks_practised_by(user: Any) -> Any:
    """Open for practice: the bureau's to everybody who signs in, an organisation's to its members alone."""
    if not user.is_authenticated:
        return QuestionBank.objects.none()
    theirs = Membership.objects.active().filter(user=user).values("organisation")
    own = Q(organisation=None) | Q(organisation__in=theirs)
    return QuestionBank.objects.filter(own, open_for_practice=True)


def can_read_picture(user: Any, file: PrivateFile) -> bool:
    banks = QuestionBank.objects.visible_to(user)
    return QuestionVersion.objects.filter(picture=file, question__bank__in=banks).exists()


def brought_file(user: Any, file: PrivateFile) -> bool:
    """What somebody uploaded, and the rows of it that go back to him."""
    return file.created_by_id is not None and file.created_by_id == user.pk
