"""A report on one client, made from a finished run's folder."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest
from real_applications.harness import LibreOffice, Validator
from sample_outcomes import STANDARD, crowd, outcome, write_data_files
from summary_files import opened, parts, table

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.summary.report.write import PdfError, write_client_reports


def _folder(tmp_path: Path, outcomes: list[Outcome]) -> Path:
    folder = write_data_files(tmp_path / "run", outcomes)
    record = {
        "tool": {"version": "0.1.0"},
        "standard": {"digest": STANDARD.digest},
        "started": "2025-11-20T09:30:00+00:00",
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


FIELD = [
    outcome("甲", ["0.95"] * 25 + ["0.70"] * 25, number=1, deductions=2, bonuses=1),
    outcome("乙", "0.80", number=2, uscc="91350100M000100Y43"),
    outcome("丙", "0.90", number=3),
    outcome("丁", "0.90", number=4, blanks=("5.1.1.1",)),
]


def test_a_report_shows_result_strengths_and_weaknesses(tmp_path: Path) -> None:
    (path,) = write_client_reports(_folder(tmp_path, FIELD), tmp_path / "out", STANDARD, ["甲"])
    assert path.name == "ZJ-2025-0001_甲_评定报告.xlsx"
    book = opened(path)
    assert book.sheetnames == ["评定结果", "逐项得分"]
    texts = [str(c) for row in book["评定结果"].iter_rows(values_only=True) for c in row if c]
    score = FIELD[0].score
    assert score
    assert str(float(score.final)) in texts
    assert "2 / 3" in texts or "3 / 3" in texts
    assert texts.count("未按承诺时限上门") == 2
    assert "行业首创服务" in texts
    details = table(book["逐项得分"], "条款")
    assert len(details) == 50
    field = statistics.fmean([0.95, 0.80, 0.90])
    assert details[0]["全部平均"] == pytest.approx(field, abs=1e-6)
    assert details[0]["高于平均"] == pytest.approx(0.95 - field, abs=1e-6)
    assert details[49]["高于平均"] == pytest.approx(0.70 - 0.80, abs=1e-6)
    assert details[0]["审核证据"] == "查阅 2025 年记录 5.1.1.1"
    strong = texts.index("强项（高于全部平均最多）")
    weak = texts.index("弱项（低于全部平均最多）")
    clauses = [i.clause for i in STANDARD.indicators]
    assert {c for c in texts[strong:weak] if c in clauses} <= set(clauses[:25])
    assert {c for c in texts[weak:] if c in clauses[:49]} <= set(clauses[25:])
    assert len([n for n in parts(path) if n.startswith("xl/charts/chart")]) == 1


def test_without_names_every_graded_audit_gets_one(tmp_path: Path) -> None:
    folder = _folder(tmp_path, FIELD)
    made = write_client_reports(folder, tmp_path / "out", STANDARD)
    assert [p.name.split("_")[1] for p in made] == ["甲", "乙", "丙"]
    again = write_client_reports(folder, tmp_path / "again", STANDARD, ["91350100M000100Y43"])
    assert again[0].read_bytes() == made[1].read_bytes()


def test_text_of_a_workbook_stays_text(tmp_path: Path) -> None:
    bad = outcome('=HYPERLINK("http://x")', number=7, evidence="=1+1", lead="@x", assessor="+1")
    (path,) = write_client_reports(_folder(tmp_path, [bad]), tmp_path / "out", STANDARD)
    xml = parts(path)
    assert not any("<f>" in x for n, x in xml.items() if n.startswith("xl/worksheets/"))
    assert not any("External" in x for n, x in xml.items() if n.endswith(".rels"))
    assert table(opened(path)["逐项得分"], "条款")[0]["审核证据"] == "=1+1"
    assert opened(path)["评定结果"]["B4"].value == '=HYPERLINK("http://x")'


def test_a_folder_that_cannot_be_reported_on_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, FIELD)
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
        folder = _folder(tmp_path / name, FIELD)
        (folder / name).unlink()
        with pytest.raises(RunFolderError, match=f"{name}: cannot be read"):
            write_client_reports(folder, tmp_path / "out", STANDARD)


def test_pdf_without_libreoffice_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, FIELD)
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
    folder = _folder(tmp_path, made)
    written = write_client_reports(folder, tmp_path / "out", STANDARD, ["ZJ-2025-0002"], pdf=True)
    assert [p.suffix for p in written] == [".xlsx", ".pdf"]
    assert ooxml_validator(written[0]) == []
    assert written[1].read_bytes().startswith(b"%PDF")
