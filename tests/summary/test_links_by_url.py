"""Objects of a store are named in the summary, not linked: no application could follow the link."""

from __future__ import annotations

import pytest

from cts_excel.summary.writing.text import link_target


@pytest.mark.parametrize(
    "file", ["s3://returned/a.xlsx", "memory:///in/a.xlsx", "https://h/a.xlsx"]
)
def test_a_url_is_no_link(file: str) -> None:
    assert link_target(file, "../../") == ""


def test_a_path_is() -> None:
    assert link_target("input/a.xlsx", "../../") == "../../input/a.xlsx"
