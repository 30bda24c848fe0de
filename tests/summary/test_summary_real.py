"""The summary in LibreOffice and before Microsoft's validator."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from real_applications.harness import LibreOffice, Validator, missing, planted
from sample_outcomes import crowd
from summary_files import figures_above, opened, parts, write

from cts_excel.audit.outcome import Status
from cts_excel.standard.loading import load_standard

pytestmark = pytest.mark.real_application
SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")


def _numbers(path: Path) -> dict[tuple[str, str], object]:
    """Return every cell with a value, by sheet and address."""
    found = opened(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in found
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_every_live_figure_is_the_exact_one(tmp_path: Path, libreoffice: LibreOffice) -> None:
    path = write(tmp_path / "s.xlsx", crowd(40))
    wrong = tmp_path / "planted.xlsx"
    wrong.write_bytes(planted(path.read_bytes()))
    out = tmp_path / "out"
    (kept,) = libreoffice.convert([wrong], "xlsx", out, recalculate=True)
    exact, live = _numbers(path), _numbers(kept)
    planted_at = {at for at, value in _numbers(wrong).items() if value == 999}
    formulas = {
        (sheet.title, cell.coordinate)
        for sheet in opened(path, values=False)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }
    assert len(formulas) > 300
    assert planted_at >= formulas
    for at in sorted(formulas):
        assert live.get(at) == pytest.approx(exact.get(at), abs=1e-9), at


def test_live_totals_agree_with_the_outcomes(tmp_path: Path, libreoffice: LibreOffice) -> None:
    made = crowd(25)
    graded = [o for o in made if o.status is Status.GRADED]
    path = write(tmp_path / "s.xlsx", made)
    wrong = tmp_path / "planted.xlsx"
    wrong.write_bytes(planted(path.read_bytes()))
    (kept,) = libreoffice.convert([wrong], "xlsx", tmp_path / "out", recalculate=True)
    sheet = opened(kept)["评分汇总"]
    totals = figures_above(sheet)
    finals = [o.score.final for o in graded if o.score]
    assert totals["已评定"] == len(graded)
    assert totals["通过"] == sum(1 for o in graded if o.judgement and o.judgement.passed)
    assert totals["平均最终得分"] == pytest.approx(float(sum(finals) / len(finals)), abs=1e-12)
    assert (totals["最高分"], totals["最低分"]) == (float(max(finals)), float(min(finals)))


@pytest.mark.parametrize("graded", [0, 1, 12])
def test_the_validator_finds_nothing(
    tmp_path: Path, graded: int, ooxml_validator: Validator
) -> None:
    made = crowd(graded)
    path = write(tmp_path / "s.xlsx", made, roster=[])
    assert ooxml_validator(path) == []


def test_the_form_for_the_committee_is_valid(tmp_path: Path, ooxml_validator: Validator) -> None:
    form = tmp_path / "decisions.xlsx"
    write(tmp_path / "s.xlsx", crowd(6), decisions_form=form)
    assert ooxml_validator(form) == []


def test_a_summary_of_another_standard_is_valid(tmp_path: Path, ooxml_validator: Validator) -> None:
    path = write(tmp_path / "s.xlsx", crowd(9, standard=SMALL), SMALL)
    assert ooxml_validator(path) == []


def test_sheets_and_charts_survive_a_save_by_libreoffice(
    tmp_path: Path, libreoffice: LibreOffice
) -> None:
    path = write(tmp_path / "s.xlsx", crowd(12))
    (kept,) = libreoffice.convert([path], "xlsx", tmp_path / "out")
    assert opened(kept).sheetnames == opened(path).sheetnames
    charts = [x for n, x in parts(kept).items() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)]
    assert len(charts) == 6
    assert all("<c:f>" in chart and "<c:title>" in chart for chart in charts)
    assert [t.displayName for s in opened(kept) for t in s.tables.values()]


def test_the_overview_is_one_page(tmp_path: Path, libreoffice: LibreOffice) -> None:
    path = write(tmp_path / "s.xlsx", crowd(30))
    (pdf,) = libreoffice.convert([path], "pdf", tmp_path / "out")
    program = shutil.which("pdftotext")
    if program is None:
        missing("pdftotext")
    done = subprocess.run([str(program), str(pdf), "-"], capture_output=True, check=True)
    pages = done.stdout.decode("utf-8").split("\f")
    footers = [re.findall(r"(\S+)\s+第 \d+ 页", page)[-1] for page in pages if page.strip()]
    assert footers.count("总览") == 1
    assert footers[:2] == ["总览", "认证决定"]
