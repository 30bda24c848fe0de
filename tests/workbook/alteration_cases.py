"""The mutation suite's table: each alteration of a correct workbook, and what must be said of it."""
# ruff: noqa: E501 - a table: one line, one alteration

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from altering import Raw, openpyxl_edit, put, with_parts
from altering import sheet_part as part_of

from cts_excel.audit.findings import Effect
from cts_excel.workbook.form import layout

CHANGES, COULD, HARMLESS = Effect.CHANGES, Effect.COULD, Effect.HARMLESS
COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = layout.SHEETS
WORKBOOK, CONTENT = "xl/workbook.xml", "[Content_Types].xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Case:
    """An alteration: how it is made, and the finding it must lead to."""

    name: str
    make: Callable[[bytes], bytes]
    code: str
    sheet: str = ""
    cell: str = ""
    effect: Effect = COULD
    impact: str = ""
    found: str = ""  # part of what is said to be found


def cells(sheet: str, **values: Any) -> Callable[[bytes], bytes]:
    return lambda content: put(content, sheet, values)


def formula(text: str, value: str = "1", kind: str = "") -> Raw:
    return Raw(f' t="{kind}"' if kind else "", f"<f>{text}</f><v>{value}</v>")


def xml(part: str, old: str, new: str, count: int = 1) -> Callable[[bytes], bytes]:
    """Replace in a part; the pattern must be there."""

    def edit(text: str) -> str:
        made, done = re.subn(old, new, text, count=count)
        assert done, f"{part}: {old}"
        return made

    return lambda content: with_parts(content, {part: edit})


def recached(name: str, cell: str, value: str, kind: str = "") -> Callable[[bytes], bytes]:
    """Change the cached result of a formula, and leave the formula."""
    attribute = f' t="{kind}"' if kind else ""
    pattern = rf'(<c r="{cell}" s="[0-9]+")[^>]*>(<f>[^<]*</f>)<v>[^<]*</v>'
    return sheet(name, pattern, rf"\1{attribute}>\2<v>{value}</v>")


def sheet(name: str, old: str, new: str) -> Callable[[bytes], bytes]:
    return xml(part_of(name), old, new)


def added(parts: Mapping[str, str]) -> Callable[[bytes], bytes]:
    """Add parts to a package."""
    import io
    import zipfile

    def make(content: bytes) -> bytes:
        target = io.BytesIO(content)
        with zipfile.ZipFile(target, "a") as package:
            for name, text in parts.items():
                package.writestr(name, text)
        return target.getvalue()

    return make


