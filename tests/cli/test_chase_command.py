"""``cts-excel chase``: from the due dates of a roster to one reminder per person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

RunCli = Callable[..., Any]

ROSTER = """\
项目编号,企业名称,审核组长,交回期限,联系方式
ZJ-001,甲电器服务有限公司,张三,2025-09-30,13800000000
ZJ-002,乙家具售后有限公司,李四,2099年1月1日,li@example.org
ZJ-003,丙汽车服务有限公司,张三,,
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def test_due_dates_travel_from_the_roster_to_the_reminders(run_cli: RunCli, office: Path) -> None:
    assert run_cli("template", "--roster", "roster.csv", "-o", "issued").code == 0
    record = Path("issued/issued.csv").read_text(encoding="utf-8-sig").splitlines()
    assert record[0].endswith(",交回期限,联系方式")
    assert ",2025-09-30,13800000000" in record[1]
    (office / "input").mkdir()
    next(Path("issued").glob("ZJ-003*")).rename("input/c.xlsx")
    run_cli("grade", "-o", "run", "--roster", "issued/issued.csv")
    sheet = openpyxl.load_workbook("run/summary.xlsx")["未回收"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    late = next(row for row in rows if row[3] == "ZJ-001")
    assert late[0] == "未回收"
    assert (late[7], late[8]) == ("13800000000", "2025-09-30")
    assert late[9] > 0
    shown = run_cli("chase", "run", "-o", "reminders")
    assert (shown.code, shown.out) == (0, "Wrote 2 reminders to reminders.\n")
    text = Path("reminders/催交通知_张三.txt").read_text(encoding="utf-8")
    assert "甲电器服务有限公司（项目编号 ZJ-001），交回期限 2025-09-30，已逾期" in text
    assert "ZJ-003" not in text
    assert "逾期" not in Path("reminders/催交通知_李四.txt").read_text(encoding="utf-8")


def test_a_due_date_that_is_none_is_refused_with_its_row(run_cli: RunCli, office: Path) -> None:
    roster = ROSTER.replace("2025-09-30", "月底")
    (office / "roster.csv").write_text(roster, encoding="utf-8")
    shown = run_cli("template", "--roster", "roster.csv", "-o", "issued")
    assert shown.code == 2
    assert "row 2, 交回期限: 月底 is no date" in shown.err


def test_a_run_without_a_roster_says_what_to_do(run_cli: RunCli, office: Path) -> None:
    (office / "input").mkdir()
    assert run_cli("template", "-o", "input/a.xlsx").code == 0
    run_cli("grade", "-o", "run")
    shown = run_cli("chase", "run", "-o", "reminders")
    assert shown.code != 0
    assert "--roster" in shown.err
    assert not Path("reminders").exists()


def test_all_are_back(run_cli: RunCli, office: Path) -> None:
    run_cli("template", "--roster", "roster.csv", "-o", "issued")
    run_cli("grade", "issued", "-o", "run", "--roster", "issued/issued.csv")
    shown = run_cli("chase", "run", "-o", "reminders")
    assert (shown.code, shown.out) == (0, "Everything on the roster is back: nobody to remind.\n")
