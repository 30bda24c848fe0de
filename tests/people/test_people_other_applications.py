"""What other applications write, made from our own workbook part by part: same grade, no noise."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from altering import answers, filled, part, put, rating_cell, sheet_part, with_parts
from people.expecting import Gives, case, graded
from people.places import CLAUSES, STANDARD
from real_applications.clients.cells import entered
from real_applications.generated import sample

from cts_excel.audit.outcome import Status
from cts_excel.workbook.alterations.blank_results import shows_blank_results
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.cells import CellFault, Value
from cts_excel.workbook.ooxml.legacy import LegacyGrid
from cts_excel.workbook.ooxml.xlsx import XlsxGrid, XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets, LocatedSheet
from cts_excel.workbook.returned import marked_copy

Edit = Callable[[str], str]
DATA = Path(__file__).parents[1] / "data"
SHEETS = tuple(sheet_part(sheet) for sheet in layout.SHEETS)
SPECIAL = STANDARD.special
CLAUSE = CLAUSES[0]
ITEM = SpecialAnswer(SPECIAL.deduction.categories[0], CLAUSE, "未按承诺上门", "录音 3 号", "未整改")
BONUS = SpecialAnswer(SPECIAL.bonus.categories[0], CLAUSE, "行业领先", "公示截图", "")
FINAL = cell_address(
    layout.COVER_FIRST_ROW + [key for key, _label in layout.PANEL].index("final"),
    layout.PANEL_VALUE_COLUMN,
)


def edited(content: bytes, edit: Edit, *names: str) -> bytes:
    """Return a package with parts edited; asserts that something changed."""
    done = with_parts(content, dict.fromkeys(names, edit))
    assert any(part(done, name) != part(content, name) for name in names)
    return done


# ----- SheetJS: texts as t="str" without a formula ------------------------------------


def as_tstr(content: bytes, *names: str) -> bytes:
    xml = part(content, "xl/sharedStrings.xml")
    texts = [
        unescape("".join(re.findall(r"<t[^>]*>([^<]*)</t>", one)))
        for one in re.findall(r"<si>.*?</si>", xml, re.DOTALL)
    ]
    shared = re.compile(r'(<c r="[A-Z]+\d+"[^>]*?) t="s"([^>]*)><v>(\d+)</v>')
    return edited(
        content,
        lambda sheet: shared.sub(
            lambda m: f'{m[1]} t="str"{m[2]}><v>{escape(texts[int(m[3])])}</v>', sheet
        ),
        *names,
    )


@pytest.mark.parametrize(
    ("given", "gives"),
    [
        case(answers(deductions=(ITEM,) * 6), Gives(None, "79", "", 6, codes=("S04",)), id="fail"),
        case(answers(deductions=(ITEM,) * 2), Gives(final="83", deductions=2), id="deductions"),
        case(answers(bonuses=(BONUS,)), Gives(final="86", bonus=1), id="bonus"),
        case(answers(), Gives(final="85", level="three_star"), id="ratings"),
    ],
)
def test_texts_without_a_formula(given: Answers, gives: Gives) -> None:
    gives.check(graded(as_tstr(filled_bytes(STANDARD, given), *SHEETS)))


@pytest.mark.parametrize(
    "sheet",
    [
        case(layout.COVER, id="cover"),
        case(layout.RATINGS, id="ratings"),
        case(layout.SPECIAL, id="special"),
    ],
)
def test_texts_without_a_formula_on_one_sheet(sheet: str) -> None:
    content = as_tstr(filled_bytes(STANDARD, answers(deductions=(ITEM,))), sheet_part(sheet))
    Gives(final="84", deductions=1).check(graded(content))


@pytest.mark.parametrize("count", [1, 3, 6])
def test_what_could_not_be_read_never_migrates_silently(count: int) -> None:
    content = as_tstr(filled_bytes(STANDARD, answers(deductions=(ITEM,) * count)), *SHEETS)
    moved = migrate(content, STANDARD)
    after = graded(moved.content).score
    assert after is not None
    assert after.deductions == count or any(f.sheet == layout.SPECIAL for f in moved.findings)


# ----- POI, excelize, ExcelJS: the blank's cached results -----------------------------


def over_the_blank(given: Answers) -> bytes:
    content = template_bytes(STANDARD)
    for sheet in (layout.COVER, layout.RATINGS, layout.SPECIAL):
        cells = {}
        for cell in entered(STANDARD, given):
            if cell.sheet == sheet:
                cells[cell.address] = (
                    _serial(str(cell.value)) if cell.kind == "date" else cell.value
                )
        content = put(content, sheet, cells) if cells else content
    return content


def _serial(day: str) -> int:
    return (date.fromisoformat(day) - date(1899, 12, 30)).days


@pytest.mark.parametrize(
    ("given", "final"),
    [
        case(answers(), "85", id="ratings"),
        case(answers(deductions=(ITEM,) * 2, bonuses=(BONUS,)), "84", id="special items"),
        case(answers(percent=0.95), "95", id="five stars"),
    ],
)
def test_the_blanks_results_are_not_calculated(given: Answers, final: str) -> None:
    gives = Gives(final=final, codes=("T03",), never=("T01", "T02", "T04", "T05"))
    gives.check(graded(over_the_blank(given)))


@pytest.mark.parametrize("calculated", [False, True])
def test_the_blanks_results_among_values_only(calculated: bool) -> None:
    """SheetJS fills a blank and saves .xls: no formula is seen, the blank's results are."""
    book = XlsxWorkbook(over_the_blank(answers()))
    grids = [_values(book.grid(number)) for number in range(len(layout.SHEETS))]
    if calculated:
        grids[0][FINAL] = Decimal(85)
    cover, ratings, special, _rubric, identity = (
        LocatedSheet(name, _Values(grid)) for name, grid in zip(layout.SHEETS, grids, strict=True)
    )
    sheets = AuditSheets(cover, ratings, special, identity, ())
    assert shows_blank_results(sheets, STANDARD) is not calculated
    assert not shows_blank_results(
        replace(sheets, form=replace(sheets.form, version="99", known=False)), STANDARD
    )


