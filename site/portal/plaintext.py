"""The words of a StreamField, without its dress: for search, read-aloud and counts."""

import html
import re
from typing import Any

from wagtail.blocks import StreamValue, StructValue
from wagtail.rich_text import RichText

TAG = re.compile(r"<[^>]+>")


def stream_text(value: StreamValue) -> str:
    return "\n".join(line for child in value for line in words(child.value) if line)


def words(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case RichText():
            return [html.unescape(TAG.sub(" ", value.source)).strip()]
        case StructValue():
            return [line for part in value.values() for line in words(part)]
        case _ if hasattr(value, "citation"):
            return [value.citation()]
        case _ if hasattr(value, "__iter__"):
            return [line for part in value for line in words(part)]
        case _:
            return []
