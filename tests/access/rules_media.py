from typing import Any

from tests.access.matrix import NOBODY, Rule, Rules, only

ADDS = only("editor", "training_officer")
OWNS = only("editor")  # of both uploads of the scenery: another's are nobody's business, whatever the role


def upload(scene: Any) -> list[Any]:
    return [scene.upload.pk]


def whole(scene: Any) -> list[Any]:
    return [scene.upload_whole.pk]


def begun(scene: Any) -> dict[str, Any]:
    return {"name": "flood.jpg", "size": 9, "sha256": "0" * 64}


def described(scene: Any) -> dict[str, Any]:
    return {"titles": "names", "licence": "drawn", "people_seen": "nobody", "alt": "a river"}


RULES: Rules = {
    "media:desk": (Rule(ADDS, data=described),),
    "media:kept": (Rule(ADDS),),
    "media:row": (Rule(OWNS, upload), Rule(NOBODY, lambda scene: [scene.file.pk])),
    "media:remove": (Rule(OWNS, upload, method="post"),),
    "media:uploads": (Rule(ADDS, data=begun),),
    "media:upload": (Rule(OWNS, upload),),
    "media:finish": (Rule(OWNS, whole, method="post"),),
    "media:picture": (Rule(OWNS, upload),),
}
