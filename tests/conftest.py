"""What every test folder shares: fixtures, and the order of the tests."""

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
