"""The product as an operator runs it: a temporary installation, real processes, a real browser."""

from collections.abc import Iterator

import pytest

from tests.product.console import Console
from tests.product.installation import Product
from tests.records.installation import database_of_its_own


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """On a database server it has a database to itself, as its operator would give it."""
    with database_of_its_own("product") as its_own:
        product = Product(tmp_path_factory.mktemp("installation"), extra=its_own)
        product.manage("prepare")
        product.start()
        yield product
        product.stop()


@pytest.fixture(scope="module")
def console(product: Product) -> Iterator[Console]:
    console = Console(product)
    yield console
    console.close()
