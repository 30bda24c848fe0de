"""评审员分析: what a manager reads of each person."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_outcomes import columns_of, outcome, with_status
from summary_files import heading_row, opened, table, write

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.figures.workload import workloads

TITLE = "评审员分析"


def _crew() -> list[Outcome]:
    """Return audits of one lenient person and of two like each other."""
    made = []
    for n, lift in enumerate((0, 1, 2, 3, 4, 5)):
        made.append(outcome(f"甲{n}", f"0.9{lift}", number=n, assessor="宽", evidence=f"甲{n}证据"))
        for other, name in enumerate(("常", "平")):
            number = 100 * (other + 1) + n
            made.append(outcome(f"{name}{n}", f"0.8{lift}", number=number, assessor=name,
                                evidence=f"{name}{n}的证据"))  # fmt: skip
    return made


def test_who_is_flagged_gets_a_sentence_and_the_rest_a_row(tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", _crew())
    sheet = opened(path)[TITLE]
    said = [str(c.value) for c in sheet["A"] if c.value and "建议复核" in str(c.value)]
    assert said[0].startswith("宽：6 份审核的评分比其他人对相同指标的评分平均高 10.0 个百分点")
    rows = {r["姓名"]: r for r in table(sheet, "姓名")}
    assert (rows["宽"]["评分松紧度差（百分点）"], rows["宽"]["提示"]) == (10, "偏宽，建议复核")
    assert rows["常"]["通过率"] == 1


def test_statistics_are_folded_away(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "s.xlsx", _crew()))[TITLE]
    columns = {c.value: c.column_letter for c in heading_row(sheet, "姓名")}
    shown = sheet.column_dimensions
    folded = [d for d in shown.values() if d.hidden and d.outlineLevel == 1]
    assert folded
    assert not shown[columns["提示"]].hidden


def test_files_sent_back_and_errors_count_for_their_assessor(tmp_path: Path) -> None:
    made = [
        outcome("甲", number=1, assessor="张三"),
        outcome("乙", "0.6", number=2, assessor="张 三"),
        outcome("丙", number=3, assessor="张三", blanks=("5.1.1.1", "5.1.1.2")),
        with_status(outcome("丁", number=4, assessor="张三"), Status.DUPLICATE, "D01", "x"),
        outcome("戊", number=5, assessor="王五", blanks=("5.1.1.1",)),
    ]
    found = {w.name: w for w in workloads(columns_of(made), lambda f: f.assessor).values()}
    zhang, li = found["张三"], found["王五"]
    assert (zhang.files, zhang.graded, zhang.passed, zhang.returned) == (3, 2, 1, 1)
    assert zhang.pass_rate == 0.5
    assert zhang.errors == sum(o.count(Severity.ERROR) for o in made[:3]) > 0
    assert (li.files, li.graded, li.pass_rate) == (1, 0, None)
    rows = {r["姓名"]: r for r in table(opened(write(tmp_path / "s.xlsx", made))[TITLE], "姓名")}
    assert (rows["王五"]["退回补正"], rows["王五"]["通过率"]) == (1, None)


@pytest.mark.parametrize("percents", [("0.8500", "0.8496"), ("0.85", "0.85")])
def test_no_difference_is_shown_as_minus_nothing(tmp_path: Path, percents: tuple[str, str]) -> None:
    made = [
        outcome(f"{name}{n}", percent, number=10 * m + n, assessor=name)
        for m, (name, percent) in enumerate(zip("甲乙", percents, strict=True))
        for n in range(3)
    ]
    rows = table(opened(write(tmp_path / "s.xlsx", made))[TITLE], "姓名")
    shown = [r["评分松紧度差（百分点）"] for r in rows if r["姓名"] in ("甲", "乙")]
    assert set(shown) == {0}
    assert "-0" not in {str(value) for value in shown}
