"""This run beside an earlier one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sample_outcomes import FACTS, STANDARD, outcome, write_data_files
from summary_files import heading_row, opened, table, write

from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.summary import SummaryBuilder, read_previous


def _texts(sheet: Worksheet) -> list[str]:
    return [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]


THEN = [
    outcome("甲", "0.90", number=1),
    outcome("乙", "0.82", number=2),
    outcome("丙", "0.75", number=3, uscc="91350100M000100Y43"),
    outcome("=丁", "0.96", number=4),
    outcome("戊", "0.60", number=5, blanks=("5.3.2.2",)),
]
NOW = [
    outcome("甲", "0.96", number=11, audit_type="监督审核"),
    outcome("乙", "0.79", number=12),
    outcome("丙改名", "0.76", number=13, uscc="91350100M000100Y43"),
    outcome("己", "0.80", number=16),
    outcome("=丁", "0.80", number=14, blanks=("5.3.2.2",)),
]


def test_clients_are_matched_and_their_movement_shown(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN))
    assert [a.organisation for a in previous.audits] == ["甲", "乙", "丙", "=丁"]
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=[previous]))
    by_name = {str(r["企业名称"]): r for r in table(found["对比"], "变动")}
    assert {name: r["变动"] for name, r in by_name.items()} == {
        "甲": "升级", "乙": "降级", "丙改名": "级别不变", "己": "新增", "=丁": "本次未评定",
    }  # fmt: skip
    assert [by_name[n]["差值（分）"] for n in ("乙", "丙改名", "甲")] == [-3, 1, 6]
    assert list(by_name)[:3] == ["乙", "丙改名", "甲"]
    assert by_name["甲"]["上次级别"] == "四星级"
    # 甲 90 → 96, 乙 82 → 79, 丙 75 → 76: 己 and 丁 are no part of the means.
    said = (
        "与上次（last）两次均已评定的 3 家企业相比：平均最终得分 82.33 → 83.67（+1.34 分），"
        "通过率 100.0% → 100.0%（0.0 个百分点）；新增 1 家、本次未评定 1 家"
    )
    assert any(said in text for text in _texts(found["总览"]))
    moved = [r for r in found["对比"].iter_rows(values_only=True) if r[0] == "5.1.1.1"]
    assert moved[0][3:6] == pytest.approx((0.823, 0.837, 1.4))


def test_clients_that_did_not_return_are_listed(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN) / "grades.csv")
    rows_now = table(
        opened(write(tmp_path / "s.xlsx", NOW[:1], previous=[previous]))["对比"], "变动"
    )
    absent = {r["企业名称"] for r in rows_now if r["变动"] == "本次未交回"}
    assert absent == {"乙", "丙", "=丁"}


def test_rates_of_the_earlier_run_by_audit(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN))
    assert list(previous.rates["5.1.2.2"]) == [0.9, 0.82, 0.75, 0.96]
    (tmp_path / "last" / "ratings.csv").unlink()
    bare = read_previous(tmp_path / "last")
    assert bare.rates == {}
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=[bare]))
    assert any("无法比较" in text for text in _texts(found["对比"]))


def test_a_client_whose_file_was_faulty_is_not_new(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN))
    now = [*NOW, outcome("戊", "0.85", number=15)]
    rows = table(opened(write(tmp_path / "s.xlsx", now, previous=[previous]))["对比"], "变动")
    assert {r["企业名称"]: r["变动"] for r in rows}["戊"] == "补正后已评定"


def test_a_difference_is_that_of_the_scores_shown(tmp_path: Path) -> None:
    then = [outcome("甲", Decimal("0.80004"), number=1), outcome("乙", "0.80", number=2)]
    now = [outcome("甲", Decimal("0.85005"), number=1), outcome("乙", Decimal("0.80004"), number=2)]
    previous = read_previous(write_data_files(tmp_path / "last", then))
    rows = table(opened(write(tmp_path / "s.xlsx", now, previous=[previous]))["对比"], "变动")
    shown = {r["企业名称"]: r["差值（分）"] for r in rows}
    assert shown == {"甲": 5.01, "乙": 0}  # 85.01 − 80.00; 80.00 − 80.00


def test_the_latest_of_several_earlier_runs_is_compared(tmp_path: Path) -> None:
    runs = {}
    for year, percent in ((2024, "0.90"), (2023, "0.80")):
        made = outcome("甲", percent, number=1)
        assert made.audit
        cover = replace(made.audit.cover, end_date=date(year, 5, 1))
        made = replace(made, audit=replace(made.audit, cover=cover))
        runs[year] = read_previous(write_data_files(tmp_path / str(year), [made]))
    path = write(tmp_path / "s.xlsx", [outcome("甲", "0.95")], previous=[runs[2024], runs[2023]])
    (row,) = table(opened(path)["对比"], "变动")
    assert row["上次最终得分"] == 90


def test_a_decided_level_stands_beside_the_recommended_one(tmp_path: Path) -> None:
    folder = write_data_files(tmp_path / "last", THEN)
    builder = SummaryBuilder(STANDARD)
    for one in THEN:
        builder.add(one)
    builder.write(tmp_path / "then.xlsx", FACTS, decisions_form=folder / "decisions.xlsx")
    book = openpyxl.load_workbook(folder / "decisions.xlsx")
    sheet = book["认证决定"]
    heads = {c.value: c.column for c in heading_row(sheet, "企业名称")}
    for row in sheet.iter_rows(min_row=5):
        if row[0].value == "甲":
            sheet.cell(row[0].row, heads["认证决定"], "降级")
            sheet.cell(row[0].row, heads["决定级别"], "三星级")
    book.save(folder / "decisions.xlsx")
    previous = read_previous(folder, STANDARD)
    rows = table(opened(write(tmp_path / "s.xlsx", NOW, previous=[previous]))["对比"], "变动")
    (row,) = [r for r in rows if r["企业名称"] == "甲"]
    assert (row["上次级别"], row["上次认证决定"]) == ("四星级", "三星级")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read"),
        ("a,b\r\n1,2\r\n", "columns are missing: file"),
        ("\udcff", "not a CSV file"),
        (
            "file,status,organisation,uscc,audit_no,end_date,final_score,level\r\n"
            "a,graded,甲,,1,,abc,five_star\r\n",
            "line 2: 'abc' is not a number",
        ),
    ],
)
def test_a_wrong_earlier_run_is_refused_with_its_place(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    path = tmp_path / "grades.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8", errors="surrogateescape", newline="")
    with pytest.raises(RunFolderError) as caught:
        read_previous(path)
    assert str(caught.value).startswith(f"{path}: {problem}")


def test_an_earlier_run_without_graded_audits(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN[-1:]))
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=[previous]))
    changes = {r["变动"] for r in table(found["对比"], "变动")}
    assert changes == {"新增"}
    assert any("无法比较" in text for text in _texts(found["总览"]))
