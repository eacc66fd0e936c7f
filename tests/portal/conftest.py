from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Collection


@pytest.fixture(scope="module")
def shipped(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """All starter content, loaded once for a module's tests and rolled back after them."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        if Collection.get_first_root_node() is None:  # made by Wagtail's migrations, which the suite does without
            Collection.add_root(name="Root")
        call_command("load_starter", verbosity=0)
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def second_editor(bureau: Any) -> Any:
    """Who reads first what the editor has written."""
    from tests.cast import person

    return person("沈月", bureau, "editor")


@pytest.fixture
def library(editor: Any, second_editor: Any) -> Any:
    """An empty library in a tree that is under review, and both editors in the group that writes below it."""
    from portal.starter.tree import open_to_editors
    from tests.portal.factories import make_home, make_library
    from tests.portal.reviews import join_editors

    Collection.add_root(name="Root")
    home = make_home()
    library = make_library(home)
    open_to_editors(home)
    join_editors(editor, second_editor)
    return library
