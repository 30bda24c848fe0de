"""Pictures as evidence: floating, in a cell by WPS, in a cell by Excel; and pictures elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from altering import answers, built_in, judged
from people.expecting import Gives, case, graded
from people.pictures import PNG, by_excel, by_wps, floating, packed, parts_of
from people.places import CLAUSES, STANDARD, cover, deduction, rating, ratings

import cts_excel.standard
from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.batch.outputs.columns import RATINGS, SPECIALS
from cts_excel.second_reader.confirming import confirm
from cts_excel.second_reader.model import ProblemKind
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.returned import marked_copy

COVER, SHEET, SPECIAL = (f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 3))
FIRST, LAST = 4, 6
CELLS = [rating("evidence", n) for n in range(FIRST, LAST + 1)]
RANGE = ratings("evidence", FIRST, LAST)
BUILT_IN = Path(cts_excel.standard.__file__).parent / "cts_after_sales_2025.toml"
CATEGORY = STANDARD.special.deduction.categories[0]
PROOF = cell_address(layout.DEDUCTION_FIRST_ROW, layout.SPECIAL_COLUMN["evidence"])


def without_evidence(text: str = "", **more: Any) -> bytes:
    rated = {CLAUSES[n]: RatingAnswer("80%-100%", 0.85, text) for n in range(FIRST, LAST + 1)}
    return filled_bytes(STANDARD, answers(ratings=rated, **more))


BLANK = without_evidence()
FLOATING = floating(BLANK, SHEET, dict.fromkeys(CELLS, ""))
WPS = by_wps(BLANK, SHEET, {cell: f"ID_{cell}" for cell in CELLS})
EXCEL = by_excel(BLANK, SHEET, CELLS)
BEFORE = [rating("score", n) for n in range(FIRST, LAST + 1)]
BESIDE = {f"{before}:{cell}": "" for before, cell in zip(BEFORE, CELLS, strict=True)}


@pytest.mark.parametrize(
    ("content", "count"),
    [
        case(FLOATING, 3, id="floating"),
        case(
            floating(BLANK, SHEET, dict.fromkeys([*CELLS, CELLS[0]], "")), 3, id="one place twice"
        ),
        case(floating(BLANK, SHEET, BESIDE), 3, id="begins in the column before"),
        case(floating(BLANK, SHEET, {f"{c}:K{int(c[1:]) + 9}": "" for c in CELLS}), 3, id="large"),
        case(floating(without_evidence("/"), SHEET, dict.fromkeys(CELLS, "")), 3, id="over /"),
        case(WPS, 3, id="WPS"),
        case(by_wps(BLANK, SHEET, dict.fromkeys(CELLS, "ID_A")), 3, id="WPS, one image"),
        case(by_wps(BLANK, SHEET, dict.fromkeys(CELLS, "ID_A"), cached="#NAME?"), 3, id="#NAME?"),
        case(EXCEL, 3, id="Excel"),
    ],
)
def test_a_picture_is_evidence(content: bytes, count: int) -> None:
    outcome = graded(content)
    Gives(final="85", level="three_star", says={RANGE: "图片计作审核证据"}).check(outcome)
    assert Code.EVIDENCE_MISSING not in {f.code for f in outcome.findings}
    pictured = [r.clause for r in outcome.audit.ratings if r.pictures]
    assert pictured == list(CLAUSES[FIRST : LAST + 1])
    assert len(pictured) == count


def test_pictures_are_counted_and_written_beside_the_text() -> None:
    texts = dict.fromkeys(CELLS, "") | {f"{CELLS[1]}:{CELLS[1]}": ""}
    outcome = graded(floating(without_evidence("见照片"), SHEET, texts))
    column = next(column for column in RATINGS.columns if column.name == "evidence")
    shown = [column.value(row) for row in RATINGS.rows(outcome, STANDARD)]
    assert shown[FIRST : LAST + 1] == [
        "见照片〔图片 1 张〕",
        "见照片〔图片 2 张〕",
        "见照片〔图片 1 张〕",
    ]
    (found,) = [f for f in outcome.findings if f.code == Code.EVIDENCE_IS_PICTURE]
    assert (found.cell, found.found) == (RANGE, "4 张")


@pytest.mark.parametrize(
    "content",
    [
        case(by_wps(BLANK, SHEET, dict.fromkeys(CELLS, "ID_A"), images=False), id="WPS"),
        case(
            by_wps(BLANK, SHEET, dict.fromkeys(CELLS, "ID_A"), images=False, cached="#NAME?"),
            id="saved by Excel",
        ),
        case(without_evidence('=DISPIMG("ID_8E1",1)'), id="formula without result"),
    ],
)
def test_a_picture_that_is_lost_is_an_error_of_its_own(content: bytes) -> None:
    outcome = graded(content)
    Gives(Status.NEEDS_CORRECTION, "85", says={RANGE: "图片已丢失"}).check(outcome)


@pytest.mark.parametrize("suffix", ["", " 张三", "（附件）"])
def test_a_text_that_tells_of_a_picture_is_a_text(suffix: str) -> None:
    Gives(final="85").check(graded(without_evidence(f"见照片{suffix}")))


@pytest.mark.parametrize(
    ("content", "told", "words"),
    [
        case(floating(BLANK, SHEET, {"D5": ""}), "D5", "图片 1 张", id="beside"),
        case(floating(BLANK, SHEET, {rating("band", 1): ""}), "", "图片 1 张", id="on a band"),
        case(floating(BLANK, SHEET, {CELLS[0]: "查阅 3 份"}), CELLS[0], "查阅 3 份", id="text box"),
        case(floating(BLANK, SHEET, {f"{BEFORE[0]}:{CELLS[2]}": ""}), "", "图片 1 张",
             id="over three rows"),
    ],
)  # fmt: skip
def test_what_is_drawn_elsewhere_is_no_evidence_and_named(
    content: bytes, told: str, words: str
) -> None:
    outcome = graded(content)
    Gives(final="85", says={RANGE: "缺审核证据", **({told: words} if told else {})}).check(outcome)
    (found,) = [f for f in outcome.findings if f.code == Code.CONTENT_OUTSIDE_FORM]
    assert words in found.found


@pytest.mark.parametrize(
    ("part", "cell", "words"),
    [
        case(COVER, cover("企业名称"), "请填写企业名称", id="name"),
        case(SHEET, rating("band", FIRST), "评分档无效", id="band"),
        case(SHEET, rating("percent", FIRST), "评分比例不是数字", id="percentage"),
    ],
)
def test_a_picture_in_another_input_is_an_error(part: str, cell: str, words: str) -> None:
    content = by_wps(without_evidence("记录"), part, {cell: "ID_A"})
    outcome = graded(content)
    Gives(Status.NEEDS_CORRECTION, says={cell: words}).check(outcome)
    assert [f.code for f in outcome.findings if f.cell == cell].__len__() == 1


@pytest.mark.parametrize("how", ["floating", "WPS", "Excel"])
def test_a_special_item_proved_by_a_picture(how: str) -> None:
    item = SpecialAnswer(CATEGORY, CLAUSES[0], "未按承诺上门", "", "未整改")
    content = filled_bytes(STANDARD, answers(deductions=(item,)))
    content = {
        "floating": lambda: floating(content, SPECIAL, {PROOF: ""}),
        "WPS": lambda: by_wps(content, SPECIAL, {PROOF: "ID_A"}),
        "Excel": lambda: by_excel(content, SPECIAL, [PROOF]),
    }[how]()
    outcome = graded(content)
    # The form itself counts texts only.
    Gives(final="84", deductions=1, says={PROOF: "图片计作审核证据"}).check(outcome)
    (row,) = SPECIALS.rows(outcome, STANDARD)
    assert row.item.evidence_shown == "〔图片 1 张〕"


@pytest.mark.parametrize(
    ("part", "cell", "kind"),
    [(SHEET, CELLS[0], ProblemKind.EVIDENCE_MISSING),
     (SPECIAL, PROOF, ProblemKind.SPECIAL_INCOMPLETE)],
    ids=["rating", "special item"],
)  # fmt: skip
@pytest.mark.parametrize("insert", [
    case(lambda content, part, cell: floating(content, part, {cell: ""}), id="floating"),
    case(lambda content, part, cell: by_wps(content, part, {cell: "ID_A"}), id="WPS"),
    case(lambda content, part, cell: by_excel(content, part, [cell]), id="Excel"),
])  # fmt: skip
def test_the_second_reader_sees_the_pictures_too(
    insert: Callable[[bytes, str, str], bytes], part: str, cell: str, kind: ProblemKind
) -> None:
    """Evidence is required here: without the picture neither reading has a grade."""
    rule = "require_evidence = "
    text = BUILT_IN.read_text("utf-8").replace(f"{rule}false", f"{rule}true")
    of_item, of_rating = ("", "记录") if part == SPECIAL else ("记录", "")
    item = SpecialAnswer(CATEGORY, CLAUSES[0], "未按承诺上门", of_item, "未整改")
    rated = {CLAUSES[FIRST]: RatingAnswer("80%-100%", 0.85, of_rating)}
    content = filled_bytes(STANDARD, answers(ratings=rated, deductions=(item,)))
    assert [problem.kind for problem in confirm(content, text.encode()).problems] == [kind]
    content = insert(content, part, cell)
    reading = confirm(content, text.encode())
    assert (reading.problems, reading.final, reading.level) == ((), 84, "three_star")
    Gives(final="84", deductions=1).check(graded(content))


def test_a_picture_alone_is_no_special_item_and_named() -> None:
    content = floating(without_evidence("记录"), SPECIAL, {PROOF: ""})
    Gives(final="85", deductions=0, says={deduction(0): "图片 1 张"}).check(graded(content))


@pytest.mark.parametrize("content", [case(FLOATING, id="floating"), case(WPS, id="WPS"),
                                     case(EXCEL, id="Excel")])  # fmt: skip
def test_a_marked_copy_keeps_the_pictures(content: bytes) -> None:
    faulty = by_wps(content, COVER, {cover("审核组长"): "ID_A"}, images=False)
    outcome = graded(faulty)
    assert outcome.status is Status.NEEDS_CORRECTION
    copy = marked_copy(faulty, outcome)
    assert {n: d for n, d in parts_of(copy).items() if "media" in n or "cellimages" in n} == {
        n: d for n, d in parts_of(faulty).items() if "media" in n or "cellimages" in n
    }
    again = graded(copy)
    assert [r.pictures for r in again.audit.ratings] == [r.pictures for r in outcome.audit.ratings]


@pytest.mark.parametrize("content", [case(FLOATING, id="floating"), case(WPS, id="WPS"),
                                     case(EXCEL, id="Excel")])  # fmt: skip
def test_migrating_says_that_a_picture_stays_behind(content: bytes) -> None:
    lost = [f for f in migrate(content, STANDARD).findings if f.code == Code.NOT_CARRIED_OVER]
    assert any("图片" in f.found for f in lost)


def test_pictures_satisfy_a_policy_that_asks_for_evidence() -> None:
    policy = msgspec.structs.replace(built_in().policy, require_evidence=True)
    standard = msgspec.structs.replace(built_in(), policy=policy)
    assert judged(FLOATING, standard).status is Status.GRADED
    assert judged(BLANK, standard).status is Status.NEEDS_CORRECTION


@pytest.mark.parametrize(
    ("picture", "warned"),
    [
        case("Pictures/a.png", False, id="in the package"),
        case("./Pictures/a.png", False, id="with a dot"),
        case("https://example.org/a.png", True, id="a link"),
    ],
)
def test_a_picture_in_an_ods(picture: str, warned: bool) -> None:
    saved = parts_of((Path(__file__).parents[1] / "data/filled_by_libreoffice.ods").read_bytes())
    xml = saved["content.xml"].decode()
    text = "查阅记录 1 份，符合"
    at = xml.index(f"<text:p>{text}</text:p>", xml.index(">5.1.1.1<"))
    frame = f'<draw:frame><draw:image xlink:href="{picture}"/></draw:frame>'
    changed = (
        xml[:at] + frame + xml[at:].replace(f"<text:p>{text}</text:p>", "<text:p>/</text:p>", 1)
    )
    outcome = graded(packed(saved | {"content.xml": changed.encode(), "Pictures/a.png": PNG}))
    (cell,) = {f.cell for f in outcome.findings if f.code == Code.EVIDENCE_MISSING} or {""}
    assert bool(cell) is warned
    assert [r.clause for r in outcome.audit.ratings if r.pictures] == (
        [] if warned else ["5.1.1.1"]
    )
