"""Every write of `records` that has a meaning; apps above import from here."""

from records.services.audit import erase_entries, log, seal_audit
from records.services.files import open_private, purge_files, signed_url, store_private
from records.services.jobs import (
    beat,
    cancel_job,
    claim,
    enqueue,
    execute,
    purge_jobs,
    report_progress,
    retry_job,
    tick,
)
from records.services.limits import Hit, clear, hit, peek, purge_counters
from records.services.series import next_number

__all__ = [
    "Hit",
    "beat",
    "cancel_job",
    "claim",
    "clear",
    "enqueue",
    "erase_entries",
    "execute",
    "hit",
    "log",
    "next_number",
    "open_private",
    "peek",
    "purge_counters",
    "purge_files",
    "purge_jobs",
    "report_progress",
    "retry_job",
    "seal_audit",
    "signed_url",
    "store_private",
    "tick",
]
