"""A report on one client, made from a finished run's folder."""

from __future__ import annotations

import csv
import statistics
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from real_applications.harness import LibreOffice, Validator
from sample_outcomes import STANDARD, crowd, outcome, run_folder
from summary_files import opened, parts, table

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.summary.report.write import PdfError, write_client_reports

FIELD = [
    outcome("甲", ["0.95"] * 25 + ["0.70"] * 25, number=1, deductions=2, bonuses=1),
    outcome("乙", "0.80", number=2, uscc="91350100M000100Y43"),
    outcome("丙", "0.90", number=3),
    outcome("丁", "0.90", number=4, blanks=("5.1.1.1",)),
]


def _texts(path: Path, sheet: str) -> list[str]:
    rows = opened(path)[sheet].iter_rows(values_only=True)
    return [str(c) for row in rows for c in row if c is not None]


def test_a_report_shows_result_strengths_and_weaknesses(tmp_path: Path) -> None:
    (path,) = write_client_reports(
        run_folder(tmp_path / "run", FIELD), tmp_path / "out", STANDARD, ["甲"]
    )
    assert path.name == "ZJ-2025-0001_甲_评定报告.xlsx"
    assert opened(path).sheetnames == ["评定报告", "逐项得分", "图表数据"]
    texts = _texts(path, "评定报告")
    score = FIELD[0].score
    assert score
    assert f"{score.final:.2f}" in texts
    assert STANDARD.publisher in texts
    assert "ZJ-2025-0001-PJ-20250902" in texts
    assert texts.count("未按承诺时限上门") == 2
    assert "行业首创服务" in texts
    strong = texts.index("四、主要优势")
    weak = texts.index("五、主要不足与改进方向")
    clauses = [i.clause for i in STANDARD.indicators]
    assert {c for c in texts[strong:weak] if c in clauses} <= set(clauses[:25])
    lost = [c for c in texts[weak:] if c in clauses][:6]
    weights = [STANDARD.by_clause[c].weight for c in lost]
    assert lost
    assert weights == sorted(weights, reverse=True)  # all at 70 %: the heaviest lose most
    assert f"查阅 2025 年记录 {lost[0]}" in texts
    details = table(opened(path)["逐项得分"], "条款")
    assert len(details) == 50
    assert details[0]["评分比例"] == 0.95
    assert details[0]["审核证据"] == "查阅 2025 年记录 5.1.1.1"
    assert len([n for n in parts(path) if n.startswith("xl/charts/chart")]) == 1


