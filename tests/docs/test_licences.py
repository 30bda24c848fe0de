"""Every dependency stands in the list of licences, with its version and a licence that fits."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import make_licences  # noqa: E402

PAGES = (ROOT / "docs" / "licences.md", ROOT / "docs" / "licences.zh-CN.md")
EXTRAS = ("distributed", "nicegui", "pyarrow", "s3fs")
needs_extras = pytest.mark.skipif(
    not all(map(find_spec, EXTRAS)), reason="not every extra is installed"
)


def listed(page: Path) -> dict[str, tuple[str, str, str]]:
    """Return version, licence and users of each package on a page."""
    rows = re.findall(r"^\| (\S+) \| (\d\S*) \| (.+) \| (.+) \|$", page.read_text("utf-8"), re.M)
    return {canonicalize_name(name): (version, *rest) for name, version, *rest in rows}


@needs_extras
def test_the_list_of_licences_is_current() -> None:
    for path, text in make_licences.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run make licences"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_declared_dependency_has_its_version_and_licence(page: Path) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": declared["dependencies"], **declared["optional-dependencies"]}
    pins = dict(make_licences.pinned())
    rows = listed(page)
    for extra, entries in groups.items():
        for requirement in map(Requirement, entries):
            name = canonicalize_name(requirement.name)
            version, licence, users = rows[name]
            assert version == pins[name]
            assert requirement.specifier.contains(version), f"{requirement} but {version} is pinned"
            assert set(make_licences.parts(licence)) <= set(make_licences.COMPATIBLE)
            if extra:
                assert f"`{extra}`" in users, (name, users)
            else:
                assert "`" not in users, (name, users)


@needs_extras
def test_a_licence_that_nobody_has_weighed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(make_licences.READ_BY_HAND, "click", "MIT AND AGPL-3.0-only")
    with pytest.raises(KeyError, match="click"):
        make_licences.pages()


@needs_extras
def test_no_licence_is_read_by_hand_for_a_package_that_is_gone() -> None:
    names = {canonicalize_name(one.name) for one in make_licences.dependencies()}
    assert set(make_licences.READ_BY_HAND) <= names
