"""``cts-excel report``: one short workbook per client of a finished run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cts_excel.api import grade_paths
from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("in"), load_standard(), count=4)
    return grade_paths(["in"], output="run", jobs=1).record.folder


def test_every_graded_client_gets_a_report(run_cli: Callable[..., Any], run_folder: Path) -> None:
    shown = run_cli("report", run_folder, "-o", "reports")
    reports = sorted(Path("reports").glob("*.xlsx"))
    assert shown.code == 0
    assert f"Wrote {len(reports)} files to reports." in shown.out
    statuses = (run_folder / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(reports) == sum(line.split(",")[2] == "graded" for line in statuses)
    first = openpyxl.load_workbook(reports[0])
    assert any("ZJ-2025-0001" in str(c.value) for row in first.worksheets[0] for c in row)


def test_one_client_is_chosen_by_number(run_cli: Callable[..., Any], run_folder: Path) -> None:
    assert run_cli("report", run_folder, "-o", "one", "--client", "ZJ-2025-0001").code == 0
    assert [p.name.split("_")[0] for p in Path("one").iterdir()] == ["ZJ-2025-0001"]
    refused = run_cli("report", run_folder, "-o", "none", "--client", "nobody")
    assert (refused.code, "nobody" in refused.err, Path("none").exists()) == (2, True, False)


def test_pdf_without_libreoffice_is_one_clear_line(
    run_cli: Callable[..., Any], run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    shown = run_cli("report", run_folder, "-o", "reports", "--pdf")
    assert shown.code in (2, 3)
    assert "LibreOffice" in shown.err
    assert not Path("reports").exists()
