"""What every test folder shares: fixtures, and the order of the tests."""

import os
import tempfile
from collections.abc import Iterator

import pytest
from real_applications.harness import libreoffice, ooxml_validator

__all__ = ["libreoffice", "ooxml_validator"]

_HEAVY = ("slow", "real_application")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: no worker is left alone with it at the end.

    The sort is stable: within each group the order stays random.
    """
    items.sort(key=lambda item: -sum(map(bool, map(item.get_closest_marker, _HEAVY))))


@pytest.fixture(autouse=True, scope="session")
def _own_cache() -> Iterator[None]:
    """Keep results of earlier runs apart from the user's."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CTS_EXCEL_CACHE"] = folder
        yield
