"""Issue, collect, chase: the campaign from the command line, as the back office works."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from form_cells import cover_input

RunCli = Callable[..., Any]

ROSTER = """\
备注,项目编号,企业名称,审核类型,审核开始日期,审核结束日期,审核组长
,ZJ-001,甲电器服务有限公司,初次认证,2025-09-28,2025-09-30,张三
急,ZJ-002,乙家具售后有限公司,再认证,2025/9/28,2025年9月30日,李四
,ZJ-003,丙汽车服务有限公司,,,,
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="gb18030")
    return tmp_path


def findings_of(run: Path, family: str) -> list[tuple[str, str, str]]:
    with (run / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            (Path(line["file"]).name, line["code"], line["cell"])
            for line in csv.DictReader(file)
            if line["code"].startswith(family)
        ]


def alter(path: Path, **fields: str) -> None:
    workbook = openpyxl.load_workbook(path)
    for key, value in fields.items():
        workbook["封面"][cover_input(key)] = value
    workbook.save(path)


def test_from_roster_to_chase(run_cli: RunCli, office: Path) -> None:
    assert run_cli("key", "new", "office.key").code == 0
    issued = run_cli(
        "template", "--roster", "roster.csv", "-o", "issued", "--key-file", "office.key"
    )
    assert (issued.code, issued.err) == (0, "Columns left aside: 备注.\n")
    assert "Issued 3 workbooks in issued." in issued.out
    shutil.copytree("issued", "input", ignore=shutil.ignore_patterns("*.csv"))
    first, second, third = sorted(Path("input").iterdir())
    third.unlink()
    alter(second, audit_no="ZJ-999")
    assert run_cli("template", "-o", "input/foreign.xlsx").code == 0
    alter(Path("input/foreign.xlsx"), organisation="丁公司", audit_no="X-1")
    graded = run_cli(
        *("grade", "-o", "run", "--roster", "issued/issued.csv", "--key-file", "office.key")
    )
    assert graded.code == 1
    assert "Roster: 1 not returned, 1 never issued, 1 not as issued." in graded.out
    assert sorted(findings_of(Path("run"), "I")) == [
        (second.name, "I03", cover_input("audit_no")),
        (second.name, "I08", cover_input("audit_no")),
        ("foreign.xlsx", "I01", ""),
        ("foreign.xlsx", "I07", cover_input("audit_no")),
    ]
    sheet = openpyxl.load_workbook("run/summary.xlsx")["未回收"]
    shown = {(row[0].value, row[3].value) for row in sheet.iter_rows() if row[0].value}
    assert {("未回收", "ZJ-003"), ("名单外交回", "X-1"), ("与发放不一致", "ZJ-002")} <= shown
    assert first.name not in {name for name, _code, _cell in findings_of(Path("run"), "I")}
    record = json.loads(Path("run/run.json").read_text(encoding="utf-8"))
    assert record["options"]["key"] is True
    assert record["options"]["roster"] == "issued/issued.csv"


def test_json_counts_the_chase(run_cli: RunCli, office: Path) -> None:
    run_cli("template", "--roster", "roster.csv", "-o", "issued")
    shown = run_cli("grade", "issued", "-o", "run", "--roster", "roster.csv", "--json")
    assert json.loads(shown.out)["roster"] == {
        "not_returned": 0,
        "never_issued": 0,
        "not_as_issued": 0,
    }


def test_wrong_rows_are_listed_and_nothing_is_issued(run_cli: RunCli, office: Path) -> None:
    text = ROSTER + ",ZJ-001,戊公司,,,,\n,,己公司,年审,,,\n"
    (office / "roster.csv").write_text(text, encoding="utf-8-sig")
    shown = run_cli("template", "--roster", "roster.csv", "-o", "issued")
    assert shown.code == 2
    assert "row 2, 项目编号: ZJ-001 also stands in row 5." in shown.err
    assert "row 6, 项目编号: is missing." in shown.err
    assert "row 6, 审核类型: 年审 is not one of the choices." in shown.err
    assert "3 row(s) are wrong, so nothing was issued." in shown.err
    assert not (office / "issued").exists()
    skipped = run_cli("template", "--roster", "roster.csv", "-o", "issued", "--skip-bad")
    assert skipped.code == 1
    assert "3 rows were left out." in skipped.err
    assert len(list((office / "issued").glob("*.xlsx"))) == 2