def openpyxl(edit: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    return lambda content: openpyxl_edit(content, edit)


def add_rule(column: str) -> Callable[[Any], None]:
    """Replace the dropdown of a column of 评分表."""

    def edit(workbook: Any) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        rules = workbook[RATINGS].data_validations
        rules.dataValidation = [r for r in rules.dataValidation if f"{column}4" not in str(r.sqref)]
        rule = DataValidation(type="list", formula1='"好,坏"', showErrorMessage=True)
        rule.add(f"{column}4:{column}53")
        workbook[RATINGS].add_data_validation(rule)

    return edit


def remove_rules(workbook: Any) -> None:
    workbook[RATINGS].data_validations.dataValidation = []


def comment(cell: str) -> Callable[[Any], None]:
    from openpyxl.comments import Comment

    return lambda workbook: setattr(workbook[RATINGS][cell], "comment", Comment("见附件", "李四"))


def unlock(cell: str) -> Callable[[Any], None]:
    from openpyxl.styles import Protection

    return lambda workbook: setattr(workbook[RATINGS][cell], "protection", Protection(locked=False))


def hide(name: str) -> Callable[[Any], None]:
    return lambda workbook: setattr(workbook[name], "sheet_state", "hidden")


def group_hidden(column: str) -> Callable[[Any], None]:
    return lambda workbook: setattr(workbook[RATINGS].column_dimensions[column], "hidden", True)


def define(workbook: Any) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    workbook.defined_names["mine"] = DefinedName("mine", attr_text="'评分表'!$A$1")


def local_name(workbook: Any) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    name = DefinedName("cts_band_high", attr_text="'_cts'!$E$2:$E$6")
    workbook[RATINGS].defined_names["cts_band_high"] = name


LEVEL = "五星级"
SHORT = '<definedName name="cts_bands">[^<]*</definedName>'
PROTECTION = "<sheetProtection[^>]*/>"
EXTERNAL = {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}

# fmt: off
CASES = (
    # formulas of the panel
    Case("final typed over", cells(COVER, F8=90.5), "A02", COVER, "F8", CHANGES, "-5.50"),
    Case("final and level typed over", cells(COVER, F8=90.5, F9="四星级"), "A02", COVER, "F8", CHANGES, "-5.50，四星级→三星级"),
    Case("final as formula of its own", cells(COVER, F8=formula("F5+9", "94")), "A01", COVER, "F8", CHANGES, "-9.00", "=F5+9"),
    Case("final blanked", cells(COVER, F8=None), "A03", COVER, "F8"),
    Case("final with a bonus added", cells(COVER, F8=formula("MAX(0,ROUND($F$5-$F$6+$F$7,10))+5", "90")), "A01", COVER, "F8", CHANGES, "-5.00"),
    Case("same value typed over a formula", cells(COVER, F8=85), "A02", COVER, "F8"),
    Case("base typed over", cells(COVER, F5=99), "A02", COVER, "F5", CHANGES, "-14"),
    Case("base sums fewer rows", cells(COVER, F5=formula("ROUND(SUM('评分表'!$I$4:$I$52),10)", "85")), "A01", COVER, "F5"),
    Case("base sums more rows", cells(COVER, F5=formula("ROUND(SUM('评分表'!$I$4:$I$60),10)", "85")), "A01", COVER, "F5"),
    Case("base rounds up", cells(COVER, F5=formula("ROUNDUP(SUM('评分表'!$I$4:$I$53),0)", "85")), "A01", COVER, "F5"),
    Case("deductions set to nothing", cells(COVER, F6=0), "A02", COVER, "F6"),
    Case("deductions of another cell", cells(COVER, F6=formula("'特别项'!$F$18", "0")), "A01", COVER, "F6"),
    Case("bonus typed in", cells(COVER, F7=1), "A02", COVER, "F7", CHANGES, "-1.00"),
    Case("level typed over", cells(COVER, F9=LEVEL), "A02", COVER, "F9", CHANGES, "五星级→三星级"),
    Case("level with a lower line", cells(COVER, F9=formula('IF(F8&gt;=80,"五星级","")', LEVEL, "str")), "A01", COVER, "F9", CHANGES, "五星级→三星级"),
    Case("completion typed over", cells(COVER, F10="50/50（100%）"), "A02", COVER, "F10"),
    Case("what is missing blanked", cells(COVER, F11=None), "A03", COVER, "F11"),
    # formulas of the table
    Case("item score typed over", cells(RATINGS, I4=6.85), "A02", RATINGS, "I4", CHANGES, "-6.00"),
    Case("item score full", cells(RATINGS, I9=formula("$F9", "2")), "A01", RATINGS, "I9", CHANGES),
    Case("item score of the row above", cells(RATINGS, I9=formula("ROUND($F8*$H8,10)", "1.7")), "A01", RATINGS, "I9"),
    Case("item score blanked", cells(RATINGS, I9=None), "A03", RATINGS, "I9"),
    Case("state shows an error", recached(RATINGS, "D9", "#NAME?", "e"), "A22", RATINGS, "D9", found="#NAME?"),
    Case("status typed over", cells(RATINGS, D9="完成"), "A02", RATINGS, "D9"),
    Case("subtotal typed over", cells(RATINGS, I57=99), "A02", RATINGS, "I57"),
    Case("subtotal's weight typed over", cells(RATINGS, F57=99), "A02", RATINGS, "F57"),
    Case("rate altered", cells(RATINGS, H57=formula("1", "1")), "A01", RATINGS, "H57"),
    Case("grand total blanked", cells(RATINGS, I74=None), "A03", RATINGS, "I74"),
    Case("headline altered", cells(RATINGS, E1="另一企业"), "A02", RATINGS, "E1"),
    # special items
    Case("points of a deduction set to 0", cells(SPECIAL, F5=0), "A02", SPECIAL, "F5"),
    Case("points of a bonus raised", cells(SPECIAL, F21=formula("3", "3")), "A01", SPECIAL, "F21"),
    Case("sum of deductions shortened", cells(SPECIAL, F17=formula("ROUND(SUM(F5:F6),10)", "0")), "A01", SPECIAL, "F17"),
    Case("hint blanked", cells(SPECIAL, G6=None), "A03", SPECIAL, "G6"),
    # printed content
    Case("weight altered", cells(RATINGS, F4=5), "W11", RATINGS, "F4"),
    Case("weight altered and recalculated", lambda c: put(put(c, RATINGS, {"F4": 5}), RATINGS, {"I4": formula("ROUND($F4*$H4,10)", "4.25")}), "W11", RATINGS, "F4", CHANGES, "-3.40"),
    Case("weight as formula", cells(RATINGS, F4=formula("1", "1")), "A04", RATINGS, "F4", found="=1"),
    Case("clause text altered", cells(RATINGS, E5="根据需要, 服务网点覆盖商品销售地区, 能够对服务网点进行有效管理"), "W12", RATINGS, "E5", found="["),
    Case("clause number altered", cells(RATINGS, C5="5.9.9"), "W20", RATINGS, "C5"),
    Case("clause number blanked", cells(RATINGS, C5=None), "W20", RATINGS, "C5"),
    Case("heading altered", cells(RATINGS, H3="比例"), "W19", RATINGS, "H3"),
    Case("section label altered", cells(RATINGS, A9="其他"), "A05", RATINGS, "A9"),
    Case("title altered", cells(RATINGS, A1="自评表"), "A05", RATINGS, "A1"),
    Case("label on the cover altered", cells(COVER, B8="编号"), "W19", COVER, "B8"),
    Case("rubric altered", cells(RUBRIC, B5="随意"), "A05", RUBRIC, "B5"),
    Case("rubric as formula", cells(RUBRIC, B5=formula('"x"', "x", "str")), "A04", RUBRIC, "B5"),
    Case("block title altered", cells(SPECIAL, A3="其他"), "A05", SPECIAL, "A3"),
    Case("list entry altered", cells(IDENTITY, G6="100%"), "A05", IDENTITY, "G6"),
    Case("upper bound of a band altered", cells(IDENTITY, F2=1), "A05", IDENTITY, "F2"),
    Case("text written outside the form", openpyxl(lambda w: w[RATINGS].__setitem__("P4", "备注")), "A25", RATINGS, "P4", HARMLESS),
    # inputs
    Case("input as formula", cells(RATINGS, H4=formula("1-0.15", "0.85")), "R20", RATINGS, "H4"),
    Case("input cells merged", sheet(RATINGS, "<autoFilter", '<mergeCells count="1"><mergeCell ref="J4:J6"/></mergeCells><autoFilter'), "A13", RATINGS, "J4", found="J4:J6"),
    # protection and checks
    Case("protection of the table removed", sheet(RATINGS, PROTECTION, ""), "A06", RATINGS),
    Case("protection of the cover removed", sheet(COVER, PROTECTION, ""), "A06", COVER),
    Case("protection switched off", sheet(SPECIAL, '<sheetProtection sheet="1"', '<sheetProtection sheet="0"'), "A06", SPECIAL),
    Case("protection removed by openpyxl", openpyxl(lambda w: w[RUBRIC].protection.disable()), "A06", RUBRIC),
    Case("checks of the table removed", openpyxl(remove_rules), "A07", RATINGS, "G4", found="G4:G53"),
    Case("one check removed", sheet(RATINGS, 'sqref="J4:J53"', 'sqref="J5:J53"'), "A07", RATINGS, "J4"),
    Case("dropdown replaced", openpyxl(add_rule("G")), "A08", RATINGS, "G4"),
    Case("check no longer enforced", sheet(RATINGS, 'type="decimal" allowBlank="1" showInputMessage="1" showErrorMessage="1"', 'type="decimal" allowBlank="1" showInputMessage="1"'), "A08", RATINGS, "H4"),
    Case("bounds of the check widened", sheet(RATINGS, r"<formula1>IF\(\$L4=0,0,INDEX\(cts_band_low,\$L4\)\)</formula1>", "<formula1>0</formula1>"), "A08", RATINGS, "H4"),
    Case("locked cell unlocked", openpyxl(unlock("I9")), "A27", RATINGS, "I9"),
    # hiding
    Case("sheet hidden", openpyxl(hide(SPECIAL)), "A09", SPECIAL, "", HARMLESS),
    Case("identity made visible", xml(WORKBOOK, ' state="veryHidden"', ""), "A10", IDENTITY, "", HARMLESS),
    Case("row hidden", sheet(RATINGS, '<row r="10"', '<row r="10" hidden="1"'), "A12", RATINGS, "A10", found="10"),
    Case("last row hidden", sheet(RATINGS, r"<row (?!.*<row )", '<row hidden="1" '), "A12", RATINGS),
    Case("column hidden", openpyxl(group_hidden("J")), "A12", RATINGS, "J1", found="J"),
    Case("rows filtered away", lambda c: with_parts(c, {part_of(RATINGS): lambda t: t.replace('<row r="10"', '<row r="10" hidden="1"').replace('<autoFilter ref="A3:J53"/>', '<autoFilter ref="A3:J53"><filterColumn colId="9"/></autoFilter>')}), "A12", RATINGS, "A10", HARMLESS),
    # the package
    Case("sheet added", openpyxl(lambda w: w.create_sheet("照片")), "A11", "照片", "", HARMLESS),
    Case("external link added", added(EXTERNAL), "A14", found="externalLink1"),
    Case("macros added", added({"xl/vbaProject.bin": "x"}), "A15", found="vbaProject"),
    Case("macro sheet added", added({"xl/macrosheets/sheet1.xml": "<macrosheet/>"}), "A15", found="xl/macrosheets/sheet1.xml"),
    Case("comment added", openpyxl(comment("J4")), "A16", "", "", HARMLESS),
    Case("name redirected", xml(WORKBOOK, SHORT, "<definedName name=\"cts_bands\">'_cts'!$E$2:$E$6</definedName>"), "A17", found="cts_bands"),
    Case("name removed", xml(WORKBOOK, SHORT, ""), "A17", found="cts_bands"),
    Case("name overruled on one sheet", openpyxl(local_name), "A17", found="cts_band_high"),
    Case("name added", openpyxl(define), "A18", "", "", HARMLESS, found="mine"),
    Case("calculation set to manual", xml(WORKBOOK, "<calcPr ", '<calcPr calcMode="manual" '), "A28"),
    # identity
    Case("identity of another workbook", cells(IDENTITY, B6="ANOTHER-1"), "A19", IDENTITY, found="issue_id"),
    Case("digest altered", cells(IDENTITY, B5="0" * 64), "W02", IDENTITY),
    Case("other edition", cells(IDENTITY, B4="2030-01-01"), "W01", IDENTITY, effect=CHANGES),
    Case("other format", cells(IDENTITY, B2="99"), "W03", IDENTITY),
    Case("properties dropped", lambda c: with_parts(c, {"docProps/custom.xml": None}), "A20", "", "", HARMLESS),
    Case("identity sheet removed", openpyxl(lambda w: w.remove(w[IDENTITY])), "W13"),
    Case("rubric removed", openpyxl(lambda w: w.remove(w[RUBRIC])), "W04", effect=HARMLESS),
    Case("special items removed", openpyxl(lambda w: w.remove(w[SPECIAL])), "W04", effect=CHANGES),
    # rows and columns
    Case("row deleted", openpyxl(lambda w: w[RATINGS].delete_rows(7)), "W08", RATINGS, effect=CHANGES),
    Case("row duplicated", cells(RATINGS, C5="5.1.1.1", E5="设立或指定专门从事售后服务工作的部门"), "W08", RATINGS, effect=CHANGES),
    Case("rows inserted in the table", openpyxl(lambda w: w[RATINGS].insert_rows(10)), "W07", RATINGS, "C11", HARMLESS),
    Case("rows inserted on the cover", openpyxl(lambda w: w[COVER].insert_rows(3)), "A23", COVER, "", HARMLESS),
    Case("sums deleted", openpyxl(lambda w: w[RATINGS].delete_rows(60, 5)), "A24", RATINGS),
    Case("foreign clause added", openpyxl(lambda w: w[RATINGS].__setitem__("C54", "5.9.9.9")), "W10", RATINGS, "C54"),
    Case("sheet renamed", openpyxl(lambda w: setattr(w[SPECIAL], "title", "特殊")), "W05", "特殊", "", HARMLESS),
    Case("sheets reordered", openpyxl(lambda w: w.move_sheet(RATINGS, -1)), "W06", "", "", HARMLESS),
    # totals
    Case("answer changed after calculation", cells(RATINGS, H4=0.9), "T01", COVER, "F8", CHANGES, "+0.05"),
    Case("base out of date", recached(RATINGS, "I4", "0.8"), "A21", COVER, "F5"),
    Case("never calculated", openpyxl(lambda _w: None), "T03", COVER, "", HARMLESS),
    Case("total shows an error", recached(COVER, "F8", "#REF!", "e"), "T06", COVER, "F8"),
    Case("final out of date", recached(COVER, "F8", "84"), "A21", COVER, "F8", CHANGES, "+1"),
)
# fmt: on
