"""What is said about a row: a text for translation and what to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Marks a text for the translators; translating is left to whoever shows it."""
    return text


@dataclass(frozen=True)
class Note:
    text: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def note(text: str, /, **values: object) -> Note:
    return Note(text, values)


class Refused(ValueError):
    """The row cannot become a question as it stands."""

    def __init__(self, text: str, /, **values: object) -> None:
        self.note = Note(text, values)
        super().__init__(str(self.note))
