"""The text of a page of HTML, as far as it is text: what a question can't show is refused, not dropped."""

from html.parser import HTMLParser

from exams.importers.notes import Refused, gettext_noop
from exams.importers.texts import clean

LINES = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"})
SHOWN = frozenset({"img", "video", "audio", "svg", "math", "iframe", "object", "embed", "canvas", "source"})
SILENT = frozenset({"script", "style"})
RAISED = {"sup": str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"), "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")}

NOT_TEXT = gettext_noop(
    "The text of the question holds “%(tag)s”, which can't be taken over. Bring it in as a picture."
)


class TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.raised = self.silent = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in SHOWN:
            raise Refused(NOT_TEXT, tag=tag)
        if tag in LINES:
            self.texts.append("\n")
        elif tag in RAISED:
            self.raised = tag
        elif tag in SILENT:
            self.silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in LINES:
            self.texts.append("\n")
        self.raised = "" if tag == self.raised else self.raised
        self.silent = "" if tag == self.silent else self.silent

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.raised:
            table = RAISED[self.raised]
            if not all(ord(char) in table for char in data.strip()):
                raise Refused(NOT_TEXT, tag=self.raised)
            data = data.translate(table)
        self.texts.append(data)


def text_of_html(markup: str) -> str:
    reader = TextReader()
    reader.feed(" ".join(markup.split()))
    reader.close()
    return clean("".join(reader.texts))
