"""What is kept for finding questions by the words in them."""

from typing import Any

from django.db import models

from records.bigrams import searchable


class GramsField(models.TextField):
    """Made from other fields of the row whenever it is saved, one by one or many at once; nobody writes it."""

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        settings: dict[str, Any] = {"editable": False, "default": "", "blank": True} | kwargs
        super().__init__(*args, **settings)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: Any, add: bool) -> str:
        made = searchable(*[getattr(model_instance, name) or "" for name in self.of])
        setattr(model_instance, self.attname, made)
        return made
