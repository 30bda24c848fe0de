"""docs/proof-of-issue tells every finding of the family, with its severity, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.findings import Severity

DOCS = Path(__file__).parents[1] / "docs"
WORDS = {
    "proof-of-issue.md": {Severity.ERROR: "error", Severity.WARNING: "warning"},
    "proof-of-issue.zh-CN.md": {Severity.ERROR: "错误", Severity.WARNING: "警告"},
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_finding_of_the_family_is_documented(name: str) -> None:
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in lines if line[:3] == "| I"]
    family = [entry for entry in CATALOGUE.values() if entry.code.startswith("I")]
    assert rows == [[entry.code, WORDS[name][entry.severity]] for entry in family]
