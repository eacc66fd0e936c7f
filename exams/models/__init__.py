"""Question banks, exams, sittings and certificates; who learns what is told by `learning`, above."""

from exams.models.certificates import Certificate, CertificateIssuer
from exams.models.exams import Candidate, Exam, Paper, PaperPart
from exams.models.halls import Arrival, ExamHall, Seat
from exams.models.imports import QuestionImport
from exams.models.marking import HandAnswer, HandMark, KeyCorrection, MarkerAppointment
from exams.models.oversight import ExamStatistics, Incident, PatternReview
from exams.models.practice import MockExam, Practice, PracticeAnswer
from exams.models.questions import Question, QuestionBank, QuestionVersion
from exams.models.sittings import Answer, AnswerEvent, Mark, Sitting

__all__ = [
    "Answer",
    "AnswerEvent",
    "Arrival",
    "Candidate",
    "Certificate",
    "CertificateIssuer",
    "Exam",
    "ExamHall",
    "ExamStatistics",
    "HandAnswer",
    "HandMark",
    "Incident",
    "KeyCorrection",
    "Mark",
    "MarkerAppointment",
    "MockExam",
    "Paper",
    "PaperPart",
    "PatternReview",
    "Practice",
    "PracticeAnswer",
    "Question",
    "QuestionBank",
    "QuestionImport",
    "QuestionVersion",
    "Seat",
    "Sitting",
]
