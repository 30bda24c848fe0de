"""This run beside an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sample_outcomes import outcome, write_data_files
from summary_files import opened, table, write

from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.summary import read_previous


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
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=previous))
    by_name = {str(r["企业名称"]): r for r in table(found["对比"], "变动")}
    assert {name: r["变动"] for name, r in by_name.items()} == {
        "甲": "升级", "乙": "降级", "丙改名": "级别不变", "己": "新增", "=丁": "本次未评定",
    }  # fmt: skip
    assert [by_name[n]["差值（分）"] for n in ("乙", "丙改名", "甲")] == [-3, 1, 6]
    assert list(by_name)[:3] == ["乙", "丙改名", "甲"]
    assert by_name["甲"]["上次级别"] == "四星级"
    assert any("与上次（last，4 份）相比" in text for text in _texts(found["总览"]))


def test_clients_that_did_not_return_are_listed(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN) / "grades.csv")
    rows_now = table(opened(write(tmp_path / "s.xlsx", NOW[:1], previous=previous))["对比"], "变动")
    absent = {r["企业名称"] for r in rows_now if r["变动"] == "本次未交回"}
    assert absent == {"乙", "丙", "=丁"}


def test_mean_rates_of_the_earlier_run(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", THEN))
    assert previous.rates["5.1.2.2"] == pytest.approx((0.9 + 0.82 + 0.75 + 0.96) / 4)
    assert previous.rates["5.1.2"] == pytest.approx((0.9 + 0.82 + 0.75 + 0.96) / 4)
    (tmp_path / "last" / "ratings.csv").unlink()
    bare = read_previous(tmp_path / "last")
    assert bare.rates == {}
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=bare))
    assert any("无可比较" in text for text in _texts(found["对比"]))


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
    found = opened(write(tmp_path / "s.xlsx", NOW, previous=previous))
    changes = {r["变动"] for r in table(found["对比"], "变动")}
    assert changes == {"新增"}
    assert any("无可比较" in text for text in _texts(found["总览"]))
