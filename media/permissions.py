"""Who may bring files into the library, and whose uploads are whose."""

from typing import Any

from media.models import Upload
from people.models import Role

ADDING = (Role.EDITOR, Role.TRAINING_OFFICER)


def adds_media(user: Any) -> bool:
    """The bureau's own: the library is everybody's. A safety officer's films go with his lessons."""
    return user.is_authenticated and (user.is_superuser or user.has_role(*ADDING))


def uploads_of(user: Any) -> Any:
    """Nobody sees another's, whatever his role: they are private until they are kept."""
    return Upload.objects.of(user)
