"""Alterations of a workbook of format 1: each is named, and made by literal addresses.

Format 1 never changes any more, so nothing here follows the present layout. What is found stands in
``tests/data/format_1/findings.txt``.
"""
# ruff: noqa: E501 - a table: one line, one alteration

from __future__ import annotations

from collections.abc import Callable

from altering import put, with_parts
from altering import sheet_part as part_of
from workbook.alteration_cases import (
    EXTERNAL,
    LEVEL,
    PROTECTION,
    SHORT,
    add_rule,
    added,
    cells,
    comment,
    define,
    formula,
    group_hidden,
    hide,
    local_name,
    openpyxl,
    recached,
    remove_rules,
    sheet,
    unlock,
    xml,
)

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = "封面", "评分表", "特别项", "评分说明", "_cts"
WORKBOOK = "xl/workbook.xml"

# fmt: off
CASES: dict[str, Callable[[bytes], bytes]] = {
    # formulas of the panel
    "final typed over": cells(COVER, F8=90.5),
    "final and level typed over": cells(COVER, F8=90.5, F9="四星级"),
    "final as formula of its own": cells(COVER, F8=formula("F5+9", "94")),
    "final blanked": cells(COVER, F8=None),
    "final with a bonus added": cells(COVER, F8=formula("MAX(0,ROUND($F$5-$F$6+$F$7,10))+5", "90")),
    "same value typed over a formula": cells(COVER, F8=85),
    "base typed over": cells(COVER, F5=99),
    "base sums fewer rows": cells(COVER, F5=formula("ROUND(SUM('评分表'!$H$4:$H$52),10)", "85")),
    "base sums more rows": cells(COVER, F5=formula("ROUND(SUM('评分表'!$H$4:$H$60),10)", "85")),
    "base rounds up": cells(COVER, F5=formula("ROUNDUP(SUM('评分表'!$H$4:$H$53),0)", "85")),
    "deductions set to nothing": cells(COVER, F6=0),
    "deductions of another cell": cells(COVER, F6=formula("'特别项'!$G$18", "0")),
    "bonus typed in": cells(COVER, F7=1),
    "level typed over": cells(COVER, F9=LEVEL),
    "level with a lower line": cells(COVER, F9=formula('IF(F8&gt;=80,"五星级","")', LEVEL, "str")),
    "completion typed over": cells(COVER, F10="50/50（100%）"),
    "what is missing blanked": cells(COVER, F11=None),
    # formulas of the table
    "item score typed over": cells(RATINGS, H4=6.85),
    "item score full": cells(RATINGS, H9=formula("$E9", "2")),
    "item score of the row above": cells(RATINGS, H9=formula("ROUND($E8*$G8,10)", "1.7")),
    "item score blanked": cells(RATINGS, H9=None),
    "state shows an error": recached(RATINGS, "J9", "#NAME?", "e"),
    "status typed over": cells(RATINGS, J9="完成"),
    "subtotal typed over": cells(RATINGS, H57=99),
    "subtotal's weight typed over": cells(RATINGS, E57=99),
    "rate altered": cells(RATINGS, G57=formula("1", "1")),
    "grand total blanked": cells(RATINGS, H74=None),
    "headline altered": cells(RATINGS, A2="另一企业"),
    # special items
    "points of a deduction set to 0": cells(SPECIAL, G5=0),
    "points of a bonus raised": cells(SPECIAL, G21=formula("3", "3")),
    "sum of deductions shortened": cells(SPECIAL, G17=formula("ROUND(SUM(G5:G6),10)", "0")),
    "hint blanked": cells(SPECIAL, H6=None),
    # printed content
    "weight altered": cells(RATINGS, E4=5),
    "weight altered and recalculated": lambda c: put(put(c, RATINGS, {"E4": 5}), RATINGS, {"H4": formula("ROUND($E4*$G4,10)", "4.25")}),
    "weight as formula": cells(RATINGS, E4=formula("1", "1")),
    "clause text altered": cells(RATINGS, D5="根据需要, 服务网点覆盖商品销售地区, 能够对服务网点进行有效管理"),
    "clause number altered": cells(RATINGS, C5="5.9.9"),
    "clause number blanked": cells(RATINGS, C5=None),
    "heading altered": cells(RATINGS, G3="比例"),
    "section label altered": cells(RATINGS, A9="其他"),
    "title altered": cells(RATINGS, A1="自评表"),
    "label on the cover altered": cells(COVER, B8="编号"),
    "rubric altered": cells(RUBRIC, B5="随意"),
    "rubric as formula": cells(RUBRIC, B5=formula('"x"', "x", "str")),
    "block title altered": cells(SPECIAL, A3="其他"),
    "list entry altered": cells(IDENTITY, G6="100%"),
    "upper bound of a band altered": cells(IDENTITY, F2=1),
    "text written outside the form": openpyxl(lambda w: w[RATINGS].__setitem__("L4", "备注")),
    # inputs
    "input as formula": cells(RATINGS, G4=formula("1-0.15", "0.85")),
    "input cells merged": sheet(RATINGS, "<autoFilter", '<mergeCells count="1"><mergeCell ref="I4:I6"/></mergeCells><autoFilter'),
    # protection and checks
    "protection of the table removed": sheet(RATINGS, PROTECTION, ""),
    "protection of the cover removed": sheet(COVER, PROTECTION, ""),
    "protection switched off": sheet(SPECIAL, '<sheetProtection sheet="1"', '<sheetProtection sheet="0"'),
    "protection removed by openpyxl": openpyxl(lambda w: w[RUBRIC].protection.disable()),
    "checks of the table removed": openpyxl(remove_rules),
    "one check removed": sheet(RATINGS, 'sqref="I4:I53"', 'sqref="I5:I53"'),
    "dropdown replaced": openpyxl(add_rule("F")),
    "check no longer enforced": sheet(RATINGS, 'type="decimal" allowBlank="1" showInputMessage="1" showErrorMessage="1"', 'type="decimal" allowBlank="1" showInputMessage="1"'),
    "bounds of the check widened": sheet(RATINGS, r"<formula1>SUMPRODUCT\(\(cts_bands=\$F4\)\*cts_band_low\)</formula1>", "<formula1>0</formula1>"),
    "locked cell unlocked": openpyxl(unlock("H9")),
    # hiding
    "sheet hidden": openpyxl(hide(SPECIAL)),
    "identity made visible": xml(WORKBOOK, ' state="veryHidden"', ""),
    "row hidden": sheet(RATINGS, '<row r="10"', '<row r="10" hidden="1"'),
    "last row hidden": sheet(RATINGS, r"<row (?!.*<row )", '<row hidden="1" '),
    "column hidden": openpyxl(group_hidden("I")),
    "rows filtered away": lambda c: with_parts(c, {part_of(RATINGS): lambda t: t.replace('<row r="10"', '<row r="10" hidden="1"').replace('<autoFilter ref="A3:J53"/>', '<autoFilter ref="A3:J53"><filterColumn colId="9"/></autoFilter>')}),
    # the package
    "sheet added": openpyxl(lambda w: w.create_sheet("照片")),
    "external link added": added(EXTERNAL),
    "macros added": added({"xl/vbaProject.bin": "x"}),
    "macro sheet added": added({"xl/macrosheets/sheet1.xml": "<macrosheet/>"}),
    "comment added": openpyxl(comment("I4")),
    "name redirected": xml(WORKBOOK, SHORT, "<definedName name=\"cts_bands\">'_cts'!$E$2:$E$6</definedName>"),
    "name removed": xml(WORKBOOK, SHORT, ""),
    "name overruled on one sheet": openpyxl(local_name),
    "name added": openpyxl(define),
    "calculation set to manual": xml(WORKBOOK, "<calcPr ", '<calcPr calcMode="manual" '),
    # identity
    "identity of another workbook": cells(IDENTITY, B6="ANOTHER-1"),
    "digest altered": cells(IDENTITY, B5="0" * 64),
    "other edition": cells(IDENTITY, B4="2030-01-01"),
    "other format": cells(IDENTITY, B2="99"),
    "properties dropped": lambda c: with_parts(c, {"docProps/custom.xml": None}),
    "identity sheet removed": openpyxl(lambda w: w.remove(w[IDENTITY])),
    "rubric removed": openpyxl(lambda w: w.remove(w[RUBRIC])),
    "special items removed": openpyxl(lambda w: w.remove(w[SPECIAL])),
    # rows and columns
    "row deleted": openpyxl(lambda w: w[RATINGS].delete_rows(7)),
    "row duplicated": cells(RATINGS, C5="5.1.1.1", D5="设立或指定专门从事售后服务工作的部门"),
    "rows inserted in the table": openpyxl(lambda w: w[RATINGS].insert_rows(10)),
    "rows inserted on the cover": openpyxl(lambda w: w[COVER].insert_rows(3)),
    "sums deleted": openpyxl(lambda w: w[RATINGS].delete_rows(60, 5)),
    "foreign clause added": openpyxl(lambda w: w[RATINGS].__setitem__("C54", "5.9.9.9")),
    "sheet renamed": openpyxl(lambda w: setattr(w[SPECIAL], "title", "特殊")),
    "sheets reordered": openpyxl(lambda w: w.move_sheet(RATINGS, -1)),
    # totals
    "answer changed after calculation": cells(RATINGS, G4=0.9),
    "base out of date": recached(RATINGS, "H4", "0.8"),
    "never calculated": openpyxl(lambda _w: None),
    "total shows an error": recached(COVER, "F8", "#REF!", "e"),
    "final out of date": recached(COVER, "F8", "84"),
}
# fmt: on
