"""Parquet beside CSV: the same values, typed; deterministic; readable as the docs say."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest
from altering import answers
from batches import contents, grade_folder, numbered, put_files, returned, table

from cts_excel.batch.errors import EXIT_FAILED, RunError
from cts_excel.batch.outputs import parquet
from cts_excel.files.csv_text import escape
from cts_excel.workbook.form.answers import RatingAnswer

pq = pytest.importorskip("pyarrow.parquet", reason="the extra `parquet` is not installed")

ROOT = Path(__file__).resolve().parents[2]


def _files() -> dict[str, bytes]:
    from altering import built_in

    from cts_excel.workbook.form.filling import filled_bytes

    odd = {
        "5.1.1.1": RatingAnswer("80%-100%", Decimal("0.851234567890123"), "=1+1"),
        "5.1.1.2": RatingAnswer("80%-100%", None, "未见"),
    }
    faulty = answers(cover={"项目编号": "ZJ-ODD"}, ratings=odd)
    return {
        **{f"{n}.xlsx": numbered(n) for n in range(3)},
        "again.xlsx": numbered(0),
        "odd.xlsx": filled_bytes(built_in(), faulty),
        "other.xlsx": returned(项目编号="ZJ-9", 企业名称="+某公司"),
        "torn.xlsx": numbered(7)[:4000],
    }


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    grade_folder(put_files(Path("input"), _files()), Path("run"), parquet=True)
    return Path("run")


def _as_csv(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    return escape(str(value))


@pytest.mark.parametrize("name", ["grades", "ratings", "specials", "findings"])
def test_parquet_says_what_csv_says(run: Path, name: str) -> None:
    rows = table(run / f"{name}.csv")
    status = {row["file"]: row["status"] for row in table(run / "grades.csv")}
    for part in sorted((run / "parquet" / name).glob("*/*.parquet")):
        here = part.parent.name.removeprefix("status=")
        found = pq.ParquetFile(part).read().to_pylist()
        wanted = [row for row in rows if status[row["file"]] == here]
        for row in wanted:
            row.pop("status", None)
        assert [{k: _as_csv(v) for k, v in row.items()} for row in found] == wanted
        rows = [row for row in rows if row not in wanted]
    assert not rows


def test_numbers_are_decimals_and_exact(run: Path) -> None:
    (part,) = (run / "parquet" / "ratings" / "status=needs_correction").glob("*.parquet")
    found = {row["clause"]: row for row in pq.ParquetFile(part).read().to_pylist()}
    percent = found["5.1.1.1"]["percent"]
    assert isinstance(percent, Decimal)
    assert percent == Decimal("0.851234567890123")
    assert found["5.1.1.2"]["percent"] is None


def test_the_same_inputs_give_the_same_bytes(run: Path) -> None:
    grade_folder(Path("input"), Path("again"), parquet=True, jobs=1)
    assert contents(run / "parquet") == contents(Path("again") / "parquet")


def test_groups_and_parts_change_nothing_but_the_number_of_files(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 40)
    monkeypatch.setattr(parquet, "PART_ROWS", 80)
    grade_folder(Path("input"), Path("cut"), parquet=True)
    parts = sorted((Path("cut") / "parquet" / "ratings" / "status=graded").glob("*"))
    assert [part.name for part in parts] == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]  # fmt: skip  # noqa: E501
    assert pq.ParquetFile(parts[0]).num_row_groups == 2
    whole = [row for p in (run / "parquet/ratings/status=graded").glob("*") for row in pq.ParquetFile(p).read().to_pylist()]  # fmt: skip  # noqa: E501
    assert [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()] == whole


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("0.85", "0.85"),
        ("1E-21", "0"),
        ("0.333333333333333333335", "0.33333333333333333334"),
        ("1E+300", None),
        ("-1E+18", None),
        ("999999999999999999", "999999999999999999"),
    ],
)
def test_what_does_not_fit_is_rounded_or_null(number: str, kept: str | None) -> None:
    found = parquet._number(Decimal(number))
    assert found == (None if kept is None else Decimal(kept))


def test_without_the_extra_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_files(tmp_path / "in", {"0.xlsx": numbered(0)})
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(RunError, match=r"cts-excel\[parquet\]") as caught:
        grade_folder(tmp_path / "in", tmp_path / "out", parquet=True)
    assert caught.value.exit_code == EXIT_FAILED
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("reader", ["pandas", "duckdb", "polars"])
def test_the_documented_query_runs(
    run: Path, reader: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(reader)
    text = (ROOT / "docs" / "parquet.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```python\n")[1:]]
    (code,) = (block for block in blocks if f"import {reader}" in block)
    monkeypatch.chdir(run)
    exec(compile(code, "docs/parquet.md", "exec"), {})
    shown = capsys.readouterr().out
    assert {"pandas": "three_star", "duckdb": "5.1.1.1", "polars": "D01"}[reader] in shown
