"""What a reader sees: no text is cut, no page is torn, no chart runs over its frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import ceil
from pathlib import Path

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from sample_outcomes import STANDARD, crowd, outcome, run_folder, with_status
from summary_files import opened, parts, write

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.grading import grade
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.outcomes.facts import NotReturned
from cts_excel.summary.outcomes.previous import PreviousAudit, PreviousRun
from cts_excel.summary.report.write import write_client_reports

# Microsoft YaHei of 10 points on Windows: pixels of a digit, of a Chinese character, of a line.
DIGIT, CHINESE, LINE = 7.3, 13.34, 17.5
UNIT, BESIDE, MARGIN = 7.0, 5.0, 4.0  # pixels of a unit of width, of each column, of a cell
BUTTON = 16.0  # pixels of a filter button
LONG = "深圳星桥医疗器械科技股份有限公司第二售后服务分公司"


def _long(made: Outcome, number: int) -> Outcome:
    """Give an audit the long texts that occur."""
    assert made.audit
    cover = replace(
        made.audit.cover, organisation=LONG, audit_no=f"CTS-ZJ-2025-GD-{number:06d}",
        audit_method="现场与远程结合", industry="家用电器制造与安装维修",
        province="新疆维吾尔自治区", lead_assessor="欧阳静怡、王建国、李晓明",
        assessor="司徒文博、欧阳静怡",
        scope="家电的安装、维修及售后服务；包括线上商城与线下门店的配送、退换货及客户回访" * 2,
    )  # fmt: skip
    deductions = tuple(
        replace(one, responsible="售后服务部高级经理陈立群", verifier="认证审核组组长",
                measure=LONG, due=date(2025, 12, 15), verified_on=date(2025, 12, 10))
        for one in made.audit.deductions
    )  # fmt: skip
    audit = replace(made.audit, cover=cover, deductions=deductions)
    return grade(audit, STANDARD, file=made.file, sha256=made.sha256)


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [
        _long(outcome("甲", share, number=n, deductions=n % 3, bonuses=n % 2), n)
        for n, share in enumerate(("0.95", "0.90", "0.70", "0.60"), start=1)
    ]
    twice = [
        with_status(outcome("乙", share, number=9, file=f"{share}.xlsx"), Status.CONFLICT, "D02")
        for share in ("0.80", "0.90")
    ]
    faulty = outcome("丙", number=10, blanks=("5.1.1.1",))
    audits = tuple(
        PreviousAudit(str(n), name, "", f"CTS-ZJ-2024-GD-{n:06d}", "2024-01-01", Decimal(80),
                      "three_star")
        for n, name in enumerate((LONG, *(f"{n}公司" for n in range(12))))
    )  # fmt: skip
    previous = [PreviousRun("二〇二四年度监督审核与再认证审核的评定结果", audits, {})]
    roster = [NotReturned("未回收", LONG, "", "CTS-ZJ-2025-GD-000099", "监督审核",
                          "欧阳静怡、王建国、李晓明", "司徒文博、欧阳静怡")]  # fmt: skip
    path = tmp_path_factory.mktemp("looks") / "s.xlsx"
    return write(path, [*made, *twice, faulty, *crowd(12)], previous=previous, roster=roster)


def _pixels(text: str, size: float) -> float:
    wide = sum(1 for c in text if ord(c) > 0x2E7F or c in "“”…—％")
    return size / 10 * (CHINESE * wide + DIGIT * (len(text) - wide))


def _printed(sheet: Worksheet) -> Iterator[tuple[Cell, float, Cell]]:
    """Yield the printed texts with the pixels of their columns, and the cell to the right."""
    areas = {area.coord.split(":")[0]: area for area in sheet.merged_cells.ranges}
    covered = {cell for area in areas.values() for row in area.cells for cell in [row]}
    left, top, right, bottom = range_boundaries(str(sheet.print_area).split("!")[-1])
    widths = _widths(sheet)
    for row in sheet.iter_rows(top, bottom, left, right):  # type: ignore[arg-type]
        for cell in row:
            area = areas.get(cell.coordinate)
            if not isinstance(cell.value, str) or (
                area is None and (cell.row, cell.column) in covered
            ):
                continue
            last = area.max_col if area else cell.column
            room = sum(widths[n] * UNIT + BESIDE for n in range(cell.column, last + 1))
            yield cell, room, sheet.cell(cell.row, last + 1)


def _widths(sheet: Worksheet) -> dict[int, float]:
    found: dict[int, float] = {}
    for dimension in sheet.column_dimensions.values():
        for column in range(dimension.min or 1, (dimension.max or 1) + 1):
            # xlsxwriter adds the pixels beside the units to what it writes.
            found[column] = dimension.width - BESIDE / UNIT
    return found


def _seen(cell: Cell, room: float, beside: Cell) -> bool:
    """Return whether a text is whole: in its column, in its row, or over empty neighbours."""
    size = float(cell.font.size)
    if cell.alignment.wrap_text and not cell.alignment.textRotation:
        count = sum(ceil(_pixels(p, size) / (room - MARGIN)) for p in str(cell.value).split("\n"))
        height = cell.parent.row_dimensions[cell.row].height or 16.5
        return count * LINE * size / 10 * 0.75 <= height + 4
    if cell.alignment.shrink_to_fit:
        return True
    free = beside.value is None and cell.alignment.horizontal in (None, "general", "left")
    return free or bool(cell.alignment.textRotation) or _pixels(str(cell.value), size) <= room


def test_no_printed_text_is_cut(summary: Path) -> None:
    cut = [
        f"{sheet.title}!{cell.coordinate} {cell.value}"
        for sheet in opened(summary)
        if sheet.sheet_state == "visible"
        for cell, room, beside in _printed(sheet)
        if not _seen(cell, room, beside)
    ]
    assert not cut, cut[:20]


def test_a_filter_button_hides_no_heading(summary: Path) -> None:
    hidden = []
    for sheet in opened(summary):
        widths = _widths(sheet)
        for listed in sheet.tables.values():
            left, top, right, _bottom = range_boundaries(listed.ref)
            height = sheet.row_dimensions[top].height
            for column in range(left, right + 1):
                text = str(sheet.cell(top, column).value)
                room = max(CHINESE, widths[column] * UNIT - BUTTON)
                per_line = max(1, int(room / CHINESE)) * CHINESE
                if ceil(_pixels(text, 10) / per_line) * LINE * 0.75 > height + 4:
                    hidden.append(f"{sheet.title} {text}")
    assert not hidden


def test_the_overview_fits_a_screen(summary: Path) -> None:
    sheet = opened(summary)["总览"]
    points = sum(sheet.row_dimensions[row].height or 15 for row in range(1, sheet.max_row + 1))
    assert points * 4 / 3 < 880  # pixels of rows that 1920 × 1080 shows at 100 %


def test_every_page_of_the_heat_maps_shows_what_they_mean(summary: Path) -> None:
    for title in ("指标矩阵", "分类得分"):
        sheet = opened(summary)[title]
        assert sheet.print_title_cols == "$A:$D"
        (area,) = [a for a in sheet.merged_cells.ranges if a.coord.startswith("A2:")]
        assert area.coord == "A2:D2"
        assert "越深" in str(sheet["A2"].value)


def test_every_page_of_a_conflict_has_headings(summary: Path) -> None:
    sheet = opened(summary)["冲突对照"]
    first, last = (int(row) for row in re.findall(r"\d+", str(sheet.print_title_rows)))
    assert first == last
    assert [c.value for c in sheet[first]][:2] == ["条款", "项目"]


def _dated(count: int) -> list[Outcome]:
    """Return audits of so many months, six in each."""
    made = []
    for n in range(6 * count):
        one = outcome(f"企业{n}", number=n + 1, lead=f"组长{n % 20}")
        assert one.audit
        day = date(2020 + n // 72, n // 6 % 12 + 1, 5)
        audit = replace(one.audit, cover=replace(one.audit.cover, start_date=day, end_date=day))
        made.append(grade(audit, STANDARD, file=one.file, sha256=one.sha256))
    return made


def test_no_table_of_trends_is_torn_that_fits_a_page(tmp_path: Path) -> None:
    sheet = opened(write(tmp_path / "s.xlsx", _dated(24)))["趋势与分布"]
    begun = [str(sheet.cell(one.id + 1, 1).value) for one in sheet.row_breaks.brk]
    assert begun
    assert all(title.startswith("按") for title in begun), begun


def test_counts_leave_room_for_the_rates_above_them(tmp_path: Path) -> None:
    found = parts(write(tmp_path / "s.xlsx", _dated(3)))
    (chart,) = [x for n, x in found.items() if "charts/chart" in n and "月份：份数" in x]
    tops = [float(top) for top in re.findall(r'<c:max val="([\d.]+)"', chart)]
    assert max(tops) >= 1.3 * 6


def test_the_label_of_a_full_bar_stays_on_the_picture(tmp_path: Path) -> None:
    found = parts(write(tmp_path / "s.xlsx", [outcome(percents="1")]))
    (chart,) = [x for n, x in found.items() if "charts/chart" in n and 'c:barDir val="bar"' in x]
    assert [float(top) for top in re.findall(r'<c:max val="([\d.]+)"', chart)] > [1.1]


def test_a_direction_in_which_nothing_moved_has_no_block(tmp_path: Path) -> None:
    audit = PreviousAudit("a", "甲公司", "", "", "2024-01-01", Decimal(80), "three_star")
    previous = PreviousRun("上次", (audit,), {i.clause: [0.80] for i in STANDARD.indicators})
    sheet = opened(write(tmp_path / "s.xlsx", [outcome(percents="0.85")], previous=[previous]))[
        "对比"
    ]
    first = [row[0].value for row in sheet.iter_rows()]
    assert "上升" in first
    assert "下降" not in first


def _report(tmp_path: Path, made: list[Outcome], **more: bool) -> Path:
    folder = run_folder(tmp_path / "run", made)
    (path,) = write_client_reports(folder, tmp_path / "out", STANDARD, ["甲"], **more)
    return path


def test_many_findings_of_one_cause_are_one_row_with_their_cells(tmp_path: Path) -> None:
    cells = [f"H{n}" for n in range(17, 42)]
    made = outcome("甲")
    many = tuple(
        replace(finding(Code("R14"), sheet="评分表", cell=cell), found=f"8{n}.3%")
        for n, cell in enumerate(cells)
    )
    sheet = opened(_report(tmp_path, [replace(made, findings=many)], internal=True))["内部资料"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "R14"]
    assert len(rows) == 1
    assert rows[0][4] == f"评分表!{', '.join(cells)}"
    assert "80.3%" not in str(rows[0][6])


def test_two_bars_carry_their_rate_in_the_name(tmp_path: Path) -> None:
    made = [
        outcome(name, "0.85", number=n) for n, name in enumerate(["甲", *"乙丙丁戊己庚辛壬癸子丑"])
    ]
    path = _report(tmp_path, made)
    label = f"{STANDARD.groups[0].label}  85.0%"
    assert label in [c.value for row in opened(path)["图表数据"].iter_rows() for c in row]
    (chart,) = [x for n, x in parts(path).items() if "charts/chart" in n]
    assert "<c:showVal" not in chart


def test_details_fit_the_width_of_a_page(tmp_path: Path) -> None:
    sheet = opened(_report(tmp_path, [outcome("甲")]))["逐项得分"]
    width = sum(UNIT * w + BESIDE for w in _widths(sheet).values()) * 0.75
    assert 0.75 * 784 < width * sheet.page_setup.scale / 100 < 0.95 * 784