class _Values(LegacyGrid):
    def __init__(self, cells: dict[str, Value]) -> None:
        super().__init__({})
        self._by_address = cells


def _values(grid: XlsxGrid) -> dict[str, Value]:
    """Return a sheet as a file type without formulas shows it: no result is a zero or nothing."""
    cells = {address: grid.at(address) for address in grid.raw.cells}
    return {a: Decimal(0) if isinstance(v, CellFault) else v for a, v in cells.items()}


@pytest.mark.parametrize("kind", ["headline", "one item", "the final score"])
def test_the_results_of_a_prefilled_blank(kind: str) -> None:
    """What the cover alone decides may differ; a result that was calculated is stated."""
    cell, sheet = {
        "headline": (
            cell_address(layout.HEADLINE_ROW, layout.RATING_COLUMN["text"]),
            layout.RATINGS,
        ),
        "one item": (rating_cell("score"), layout.RATINGS),
        "the final score": (FINAL, layout.COVER),
    }[kind]
    result = re.compile(rf'(<c r="{cell}" s="\d+")[^>]*>(<f>[^<]*</f>)<v>[^<]*</v>')
    content = edited(
        over_the_blank(answers()),
        lambda xml: result.sub(r'\1 t="str">\2<v>12</v>', xml),
        sheet_part(sheet),
    )
    codes = {f.code for f in graded(content).findings}
    assert ("T03" in codes) == (kind == "headline")
    assert bool(codes & {"T01", "T05", "T06"}) == (kind != "headline")


def test_a_stated_zero_among_true_results_is_stated() -> None:
    """Only a workbook whose results are all the blank's was never calculated."""
    sheet = sheet_part(layout.COVER)
    final = re.compile(rf'(<c r="{FINAL}"[^>]*><f>[^<]*</f><v>)85(?:\.0)?(</v>)')
    outcome = graded(edited(filled(), lambda xml: final.sub(r"\g<1>0\2", xml), sheet))
    assert "T01" in {f.code for f in outcome.findings}


# ----- ExcelJS, Gnumeric, Google: the same name, formula or rule, spelled otherwise ---


def _names(edit: Edit) -> Callable[[bytes], bytes]:
    return lambda content: edited(content, edit, "xl/workbook.xml")


def _formulas(edit: Edit) -> Callable[[bytes], bytes]:
    formula = re.compile(r"(?<=<f>)[^<]*(?=</f>)")
    return lambda content: edited(
        content, lambda xml: formula.sub(lambda m: edit(m[0]), xml), *SHEETS[:3]
    )


def _rules(edit: Edit) -> Callable[[bytes], bytes]:
    return lambda content: edited(content, edit, *SHEETS[:3])


def _as_ranges(xml: str) -> str:
    """Put the range in the place of each list's name, as Google Sheets does."""
    for name, target in _targets().items():
        xml = xml.replace(f"<formula1>{name}</formula1>", f"<formula1>{target}</formula1>")
    return xml


def _targets() -> dict[str, str]:
    book = part(filled(), "xl/workbook.xml")
    return dict(re.findall(r'<definedName name="(cts_\w+)">([^<]*)</definedName>', book))


def _cell_by_cell(xml: str) -> str:
    """List a rule of a range once per cell, as ExcelJS does."""

    def split(rule: re.Match[str]) -> str:
        first, last = int(rule[3]), int(rule[4])
        rows = range(first, last + 1)
        return "".join(f'{rule[1]}sqref="{rule[2]}{n}"{rule[5]}' for n in rows)

    pattern = r'(<dataValidation [^>]*)sqref="([A-Z]+)(\d+):\2(\d+)"(.*?</dataValidation>)'
    return re.sub(pattern, split, xml, flags=re.DOTALL)


def _twice(xml: str) -> str:
    return re.sub(r"(<dataValidation .*?</dataValidation>)", r"\1\1", xml, count=1, flags=re.DOTALL)


