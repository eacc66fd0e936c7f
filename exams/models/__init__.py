"""Question banks, exams, sittings and certificates; who learns what is told by `learning`, above."""

from exams.models.certificates import Certificate, CertificateIssuer
from exams.models.exams import Candidate, Exam, Paper, PaperPart
from exams.models.imports import QuestionImport
from exams.models.questions import Question, QuestionBank, QuestionVersion
from exams.models.sittings import Answer, AnswerEvent, Mark, Sitting

__all__ = [
    "Answer",
    "AnswerEvent",
    "Candidate",
    "Certificate",
    "CertificateIssuer",
    "Exam",
    "Mark",
    "Paper",
    "PaperPart",
    "Question",
    "QuestionBank",
    "QuestionImport",
    "QuestionVersion",
    "Sitting",
]
