"""A piece for the other mouths of the bureau: the village loudspeaker (大喇叭) and its WeChat account (公众号)."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.models import SCRIPT_LONGEST, Piece

SENTENCE_ENDS = "。！？"
MOST_ACTS = 6  # of a script drawn from the text: nobody by a loudspeaker keeps more in mind


# ── The loudspeaker ──────────────────────────────────────────────────────────
def script_of(piece: Piece) -> str:
    """What the loudspeaker says: first that it is no warning, then the editor's own script, else one drawn from the
    piece. At most 300 characters in all."""
    with override(piece.locale.language_code):
        return _("This is safety advice, not a warning.") + (piece.loudspeaker.strip() or drawn_script(piece))


def drawn_script(piece: Piece) -> str:
    """The title, the summary, then the acts that the text names, as far as they fit."""
    closing = _("Please pass it on.")
    script = ended(piece.title) + ended(piece.summary)
    for act in acts(piece)[:MOST_ACTS]:
        if len(script) + len(ended(act)) + len(closing) > SCRIPT_LONGEST:
            break
        script += ended(act)
    return script[: SCRIPT_LONGEST - len(closing)] + closing


def ended(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in SENTENCE_ENDS else f"{text}。"


def acts(piece: Piece) -> list[str]:
    """What to do, in the order of the piece: warnings, steps, the left column of do and do not."""
    return [act for name in ("now", "body") for block in getattr(piece, name, ()) for act in acts_in(block)]


def acts_in(block: Any) -> list[str]:
    match block.block_type:
        case "warning":
            return [block.value]
        case "steps":
            return [step["action"] for step in block.value]
        case "situation":
            return [step["action"] for step in block.value["steps"]]
        case "do_dont":
            return list(block.value["do"])
        case _:
            return []


# ── The chat account ─────────────────────────────────────────────────────────
def chat_html(piece: Piece, address: str) -> str:
    """The piece as WeChat's editor takes it when pasted: every style beside its element, no class, no script, no
    picture (the account's pictures are uploaded there), one link to read on."""
    blocks = [chat_block(block) for name in ("now", "body") for block in getattr(piece, name, ())]
    context = {"piece": piece, "address": address, "blocks": [block for block in blocks if block]}
    return render_to_string("portal/outlets/chat.html", context).strip()


def chat_block(block: Any) -> SafeString | str:
    if block.block_type in ("figure", "quiz"):
        return ""
    value = strip_tags(block.value.source) if block.block_type == "paragraph" else block.value
    return render_to_string("portal/outlets/chat_block.html", {"kind": block.block_type, "value": value})