def _minus(formula: str) -> str:
    """Write -(-(x)) for --(x), as Gnumeric does."""
    while (start := formula.find("--(")) >= 0:
        depth, end = 0, start + 2
        while True:
            depth += {"(": 1, ")": -1}.get(formula[end], 0)
            end += 1
            if depth == 0:
                break
        formula = f"{formula[:start]}-(-{formula[start + 2 : end]}){formula[end:]}"
    return formula


def _spaced(formula: str) -> str:
    """Put a blank behind each comma, but for those within a text."""
    return re.sub(r'("[^"]*")|,', lambda m: m[1] or ", ", formula)


SPELLED = (
    case(_names(lambda x: x.replace(":$J$2<", "<")), id="X for X:X"),
    case(_names(lambda x: x.replace("'_cts'!", "_cts!")), id="names without quotes"),
    case(
        _names(lambda x: re.sub(r"'_cts'!(\$\w+\$\d+):(\$\w+\$\d+)", r"_cts!\1:_cts!\2", x)),
        id="the sheet at both ends",
    ),
    case(
        _formulas(lambda x: x.replace("'评分表'!", "评分表!").replace("'特别项'!", "特别项!")),
        id="formulas without quotes",
    ),
    case(_formulas(_minus), id="-(-(x)) for --x"),
    case(
        _formulas(lambda x: x.replace("IF(((50-", "IF((50-").replace(")))&gt;0,", "))&gt;0,")),
        id="redundant brackets dropped",
    ),
    case(_formulas(_spaced), id="blanks in formulas"),
    case(_rules(_as_ranges), id="a list as its range"),
    case(
        _rules(lambda x: _as_ranges(x).replace("'_cts'!", "_cts!")),
        id="a list as its range, no quotes",
    ),
    case(_rules(_cell_by_cell), id="a rule cell by cell"),
    case(_rules(_twice), id="a rule listed twice"),
)


@pytest.mark.parametrize("change", SPELLED)
def test_the_same_thing_spelled_otherwise_is_no_alteration(
    change: Callable[[bytes], bytes],
) -> None:
    outcome = graded(change(filled()))
    Gives(final="85", level="three_star").check(outcome)
    assert [f.code for f in outcome.findings if f.code in {"A01", "A08", "A17", "A18"}] == []


# ----- SheetJS: a macro content type as a default, and no macro -----------------------

MS = "application/vnd"
FAULTY = answers(ratings={CLAUSE: RatingAnswer("80%-100%", None, "查阅记录")})


@pytest.mark.parametrize(
    "declared",
    [
        case(("bin", f"{MS}.ms-office.vbaProject"), id="vbaProject"),
        case(("vba", f"{MS}.ms-office.vbaProject"), id="another extension"),
        case(("bin", f"{MS}.ms-excel.sheet.binary.macroEnabled.main"), id="sheet"),
        case(("xlsm", f"{MS}.ms-excel.sheet.macroEnabled.12"), id="xlsm"),
    ],
)
def test_a_declared_type_is_no_macro(declared: tuple[str, str]) -> None:
    extension, content_type = declared
    default = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
    content = edited(
        filled_bytes(STANDARD, FAULTY),
        lambda xml: re.sub(r"(<Types[^>]*>)", rf"\1{default}", xml),
        "[Content_Types].xml",
    )
    outcome = graded(content)
    Gives(Status.NEEDS_CORRECTION, codes=("R02",), never=("A15",)).check(outcome)
    assert graded(marked_copy(content, outcome)).score == outcome.score


# ----- .ods as Gnumeric, Calligra, SheetJS and ONLYOFFICE write it --------------------


def ods(edit: Edit = str, *, mimetype: bool = True, last: bool = False) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(DATA / "filled_by_libreoffice.ods") as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        names = sorted(source.namelist(), key=lambda n: (n == "mimetype") == last)
        for name in names:
            if name == "mimetype" and not mimetype:
                continue
            content = source.read(name)
            written.writestr(name, edit(content.decode()) if name == "content.xml" else content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        case(ods(), id="as it is"),
        case(
            ods(lambda x: x.replace("><table:table-cell", ">\n  <table:table-cell")),
            id="indented cells",
        ),
        case(
            ods(lambda x: re.sub(r"(</?table:[\w-]+[^>]*>)", r"\1\n", x)),
            id="indented table",
        ),
        case(
            ods(lambda x: x.replace("</table:table-cell>", "</table:table-cell> ")),
            id="one blank",
        ),
        case(
            ods(
                lambda x: re.sub(
                    r"<table:table-cell ([^>]*)/>",
                    r'<table:table-cell office:value-type="float" office:value="" \1/>',
                    x,
                )
            ),
            id="empty values",
        ),
        case(ods(mimetype=False), id="no mimetype"),
        case(ods(last=True), id="mimetype last"),
        case(
            ods(
                lambda x: x.replace("</table:table-cell>", "</table:table-cell>\n"), mimetype=False
            ),
            id="both",
        ),
    ],
)
def test_ods_of_other_applications(content: bytes) -> None:
    same = graded(filled_bytes(STANDARD, sample(STANDARD)))
    outcome = graded(content)
    assert (outcome.status, outcome.score) == (Status.GRADED, same.score)
    assert outcome.findings == same.findings