def test_an_internal_report_adds_rank_comparison_and_findings(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", FIELD)
    (path,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["甲"], internal=True)
    assert path.name == "ZJ-2025-0001_甲_评定报告_内部.xlsx"
    texts = _texts(path, "内部资料")
    finals = sorted((o.score.final for o in FIELD[:3] if o.score), reverse=True)
    assert FIELD[0].score
    rank = finals.index(FIELD[0].score.final) + 1
    assert f"{rank} / 3（通过的审核；已评定 3 份）" in texts
    mean = statistics.fmean([0.95, 0.80, 0.90])
    at = next(n for n, text in enumerate(texts) if text in STANDARD.by_clause)
    assert float(texts[at + 2]) == 0.95
    assert float(texts[at + 3]) == pytest.approx(mean, abs=5e-4)
    assert float(texts[at + 4]) == pytest.approx(100 * (0.95 - mean), abs=0.05)


def _crowd_of(size: int, changed: str = "0.80") -> list[Outcome]:
    """Return ``size`` clients; the last one's answers are the changed ones."""
    rates = [Decimal(60 + n) / 100 for n in range(size - 1)] + [Decimal(changed)]
    return [outcome(f"客户{n}", rate, number=n + 1) for n, rate in enumerate(rates)]


def _report_of_first(tmp_path: Path, name: str, made: list[Outcome], **more: bool) -> bytes:
    where = tmp_path / name
    where.mkdir()
    folder = run_folder(where / "run", made)
    (path,) = write_client_reports(folder, where / "out", STANDARD, ["客户0"], **more)
    return path.read_bytes()


@pytest.mark.parametrize("size", [2, 3, 10])
def test_a_report_for_a_client_tells_nothing_of_fewer_than_ten_others(
    tmp_path: Path, size: int
) -> None:
    one, other = (
        _report_of_first(tmp_path, changed, _crowd_of(size, changed)) for changed in ("0.71", "1")
    )
    assert one == other
    internal = [
        _report_of_first(tmp_path, f"i{rate}", _crowd_of(size, rate), internal=True)
        for rate in ("0.71", "1")
    ]
    assert internal[0] != internal[1]


def test_ten_others_may_be_shown_as_a_rounded_mean(tmp_path: Path) -> None:
    made = _crowd_of(12, "0.93")
    folder = run_folder(tmp_path / "run", made)
    (path,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["客户0"])
    rows = table(opened(path)["逐项得分"], "条款")
    rates = [0.60 + n / 100 for n in range(1, 11)] + [0.93]
    assert {row["其他平均"] for row in rows} == {round(statistics.fmean(rates), 2)}
    assert any("其他 11 家企业" in text for text in _texts(path, "评定报告"))
    assert "客户1" not in "".join(parts(path).values())


def test_audits_of_one_client_are_no_ten_others(tmp_path: Path) -> None:
    others = [outcome("乙", Decimal(60 + n) / 100, number=n + 2) for n in range(12)]
    made = [outcome("客户0", "0.8", number=1), *others]
    folder = run_folder(tmp_path / "run", made)
    (path,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["客户0"])
    assert "其他平均" not in table(opened(path)["逐项得分"], "条款")[0]


def test_a_mean_of_full_marks_does_not_give_everyone_away(tmp_path: Path) -> None:
    made = [outcome(f"客户{n}", "1" if n else "0.8", number=n + 1) for n in range(12)]
    folder = run_folder(tmp_path / "run", made)
    (path,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["客户0"])
    assert {r["其他平均"] for r in table(opened(path)["逐项得分"], "条款")} == {0.95}


def test_long_facts_stand_whole_in_several_rows(tmp_path: Path) -> None:
    fact = "事实描述甚长，" * 900
    made = outcome("甲", deductions=1)
    long = replace(made.audit.deductions[0], description=fact)  # type: ignore[union-attr]
    made = replace(made, audit=replace(made.audit, deductions=(long,)))  # type: ignore[type-var]
    (path,) = write_client_reports(run_folder(tmp_path / "run", [made]), tmp_path / "out", STANDARD)
    assert fact in "".join(_texts(path, "评定报告"))
    sheet = opened(path)["评定报告"]
    assert max(size.height or 0 for size in sheet.row_dimensions.values()) <= 409
    assert len(sheet.row_breaks.brk) >= 2
    assert (
        not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage
    )


def test_without_names_every_graded_audit_gets_one(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", FIELD)
    made = write_client_reports(folder, tmp_path / "out", STANDARD)
    assert [p.name.split("_")[1] for p in made] == ["甲", "乙", "丙"]
    again = write_client_reports(folder, tmp_path / "again", STANDARD, ["91350100M000100Y43"])
    assert again[0].read_bytes() == made[1].read_bytes()


def test_text_of_a_workbook_stays_text(tmp_path: Path) -> None:
    bad = outcome('=HYPERLINK("http://x")', number=7, evidence="=1+1", lead="@x", assessor="+1")
    (path,) = write_client_reports(run_folder(tmp_path / "run", [bad]), tmp_path / "out", STANDARD)
    xml = parts(path)
    assert not any("<f>" in x for n, x in xml.items() if n.startswith("xl/worksheets/"))
    assert not any("External" in x for n, x in xml.items() if n.endswith(".rels"))
    assert table(opened(path)["逐项得分"], "条款")[0]["审核证据"] == "=1+1"
    assert '=HYPERLINK("http://x")' in _texts(path, "评定报告")


def test_a_folder_that_cannot_be_reported_on_is_refused(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", FIELD)
    with pytest.raises(RunFolderError, match="no graded audit of '丁'"):
        write_client_reports(folder, tmp_path / "out", STANDARD, ["丁"])
    assert not (tmp_path / "out").exists()
    text = (folder / "run.json").read_text(encoding="utf-8")
    (folder / "run.json").write_text(text.replace(STANDARD.digest, "0"), encoding="utf-8")
    with pytest.raises(RunFolderError, match="another specification"):
        write_client_reports(folder, tmp_path / "out", STANDARD)
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunFolderError, match="cannot be understood"):
        write_client_reports(folder, tmp_path / "out", STANDARD)
    (folder / "run.json").unlink()
    with pytest.raises(RunFolderError, match="not the folder of a finished run"):
        write_client_reports(folder, tmp_path / "out", STANDARD)


def test_a_missing_data_file_is_named(tmp_path: Path) -> None:
    for name in ("ratings.csv", "findings.csv", "grades.csv", "specials.csv"):
        (tmp_path / name).mkdir()
        folder = run_folder(tmp_path / name / "run", FIELD)
        (folder / name).unlink()
        with pytest.raises(RunFolderError, match=f"{name}: cannot be read"):
            write_client_reports(folder, tmp_path / "out", STANDARD)


def test_a_run_of_an_earlier_version_can_be_reported_on(tmp_path: Path) -> None:
    """Its data files end before the columns that came later."""
    folder = run_folder(tmp_path / "run", FIELD)
    for name, kept in (("grades.csv", 25), ("specials.csv", 9)):
        path = folder / name
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [row[:kept] for row in csv.reader(file)]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(lines)
    (made,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["甲"])
    assert "未按承诺时限上门" in _texts(made, "评定报告")


def test_pdf_without_libreoffice_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_folder(tmp_path / "run", FIELD)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(PdfError, match="LibreOffice is not installed"):
        write_client_reports(folder, tmp_path / "out", STANDARD, pdf=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.real_application
def test_reports_are_valid_and_become_pdf(
    tmp_path: Path, ooxml_validator: Validator, libreoffice: LibreOffice
) -> None:
    assert libreoffice
    made = [o for o in crowd(6) if o.status is Status.GRADED]
    folder = run_folder(tmp_path / "run", made)
    written = write_client_reports(folder, tmp_path / "out", STANDARD, ["ZJ-2025-0002"], pdf=True,
                                   internal=True)  # fmt: skip
    assert [p.suffix for p in written] == [".xlsx", ".pdf"]
    assert ooxml_validator(written[0]) == []
    assert written[1].read_bytes().startswith(b"%PDF")
