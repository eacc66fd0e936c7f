"""News for the apps above."""

from django.dispatch import Signal

sitting_marked = Signal()
"""Sent in the transaction that writes a mark, after it: sender Sitting, sitting, mark (the row now in force)."""
