"""Text messages go through one door; which sender stands behind it is `settings.SMS_SENDER`."""

import logging
from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from people import rules

logger = logging.getLogger(__name__)


class Sender(Protocol):
    def send(self, phone: str, text: str) -> None:
        """Hand one message over; raise what the provider says when it refuses."""


class LogSender:
    """For installations without a provider: says that a message would have gone out, never to whom in full nor what."""

    def send(self, phone: str, text: str) -> None:
        logger.warning("No SMS provider is set: a message of %d characters to %s was not sent", len(text), mask(phone))


class MemorySender:
    """For tests: what was sent stays in `sent`."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))


def mask(phone: str) -> str:
    return rules.mask_phone(phone)


def can_send() -> bool:
    """A real provider stands behind the door."""
    return not issubclass(import_string(settings.SMS_SENDER), LogSender)


def send_sms(phone: str, text: str) -> None:
    import_string(settings.SMS_SENDER)().send(phone, text)