def test_nothing_is_ever_overwritten(run_cli: RunCli, office: Path) -> None:
    assert run_cli("template", "--roster", "roster.csv").code == 0
    before = {path: path.read_bytes() for path in Path("issued").iterdir()}
    again = run_cli("template", "--roster", "roster.csv")
    assert again.code == 2
    assert "4 of the files exist already" in again.err
    assert {path: path.read_bytes() for path in Path("issued").iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["template", "--skip-bad"], "need --roster"),
        (["template", "--key-file", "roster.csv"], "need --roster"),
        (["template", "--roster", "roster.csv", "--force"], "--force does not go with --roster"),
        (["template", "--roster", "none.csv"], "none.csv"),
        (["template", "--roster", "roster.csv", "--key-file", "roster.csv"], "roster.csv: "),
        (["template", "-o", "."], "is a folder"),
        (["key", "new", "roster.csv"], "exists already"),
        (["roster", "-o", "roster.csv"], "exists"),
        (["grade", ".", "--roster", "bad.csv"], "no row of headings with 企业名称, 项目编号"),
        (["grade", ".", "--roster", "wrong.csv"], "row 2, 企业名称: is missing"),
        (["grade", ".", "--key-file", "bad.csv"], "bad.csv"),
    ],
)
def test_wrong_usage_is_one_clear_line(
    run_cli: RunCli, office: Path, arguments: list[str], words: str
) -> None:
    (office / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (office / "bad.csv").chmod(0o600)
    (office / "wrong.csv").write_text("企业名称,项目编号\n,1\n", encoding="utf-8")
    run_cli("template", "-o", "x.xlsx")
    shown = run_cli(*arguments)
    assert shown.code == 2
    assert words in shown.err
    assert len(shown.err.splitlines()) == 1
    assert not (office / "issued").exists()
    assert not (office / "output").exists()


def test_a_run_says_what_it_left_out_of_the_roster(run_cli: RunCli, office: Path) -> None:
    run_cli("template", "--roster", "roster.csv", "-o", "issued")
    roster = office / "roster.csv"
    roster.write_text(roster.read_text("gb18030") + "合计,2\n", encoding="gb18030")
    shown = run_cli("grade", "issued", "-o", "run", "--roster", "roster.csv", "--json")
    assert "合计" in shown.err
    assert json.loads(shown.out)["roster"]["not_returned"] == 0
    assert "合计" not in run_cli("grade", "issued", "-q", "--roster", "roster.csv").err


def test_the_empty_roster_leads_on(run_cli: RunCli, office: Path) -> None:
    shown = run_cli("roster")
    assert "cts-excel template --roster roster.xlsx -o issued" in shown.out
    empty = run_cli("template", "--roster", "roster.xlsx", "-o", "issued")
    assert (empty.code, "no rows below the headings" in empty.err) == (2, True)
    workbook = openpyxl.load_workbook("roster.xlsx")
    stated = {"企业名称": "甲公司", "项目编号": "A1"}
    workbook["发放名单"].append([stated.get(cell.value) for cell in workbook["发放名单"][1]])
    workbook.save("roster.xlsx")
    assert run_cli("template", "--roster", "roster.xlsx", "-o", "issued").code == 0
    assert (office / "issued" / "A1_甲公司.xlsx").exists()


def test_one_issue_id_in_two_audits(run_cli: RunCli, office: Path) -> None:
    run_cli("template", "--roster", "roster.csv", "-o", "issued")
    (office / "input").mkdir()
    original = Path("issued/ZJ-001_甲电器服务有限公司.xlsx")
    shutil.copy(original, "input/a.xlsx")
    shutil.copy(original, "input/b.xlsx")
    alter(Path("input/b.xlsx"), organisation="丁公司", audit_no="X-1")
    run_cli("grade", "-o", "run", "--roster", "issued/issued.csv")
    found = findings_of(Path("run"), "I06")
    assert found == [
        ("a.xlsx", "I06", cover_input("audit_no")),
        ("b.xlsx", "I06", cover_input("audit_no")),
    ]
