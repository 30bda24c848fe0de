"""冲突对照: conflicting files side by side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from real_applications.harness import LibreOffice, Validator
from sample_outcomes import STANDARD, band_of, crowd, outcome, with_status
from summary_files import formulas, opened, parts, write

from cts_excel.audit.comparing import compare
from cts_excel.audit.model import SpecialItem
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.outcomes import conflicts
from cts_excel.summary.sheets import conflicts as conflict_sheet

SHEET = "冲突对照"
HOSTILE = '=HYPERLINK("http://evil.example","x")'


def _changed(made: Outcome, file: str, *ratings: tuple[int, str, str], **cover: object) -> Outcome:
    """Return the same audit in another file, with other ratings: place, percentage, evidence."""
    assert made.audit
    rows = list(made.audit.ratings)
    for place, percent, evidence in ratings:
        exact = Decimal(percent)
        rows[place] = replace(
            rows[place], percent=exact, band=band_of(exact), evidence=evidence or rows[0].evidence
        )
    own = replace(made.audit.cover, **cover)  # type: ignore[arg-type]
    return replace(made, audit=replace(made.audit, ratings=tuple(rows), cover=own), file=file)


def _clashing(*made: Outcome) -> list[Outcome]:
    return [with_status(one, Status.CONFLICT, "D02", "another") for one in made]


def _rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    first = conflict_sheet.FIRST_ROW + 1
    return [row for row in sheet.iter_rows(min_row=first, values_only=True) if any(row)]


def _pair() -> list[Outcome]:
    first = outcome("甲公司", "0.9", file="a/甲.xlsx")
    return [first, _changed(first, "b/甲 改.xlsx", (0, "0.5", "只有草稿"), scope="家电、家具")]


def test_two_files_stand_side_by_side_as_compare_says(tmp_path: Path) -> None:
    pair = _pair()
    path = write(tmp_path / "s.xlsx", [outcome("乙公司", number=7), *_clashing(*pair)])
    book = opened(path)
    assert book.sheetnames.index(SHEET) == book.sheetnames.index("未评定") - 1
    group, a, b, heading, *answers, total = _rows(book[SHEET])
    assert group[0] == "甲公司 · ZJ-2025-0001 · 初次认证 · 张三"
    assert (a[0], a[2], a[4], a[5]) == ("文件 A", "a/甲.xlsx", 90, "四星级")
    assert (b[0], b[2]) == ("文件 B", "b/甲 改.xlsx")
    assert heading[2:4] == ("文件 A 的答案", "文件 B 的答案")
    assert pair[0].audit
    assert pair[1].audit
    said = compare(pair[0].audit, pair[1].audit, STANDARD)
    expected = [
        (d.clause or d.part, d.label, d.first, d.second,
         None if d.impact is None else float(d.impact.points or 0),
         (d.impact.level_text or None) if d.impact else None)
        for d in said.differences
    ]  # fmt: skip
    assert answers == expected
    assert [row[1] for row in answers] == ["认证范围", "评分档", "评分比例", "审核证据"]
    assert answers[2][2:5] == ("90%", "50%", float(said.total.points or 0))
    assert total[0] == "合计：4 处不同；全部改用文件 B 的答案时"
    assert total[4] == float(said.total.points or 0) < 0
    assert said.final_second - said.final_first == said.total.points
    assert b[4] == float(said.final_second)
    links = {c.value: c.hyperlink.target for r in book[SHEET].iter_rows() for c in r if c.hyperlink}
    assert links == {
        "a/甲.xlsx": "../../a/甲.xlsx", "b/甲 改.xlsx": "../../b/甲%20改.xlsx"}  # fmt: skip


def test_every_later_file_stands_against_the_first(tmp_path: Path) -> None:
    first, second = _pair()
    third = _changed(first, "c.xlsx", (3, "0.6", ""))
    again = replace(first, file="d.xlsx")
    rows = _rows(opened(write(tmp_path / "s.xlsx", _clashing(first, second, third, again)))[SHEET])
    assert [r[0] for r in rows if str(r[0]).startswith("文件 ") and r[2]] == [
        "文件 A", "文件 B", "文件 C", "文件 D"]  # fmt: skip
    headings = [r[2:4] for r in rows if r[0] == "条款"]
    assert headings == [("文件 A 的答案", f"文件 {x} 的答案") for x in "BCD"]
    assert rows[-1][0] == "文件 D 与文件 A 的答案相同"


def test_special_items_and_levels_that_move(tmp_path: Path) -> None:
    first = outcome("甲公司", "0.9", file="a.xlsx")
    assert first.audit
    category = STANDARD.special.deduction.categories[0]
    item = SpecialItem(1, category, "5.1.1.1", "泄露顾客信息", "投诉单", "未整改", True, 4)
    second = replace(first, audit=replace(first.audit, deductions=(item,)), file="b.xlsx")
    rows = _rows(opened(write(tmp_path / "s.xlsx", _clashing(first, second)))[SHEET])
    (special,) = [row for row in rows if row[0] == "特别项"]
    assert special[2] == "—"
    assert "泄露顾客信息" in str(special[3])
    assert special[4] == -1
    assert special[5] == rows[-1][5] == "四星级→三星级"


def test_a_file_with_other_errors_has_no_level(tmp_path: Path) -> None:
    clause = STANDARD.indicators[0].clause
    whole, blank = outcome(file="a.xlsx"), outcome(file="b.xlsx", blanks=(clause,))
    rows = _rows(opened(write(tmp_path / "s.xlsx", _clashing(whole, blank)))[SHEET])
    assert whole.judgement
    assert rows[1][5] == whole.judgement.label
    assert rows[2][5] == "待补正，暂无级别"


def test_hostile_texts_are_shown_and_never_work(tmp_path: Path) -> None:
    first = outcome(HOSTILE, file="a.xlsx")
    second = _changed(
        first, "b.xlsx", (1, "0.5", HOSTILE + "\x07<b>&"), scope="http://evil.example"
    )
    path = write(tmp_path / "s.xlsx", _clashing(first, second))
    sheet = opened(path, values=False)[SHEET]
    shown = [cell for row in sheet.iter_rows() for cell in row if "evil" in str(cell.value)]
    assert len(shown) == 3
    assert not any("evil" in one for one in formulas(path))
    assert not any("evil" in xml for name, xml in parts(path).items() if name.endswith(".rels"))
    assert "\\x07&lt;b&gt;&amp;" in "".join(parts(path).values())


def test_no_conflict_no_sheet(tmp_path: Path) -> None:
    assert SHEET not in opened(write(tmp_path / "s.xlsx", crowd(10))).sheetnames


def test_audits_apart_are_not_mixed_and_bytes_are_the_same(tmp_path: Path) -> None:
    other = outcome("丙公司", "0.7", number=2, file="x.xlsx")
    mixed = [*_pair(), other, _changed(other, "y.xlsx", (5, "0.9", ""))]
    mixed = _clashing(mixed[0], mixed[2], mixed[1], mixed[3])
    one, two = (write(tmp_path / name, mixed) for name in ("1.xlsx", "2.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    rows = _rows(opened(one)[SHEET])
    assert [r[2] for r in rows if str(r[0]).startswith("文件 ")] == [
        "a/甲.xlsx", "b/甲 改.xlsx", "x.xlsx", "y.xlsx"]  # fmt: skip


def test_beyond_the_limits_the_rest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflicts, "MOST_AUDITS", 1)
    monkeypatch.setattr(conflicts, "MOST_FILES", 2)
    monkeypatch.setattr(conflict_sheet, "MOST_DIFFERENCES", 1)
    first, second = _pair()
    third = _changed(first, "c.xlsx", (3, "0.6", ""))
    other = outcome("丙公司", "0.7", number=2, file="x.xlsx")
    rest = _changed(other, "y.xlsx", (5, "0.9", ""))
    path = write(tmp_path / "s.xlsx", _clashing(first, second, third, other, rest))
    texts = [row[0] for row in _rows(opened(path)[SHEET])]
    assert "另有 1 份文件未列，见“未评定”。" in texts
    assert "只列出前 1 处不同。" in texts
    assert str(texts[-1]).startswith("另有 1 项冲突的审核未在此列出")


@pytest.mark.real_application
def test_the_sheet_before_validator_and_libreoffice(
    tmp_path: Path, libreoffice: LibreOffice, ooxml_validator: Validator
) -> None:
    path = write(tmp_path / "s.xlsx", _clashing(*_pair()))
    assert ooxml_validator(path) == []
    (pdf,) = libreoffice.convert([path], "pdf", tmp_path / "out")
    assert pdf.stat().st_size > 10_000


def test_files_of_one_issue_id_that_contradict_each_other_stand_together(tmp_path: Path) -> None:
    """Their audit numbers differ (I06): it is the conflict that joins them."""
    one, other = (
        replace(with_status(made, Status.CONFLICT, "D02", "x"), conflict="ISSUE-1")
        for made in (outcome("甲公司", "0.90", number=1), outcome("乙公司", "0.50", number=2))
    )
    texts = [str(row[0]) for row in _rows(opened(write(tmp_path / "s.xlsx", [one, other]))[SHEET])]
    assert [text for text in texts if text.startswith("文件 ")] == ["文件 A", "文件 B"]
