import shutil
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.files)
def video_tools(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    missing = [name for name in ("ffmpeg", "ffprobe") if not shutil.which(name)]
    if not missing:
        return []
    text = f"{' and '.join(missing)} missing: videos cannot be checked and get no poster."
    return [Warning(text, hint="apt-get install ffmpeg", id="media.W001")]
