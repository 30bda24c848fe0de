"""A finished run as data frames: typed, whole, and text as it stood in the workbook."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import cts_excel
from cts_excel.batch.outputs.columns import GRADES, TABLES
from cts_excel.batch.outputs.run_reader import read_rows
from cts_excel.demo import write_demo
from cts_excel.summary.report.client_run import RunFolderError


def test_frames_hold_what_the_data_files_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_demo(Path("in"), cts_excel.load_standard(), count=12)
    cts_excel.grade_paths(["in"], output="run", jobs=1)
    frames = cts_excel.run_frames("run")
    for name, frame in (
        ("grades", frames.grades),
        ("ratings", frames.ratings),
        ("findings", frames.findings),
    ):
        with Path(f"run/{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
        assert len(frame) == len(lines)
        assert list(frame.columns) == list(lines[0])
    with Path("run/grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        for line, (_n, row) in zip(csv.DictReader(stream), frames.grades.iterrows(), strict=True):
            final = line["final_score"]
            assert pd.isna(row.final_score) if final == "" else row.final_score == float(final)
            assert (
                pd.isna(row.passed)
                if line["passed"] == ""
                else row.passed is (line["passed"] == "true")
            )
    assert str(frames.grades["start_date"].dtype).startswith("datetime64")
    assert frames.ratings["percent"].dtype == "float64"


def test_the_data_of_an_older_run_lack_what_came_later(tmp_path: Path) -> None:
    for table in TABLES:
        names = table.always
        line = dict.fromkeys(names, "") | {"file": "a.xlsx"}
        text = "\r\n".join([",".join(names), ",".join(line[name] for name in names), ""])
        (tmp_path / table.file).write_text(text, encoding="utf-8-sig")
    frames = cts_excel.run_frames(tmp_path)
    assert list(frames.grades.columns) == list(GRADES.names)
    assert frames.grades["strengths"].tolist() == [""]
    (row,) = read_rows(tmp_path / GRADES.file, GRADES)
    assert (row["file"], row["strengths"]) == ("a.xlsx", "")
    (tmp_path / GRADES.file).write_text("file\r\na.xlsx\r\n", encoding="utf-8-sig")
    with pytest.raises(RunFolderError, match="columns are missing: sha256"):
        next(read_rows(tmp_path / GRADES.file, GRADES))


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"grades\.csv"):
        cts_excel.run_frames(tmp_path)
    for name in ("grades.csv", "ratings.csv", "findings.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RunFolderError, match="not one of a run"):
        cts_excel.run_frames(tmp_path)
