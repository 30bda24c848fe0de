"""The management workbook as a reader finds it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl.utils.escape import unescape
from sample_outcomes import FACTS, STANDARD, crowd, outcome, with_status
from summary_files import cell, figures_above, formulas, heading_row, opened, parts, table, write

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Impact, Severity
from cts_excel.audit.grading import rejected
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.loading import load_standard
from cts_excel.summary import NotReturned, SummaryBuilder
from cts_excel.summary.sheets import context
from cts_excel.summary.writing import pages
from cts_excel.summary.writing.text import CELL_LIMIT

SHEETS = [
    "总览", "认证决定", "评分汇总", "指标矩阵", "分类得分", "指标分析", "趋势与分布", "特别项",
    "核查问题", "评审员分析", "雷同线索", "临界分析", "未评定", "运行记录",
]  # fmt: skip
SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")


def test_sheets_stand_in_the_order_of_the_contract(tmp_path: Path) -> None:
    plain = write(tmp_path / "s.xlsx", [outcome()])
    assert opened(plain).sheetnames == [*SHEETS, "图表数据"]
    assert opened(plain)["图表数据"].sheet_state == "hidden"
    chased = write(tmp_path / "r.xlsx", [outcome()], roster=[])
    assert opened(chased).sheetnames == [*SHEETS, "未回收", "图表数据"]


def test_equal_finals_share_a_rank(tmp_path: Path) -> None:
    made = [
        outcome("甲", "0.90", number=1),
        outcome("乙", "0.80", number=2),
        outcome("丙", "0.90", number=3),
        outcome("丁", "0.95", number=4),
    ]
    rows = table(opened(write(tmp_path / "s.xlsx", made))["评分汇总"], "排名")
    assert [(r["排名"], r["最终得分"]) for r in rows] == [(1, 95), (2, 90), (2, 90), (4, 80)]
    assert {r["企业名称"] for r in rows[1:3]} == {"甲", "丙"}
    assert [r.get("距上一级") for r in rows] == [None, 5, 5, 10]
    assert [r["建议级别"] for r in rows] == ["五星级", "四星级", "四星级", "三星级"]


def _mixed() -> list[Outcome]:
    first = outcome("甲", "0.90", number=1)
    return [
        first,
        with_status(replace(first, file="copy.xlsx"), Status.DUPLICATE, "D01", first.file),
        with_status(outcome("乙", "0.99", number=2), Status.CONFLICT, "D02", "乙2.xlsx"),
        with_status(outcome("乙", "0.50", number=2, file="乙2.xlsx"), Status.CONFLICT, "D02", "乙"),
        outcome("丙", "0.60", number=3, blanks=("5.1.2.2", "5.3.2.2")),
        outcome("丁", "0.60", number=4),
        rejected("bad.xlsx", "0" * 64, "F01", found="损坏"),
    ]


def test_only_graded_audits_rank_and_count(tmp_path: Path) -> None:
    found = opened(write(tmp_path / "s.xlsx", _mixed()))
    sheet = found["评分汇总"]
    rows = table(sheet, "排名")
    assert [(r["企业名称"], r["排名"], r["状态"]) for r in rows] == [
        ("甲", 1, "已评定"), ("丁", None, "已评定"), ("乙", None, "冲突"), ("乙", None, "冲突"),
        ("丙", None, "待补正"),
    ]  # fmt: skip
    assert all(r["最终得分"] is None for r in rows[2:])
    totals = figures_above(sheet)
    assert totals["已评定"] == 2
    assert totals["通过"] == 1
    assert totals["平均最终得分"] == 75
    counts = {
        r[0]: r[2] for r in found["运行记录"].iter_rows(min_col=1, max_col=3, values_only=True)
    }
    assert [counts[s.shown] for s in Status] == [2, 1, 2, 1, 0, 1]
    assert counts["合计（= 输入文件数）"] == 7
    for spread in table(found["指标分析"], "条款"):
        assert spread["份数"] == 2
        assert spread["平均得分率"] == pytest.approx(0.75)


def test_files_without_a_level_say_why_and_what_is_still_possible(tmp_path: Path) -> None:
    rows = table(opened(write(tmp_path / "s.xlsx", _mixed()))["未评定"], "状态")
    assert [r["状态"] for r in rows] == ["冲突", "冲突", "待补正", "拒收", "重复"]
    blank = rows[2]
    weights = sum(STANDARD.by_clause[c].weight for c in ("5.1.2.2", "5.3.2.2"))
    low = (100 - weights) * Decimal("0.6")
    assert blank["目前得分"] == float(low) == blank["可能最低"]
    assert blank["可能最高"] == float(low + weights)
    assert blank["最低级别"] == "未达标"
    assert "5.1.2.2" in str(blank["原因"])
    assert "5.3.2.2" in str(blank["原因"])
    assert "损坏" in str(rows[3]["处理办法"])


def test_findings_come_by_effect_and_link_to_their_cell(tmp_path: Path) -> None:
    harmless, moved = outcome("甲", number=1), outcome("乙", number=2)
    small = finding(
        "T04", sheet="评分表", cell="H9", impact=Impact(Decimal("0.2"), "三星级", "三星级")
    )
    large = finding(
        "T01", sheet="封面", cell="F8", impact=Impact(Decimal("1.5"), "三星级", "四星级")
    )
    made = [replace(harmless, findings=(small,)), replace(moved, findings=(small, large))]
    path = write(tmp_path / "s.xlsx", made)
    sheet = opened(path)["核查问题"]
    rows = table(sheet, "序号")
    assert [(r["企业名称"], r["代码"]) for r in rows] == [
        ("乙", "T01"),
        ("乙", "T04"),
        ("甲", "T04"),
    ]
    assert [r["影响（分）"] for r in rows] == [1.5, 0.2, 0.2]
    assert rows[0]["级别变化"] == "三星级→四星级"
    first = cell(sheet, "序号", 0, "位置").hyperlink
    assert first.location == f"'{large.sheet}'!{large.cell}"
    assert first.target == "../../input/demo/0002_乙.xlsx"
    grades = opened(path)["评分汇总"]
    back = [cell(sheet, "序号", row, "序号").hyperlink.location for row in range(3)]
    for row, name in enumerate(("乙", "甲")):
        assert cell(grades, "排名", row, "企业名称").value == name
        findings = cell(grades, "排名", row, "核查问题").hyperlink.location
        at = [r["企业名称"] for r in rows].index(name)
        assert findings == f"'核查问题'!{cell(sheet, '序号', at, '序号').coordinate}"
        assert back[at] == f"'评分汇总'!{cell(grades, '排名', row, '排名').coordinate}"


def test_errors_stand_first_then_a_changed_level_then_points(tmp_path: Path) -> None:
    impacts = {
        "改级": Impact(Decimal("0.1"), "三星级", "四星级"),
        "多分": Impact(Decimal(9), "三星级", "三星级"),
        "少分": Impact(Decimal(-1), "三星级", "三星级"),
    }
    changed, many, few = (
        finding(Code.STATED_ITEM_DIFFERS, impact=impact) for impact in impacts.values()
    )
    error = finding(Code.PERCENT_OUTSIDE_BAND, sheet="评分表", cell="G5")
    warning, notice = finding(Code.CLAUSE_UNKNOWN), finding(Code.ROWS_MOVED)
    assert [f.severity for f in (error, warning, notice)] == [*sorted(Severity, reverse=True)]
    found = {
        "提示": notice,
        "少分": few,
        "错误": error,
        "改级": changed,
        "警告": warning,
        "多分": many,
    }
    outcomes = [
        replace(outcome(name, number=n), findings=(one,))
        for n, (name, one) in enumerate(found.items(), start=1)
    ]
    rows = table(opened(write(tmp_path / "s.xlsx", outcomes))["核查问题"], "序号")
    assert [r["企业名称"] for r in rows] == ["错误", "改级", "多分", "少分", "警告", "提示"]
    one = replace(outcomes[0], findings=tuple(found.values()))
    rows = table(opened(write(tmp_path / "o.xlsx", [one]))["核查问题"], "序号")
    assert [r["代码"] for r in rows] == [one.code for one in (error, changed, warning, notice)]
    assert [r["处数"] for r in rows] == [1, 3, 1, 1]
    assert (
        rows[1]["影响（分）"] == 0.1
    )  # of several findings of one kind: that which moves the level


def test_a_cause_is_told_once_and_listed_once_per_file(tmp_path: Path) -> None:
    cells = ("F5", "F9", "F11", "F20")
    missing = [finding(Code.EVIDENCE_MISSING, sheet="评分表", cell=cell) for cell in cells]
    error = finding(Code.NOT_RATED, sheet="评分表", cell="F4:F6")
    made = [
        replace(outcome("甲", number=1), findings=tuple(missing)),
        replace(outcome("乙", number=2), findings=(missing[0], error)),
    ]
    sheet = opened(write(tmp_path / "s.xlsx", made))["核查问题"]
    rows = list(sheet.iter_rows(values_only=True))
    causes = [row for row in rows if row[2] in ("R01", "R15") and isinstance(row[0], type(None))]
    assert [(r[1], r[2], r[5], r[6]) for r in causes] == [
        ("错误", "R01", 1, 3), ("警告", "R15", 2, 5),
    ]  # fmt: skip
    assert all("请" in str(row[7]) for row in causes)
    listed = table(sheet, "序号")
    assert [(r["企业名称"], r["代码"], r["处数"]) for r in listed] == [
        ("乙", "R01", 3), ("乙", "R15", 1), ("甲", "R15", 4),
    ]  # fmt: skip
    assert listed[2]["位置"] == "评分表!F5、评分表!F9、评分表!F11…"


def test_special_items_of_a_duplicate_are_not_listed_again(tmp_path: Path) -> None:
    first = outcome("甲", number=1, deductions=2, bonuses=1)
    copy = with_status(replace(first, file="copy.xlsx"), Status.DUPLICATE, "D01", first.file)
    other = outcome("乙", number=2, deductions=1)
    sheet = opened(write(tmp_path / "s.xlsx", [first, copy, other]))["特别项"]
    rows = table(sheet, "序号")
    assert [(r["企业名称"], r["类型"]) for r in rows] == [
        ("甲", "扣分"), ("甲", "扣分"), ("乙", "扣分"), ("甲", "加分"),
    ]  # fmt: skip
    assert copy.file not in [r["文件"] for r in rows]
    category = STANDARD.special.deduction.categories[0]
    totals = [row for row in sheet.iter_rows(values_only=True) if row[2] == category]
    assert totals[0][1:4] == ("扣分", category, 3)


HOSTILE = ("=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2", "@SUM(A1)", "＝1+1", "http://x.example/",
           "<b>&amp;", "{=1}", "_x0041_", "'x")  # fmt: skip


@pytest.fixture(scope="module")
def harmless_formulas(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path = tmp_path_factory.mktemp("harmless") / "a.xlsx"
    return set(formulas(write(path, [outcome("甲", evidence="e", deductions=1)])))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_workbook_is_never_a_formula_nor_a_link(
    tmp_path: Path, harmless_formulas: set[str], text: str
) -> None:
    made = outcome(text, assessor=text, lead=text, audit_type=text, evidence="e", deductions=1,
                   file="input/a.xlsx")  # fmt: skip
    path = write(tmp_path / "b.xlsx", [made])
    assert set(formulas(path)) == harmless_formulas
    rows = table(opened(path)["评分汇总"], "排名")
    shown = {unescape(str(rows[0][c])) for c in ("企业名称", "评审员", "审核组长", "审核类型")}
    assert shown == {text}  # openpyxl leaves Excel's quoting of _x0041_ as it stands
    for name, xml in parts(path).items():
        for target in re.findall(r'Target="([^"]*)" TargetMode="External"', xml):
            assert target == "../../input/a.xlsx", name


def test_what_cannot_be_seen_is_shown_as_escapes(tmp_path: Path) -> None:
    made = outcome("甲\x07\ud800乙\u202e\r\n丙", evidence="长" * 40_000, deductions=1)
    long = replace(made.audit.deductions[0], description="长" * 40_000)  # type: ignore[union-attr]
    made = replace(made, audit=replace(made.audit, deductions=(long,)))  # type: ignore[type-var]
    found = opened(write(tmp_path / "s.xlsx", [made]))
    assert table(found["评分汇总"], "排名")[0]["企业名称"] == "甲\\x07\\ud800乙\\u202e\n丙"
    fact = str(table(found["特别项"], "序号")[0]["事实描述"])
    assert len(fact) == CELL_LIMIT
    assert fact.endswith("…（已截断）")


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("in/100% 好#1.xlsx", "../../in/100%25%20好%231.xlsx"),
        ("/data/a.xlsx", "file:///data/a.xlsx"),
        ("C:/data/a.xlsx", "file:///C:/data/a.xlsx"),
        ("//server/share/a.xlsx", None),
        ("in/" + "长" * 260 + ".xlsx", None),
        ("in/\x01.xlsx", None),
        ("s3://returned/a.xlsx", None),
        ("memory:///in/a.xlsx", None),
        ("https://h/a.xlsx", None),
    ],
)
def test_links_to_files_are_escaped_or_left_out(
    tmp_path: Path, file: str, target: str | None
) -> None:
    sheet = opened(write(tmp_path / "s.xlsx", [outcome(file=file)]))["评分汇总"]
    found = cell(sheet, "排名", 0, "文件")
    assert (found.hyperlink.target if found.hyperlink else None) == target
    assert found.value


def test_a_score_never_seems_to_reach_a_level_that_it_misses(tmp_path: Path) -> None:
    hair = Decimal("0.69996")
    found = opened(write(tmp_path / "s.xlsx", [outcome("甲", hair)]))["评分汇总"]
    final, missing = (cell(found, "排名", 0, name) for name in ("最终得分", "距上一级"))
    assert (final.value, final.number_format) == (69.996, "0.000")
    assert (missing.value, missing.number_format) == (0.004, "0.000")
    assert cell(found, "排名", 0, "建议级别").value == "未达标"


def test_no_sheet_shows_a_score_at_a_line_that_it_misses(tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", [outcome("甲", Decimal("0.69996"))])
    found = {
        f"{sheet.title}!{cell.coordinate}": cell.number_format
        for sheet in opened(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == 69.996
    }
    assert len(found) > 8
    assert set(found.values()) == {"0.000"}, found


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    made = crowd(12)
    first, second = (write(tmp_path / name, made) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_no_outcome_and_no_graded_audit_draw_no_chart(tmp_path: Path) -> None:
    for name, made in (("none", []), ("bad", [rejected("a.xlsx", "0" * 64, "F09")])):
        path = write(tmp_path / f"{name}.xlsx", made)
        assert not [part for part in parts(path) if part.startswith("xl/charts/")]
        found = opened(path)
        texts = [c for row in found["总览"].iter_rows(values_only=True) for c in row if c]
        assert texts.count("没有已评定的文件，无可显示。") == 2
        assert table(found["评分汇总"], "排名") == [
            {**dict.fromkeys(_heads(found)), "排名": "（无）"}
        ]


def _heads(found) -> list[str]:  # type: ignore[no-untyped-def]
    return [str(head.value) for head in heading_row(found["评分汇总"], "排名")]


def test_one_audit_has_charts_with_titles_and_alternative_text(tmp_path: Path) -> None:
    xml = parts(write(tmp_path / "s.xlsx", [outcome()]))
    charts = {n: x for n, x in xml.items() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)}
    assert len(charts) == 4
    assert all("<c:title>" in x and "<c:f>图表数据!" in x for x in charts.values())
    drawing = xml["xl/drawings/drawing1.xml"]
    assert len(re.findall(r'descr="[^"]{10,}"', drawing)) == 4


def test_rows_past_the_limit_continue_on_a_numbered_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LAST_ROW", 17)
    found = opened(write(tmp_path / "s.xlsx", [outcome(f"甲{n}", number=n) for n in range(24)]))
    names = [name for name in found.sheetnames if name.startswith("评分汇总")]
    assert names == ["评分汇总", "评分汇总 (2)", "评分汇总 (3)"]
    rows = [row for name in names for row in table(found[name], "排名")]
    assert len({row["企业名称"] for row in rows}) == 24


def test_a_large_run_refers_to_the_data_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "MATRIX_LIMIT", 2)
    found = opened(write(tmp_path / "s.xlsx", [outcome(f"甲{n}", number=n) for n in range(3)]))
    assert "ratings.csv" in str(found["指标矩阵"]["A2"].value)
    assert len(table(found["评分汇总"], "排名")) == 3


def test_another_standard_needs_no_other_code(tmp_path: Path) -> None:
    made = [
        outcome("甲", ["0.9"] * 7, number=1, standard=SMALL),
        outcome("乙", ["0.8", None, "0.7", "0.5", "0.9", "1", "0.2"], number=2, standard=SMALL),
        outcome("丙", ["0.3"] * 7, number=3, standard=SMALL, deductions=4),
    ]
    found = opened(write(tmp_path / "s.xlsx", made, SMALL))
    rows = table(found["评分汇总"], "排名")
    assert [r["企业名称"] for r in rows] == ["甲", "乙", "丙"]
    assert rows[0]["建议级别"] == "金级"
    assert rows[0]["最终得分"] == 36
    analysis = table(found["指标分析"], "条款")
    assert [r["份数"] for r in analysis] == [3, 2, 3, 3, 3, 3, 3]
    assert len(analysis) == 7
    assert "档 优（85%-100%）" in analysis[0]
    assert rows[2]["未通过原因"] == "低于24分；特别扣分超限"


def test_a_failed_write_leaves_the_earlier_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "s.xlsx", [outcome()])
    before = path.read_bytes()
    builder = SummaryBuilder(STANDARD)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        builder.write(path, FACTS)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.xlsx"]


def test_the_roster_lists_what_did_not_come_back(tmp_path: Path) -> None:
    missing = NotReturned(
        "未回收", "丁公司", "", "ZJ-9", "初次认证", "高峰", "陈敏", remark="已发放"
    )
    found = opened(write(tmp_path / "s.xlsx", [outcome()], roster=[missing]))
    row = table(found["未回收"], "状态")[0]
    assert (row["状态"], row["企业名称"], row["说明"]) == ("未回收", "丁公司", "已发放")


def test_every_sheet_is_set_up_for_print(tmp_path: Path) -> None:
    for sheet in opened(write(tmp_path / "s.xlsx", crowd(8))):
        assert sheet.page_setup.fitToHeight in (0, None) or sheet.title == "总览"
        fitted = bool(sheet.sheet_properties.pageSetUpPr)
        assert fitted or (sheet.page_setup.scale or 100) < 100, sheet.title
        assert "&P" in str(sheet.oddFooter.center.text) + str(sheet.oddFooter.center), sheet.title
        assert bool(sheet.print_area) is (sheet.sheet_state == "visible"), sheet.title
