"""Reads worth a name."""

from campaign.queries.schemes import DEFAULT_SCHEME, default_entries

__all__ = ["DEFAULT_SCHEME", "default_entries"]
