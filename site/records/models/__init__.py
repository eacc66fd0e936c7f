"""What every subject needs to keep; the subjects' own records are in their apps."""

from records.models.audit import AuditEntry, AuditSeal
from records.models.files import PrivateFile
from records.models.jobs import Job, WorkerHeartbeat
from records.models.keeping import NumberSeries, RateCounter, StarterItem

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Job",
    "NumberSeries",
    "PrivateFile",
    "RateCounter",
    "StarterItem",
    "WorkerHeartbeat",
]
