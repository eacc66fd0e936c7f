from django import template

from media.models import Upload

register = template.Library()

ICONS = {
    Upload.Kind.IMAGE: "image",
    Upload.Kind.VIDEO: "video",
    Upload.Kind.AUDIO: "audio",
    Upload.Kind.DOCUMENT: "document",
    Upload.Kind.CAPTIONS: "large-text",
}


@register.filter
def kind_icon(kind: str) -> str:
    return ICONS.get(Upload.Kind(kind), "upload") if kind else "upload"
