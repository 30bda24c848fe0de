"""From a recommendation to a decision, as the office works: write, fill in, report, compare."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cts_excel.demo import write_demo
from cts_excel.standard.loading import load_standard

RunCli = Callable[..., Any]


@pytest.fixture
def run_folder(run_cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("in"), load_standard(), count=4)
    run_cli("grade", "in", "-o", "run", "--decisions", "-j", "1", "-q")
    return Path("run")


def _decide(form: Path, row: int, **cells: str) -> str:
    """Fill in a row of the form; return the client's name."""
    book = openpyxl.load_workbook(form)
    sheet = book["认证决定"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    for heading, value in cells.items():
        sheet.cell(row, heads[heading], value)
    name = str(sheet.cell(row, heads["企业名称"]).value)
    book.save(form)
    return name


def _texts(path: Path, sheet: str) -> list[str]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [str(value) for row in rows for value in row if value is not None]


def test_a_decision_reaches_the_report_and_the_next_run(run_cli: RunCli, run_folder: Path) -> None:
    name = _decide(run_folder / "decisions.xlsx", 5, 认证决定="补充审核", 决定人="王五")
    assert run_cli("report", "run", "-o", "reports", "--client", name).code == 0
    (report,) = Path("reports").iterdir()
    assert "补充审核（王五）" in _texts(report, "评定报告")
    assert run_cli("grade", "in", "-o", "next", "--previous", "run", "-j", "1", "-q").code in (0, 1)
    rows = openpyxl.load_workbook("next/summary.xlsx")["对比"].iter_rows(values_only=True)
    assert any(row[1] == name and "补充审核" in row for row in rows)
    # People write into the form: that is no change of what the run wrote.
    verified = run_cli("verify", "run")
    assert verified.code == 0, verified.out


def test_a_decision_that_contradicts_itself_stops_both(run_cli: RunCli, run_folder: Path) -> None:
    _decide(run_folder / "decisions.xlsx", 5, 认证决定="不予认证", 决定级别="五星级")
    for command in (
        ("report", "run", "-o", "out"),
        ("grade", "in", "-o", "out", "--previous", "run"),
    ):
        shown = run_cli(*command)
        assert shown.code != 0
        assert "认证决定!5" in shown.err
        assert not list(Path("out").glob("*.xlsx"))


def test_only_graded_audits_stand_in_the_form(run_folder: Path) -> None:
    with (run_folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        graded = {row["sha256"] for row in csv.DictReader(file) if row["status"] == "graded"}
    rows = openpyxl.load_workbook(run_folder / "decisions.xlsx")["认证决定"].iter_rows(
        min_row=5, values_only=True
    )
    assert {row[-1] for row in rows} == graded
