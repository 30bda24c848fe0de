"""What an issuing body prints on its forms: seen on paper, never graded or compared."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from zipfile import ZipFile

import msgspec
import openpyxl
import pytest
from PIL import Image

from cts_excel.audit.cover import Cover
from cts_excel.batch.store.plan import fingerprint
from cts_excel.standard.loading import load_standard, with_form
from cts_excel.standard.model import Form
from cts_excel.standard.shape import ShapeError
from cts_excel.workbook.form import imprint as module
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.imprint import Imprint, LogoError, load_imprint
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.issuing.prefill import prefilled_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.read_audit import read_audit

STANDARD = load_standard()
SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
PLACE = layout.UNCOMPARED[0][1]


def picture(path: Path, size: tuple[int, int] = (300, 100), **options: object) -> Path:
    Image.new(str(options.pop("mode", "RGB")), size, options.pop("colour", "red")).save(
        path, **options
    )
    return path


def imprint(tmp_path: Path, logo: str = "logo.png") -> Imprint:
    path = picture(tmp_path / logo)
    return load_imprint(Form("QR&27", "A/2", "示例 & 认证机构", str(path)))


def test_texts_stand_on_the_cover_and_above_every_page(tmp_path: Path) -> None:
    content = template_bytes(STANDARD, imprint=imprint(tmp_path))
    book = openpyxl.load_workbook(io.BytesIO(content))
    text = "示例 & 认证机构　文件编号：QR&27　版次：A/2"
    assert book[layout.COVER][PLACE].value == text
    assert book[layout.COVER][PLACE].protection.locked
    with ZipFile(io.BytesIO(content)) as package:
        for number in range(1, len(layout.SHEETS)):
            part = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            (header,) = re.findall("<oddHeader>(.*?)</oddHeader>", part)
            left, right = html.unescape(header).split("&R")
            assert left.endswith("示例 && 认证机构")  # a single & would begin a code
            assert right.endswith("文件编号：QR&&27　版次：A/2")


def test_a_form_of_nobody_in_particular_has_neither_text_nor_picture() -> None:
    content = template_bytes(STANDARD)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[layout.COVER][PLACE].value is None
    assert not book[layout.RATINGS].oddHeader.left.text
    assert not [n for n in ZipFile(io.BytesIO(content)).namelist() if "media" in n]


@pytest.mark.parametrize("logo", ["logo.png", "logo.jpg", "横幅.jpeg"])
def test_the_logo_keeps_its_shape_and_stays_clear_of_the_texts(tmp_path: Path, logo: str) -> None:
    content = template_bytes(STANDARD, imprint=imprint(tmp_path, logo))
    sheet = openpyxl.load_workbook(io.BytesIO(content))[layout.COVER]
    (image,) = sheet._images
    start, end = image.anchor._from, image.anchor.to
    assert start.col == end.col == layout.PANEL_VALUE_COLUMN
    assert (start.row, end.row) == (0, layout.ISSUER_ROW - 1)
    heights = [sheet.row_dimensions[row + 1].height * 12700 for row in range(layout.ISSUER_ROW)]
    wide, high = end.colOff - start.colOff, sum(heights[:-1]) + end.rowOff - start.rowOff
    assert abs(wide / high - 3) < 0.1
    last = max(area.max_col for area in sheet.merged_cells.ranges if area.min_row <= 2)
    assert last <= layout.PANEL_VALUE_COLUMN  # the columns left of it


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "LA"])
def test_pictures_of_every_kind_are_taken(tmp_path: Path, mode: str) -> None:
    logo = load_imprint(
        Form(logo=str(picture(tmp_path / "a.png", (10, 10), mode=mode, colour=0)))
    ).logo
    assert logo is not None
    assert (logo.width, logo.height) == (10, 10)


def test_a_large_picture_is_stored_no_larger_than_print_needs(tmp_path: Path) -> None:
    logo = load_imprint(Form(logo=str(picture(tmp_path / "a.png", (4000, 1000))))).logo
    assert logo is not None
    assert max(logo.width, logo.height) < 1000


BAD = {
    "missing": (lambda path: None, "cannot be read"),
    "a folder": (lambda path: path.mkdir(), "cannot be read"),
    "a text": (lambda path: path.write_text("logo"), "not a PNG or JPEG"),
    "another type": (lambda path: picture(path, format="GIF"), "not a PNG or JPEG"),
    "cut off": (
        lambda path: path.write_bytes(picture(path, (90, 90)).read_bytes()[:80]),
        "not a PNG or JPEG",
    ),
    "empty": (lambda path: path.write_bytes(b""), "not a PNG or JPEG"),
    "too large": (lambda path: path.write_bytes(b"\x89PNG" + bytes(2 << 20)), "larger than 2 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_logo_that_cannot_be_printed_is_refused(tmp_path: Path, name: str) -> None:
    make, problem = BAD[name]
    path = tmp_path / "logo.png"
    make(path)
    with pytest.raises(LogoError, match=problem) as caught:
        load_imprint(Form(logo=str(path)))
    assert str(path) in str(caught.value)


def test_a_picture_that_inflates_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "a.png", (10, 10))
    for where, name in ((module, "MOST_PIXELS"), (Image, "MAX_IMAGE_PIXELS")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, 99)
            with pytest.raises(LogoError, match="too many pixels"):
                load_imprint(Form(logo=str(path)))
    assert load_imprint(Form(logo=str(path))).logo


def test_another_machine_without_the_settings_finds_nothing_altered(tmp_path: Path) -> None:
    plain, printed = (
        read_audit(template_bytes(STANDARD, imprint=one), STANDARD)
        for one in (Imprint(), imprint(tmp_path))
    )
    assert printed.findings == plain.findings
    assert printed == plain


def test_a_formula_in_place_of_the_printed_text_is_noticed(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(STANDARD, imprint=imprint(tmp_path))))
    book[layout.COVER][PLACE] = "=1+1"
    buffer = io.BytesIO()
    book.save(buffer)
    audit = read_audit(buffer.getvalue(), STANDARD)
    assert PLACE in {found.cell for found in audit.findings if found.code == "A04"}


def test_a_migrated_workbook_does_not_miss_the_old_logo(tmp_path: Path) -> None:
    old = template_bytes(
        STANDARD, answers=Answers(cover={"企业名称": "甲"}), imprint=imprint(tmp_path)
    )
    found = migrate(old, STANDARD).findings
    assert [one.found for one in found if one.code == "M02"] == []
    book = openpyxl.load_workbook(
        io.BytesIO(migrate(old, STANDARD, imprint=imprint(tmp_path)).content)
    )
    assert book[layout.COVER][PLACE].value.startswith("示例")


def test_issued_workbooks_carry_it_too(tmp_path: Path) -> None:
    cover = Cover(organisation="甲", audit_no="A1")
    content = prefilled_bytes(STANDARD, cover, "x", imprint(tmp_path))
    sheet = openpyxl.load_workbook(io.BytesIO(content))[layout.COVER]
    assert sheet[PLACE].value.startswith("示例")
    assert len(sheet._images) == 1
    assert (
        openpyxl.load_workbook(io.BytesIO(prefilled_bytes(STANDARD, cover, "x")))[layout.COVER][
            PLACE
        ].value
        is None
    )


def test_the_table_of_a_standard_file_names_the_logo_from_its_own_folder(tmp_path: Path) -> None:
    file = tmp_path / "mine" / "standard.toml"
    file.parent.mkdir()
    form = '[form]\ndocument_no = "QR-1"\nlogo = "bilder/logo.png"\n\n[special.deduction]'
    text = SMALL.read_text("utf-8")
    file.write_text(text.replace("[special.deduction]", form, 1), "utf-8")
    standard = load_standard(file)
    assert standard.form.document_no == "QR-1"
    assert standard.form.logo == str(file.parent / "bilder" / "logo.png")
    # It changes no rule: a run is proved on a machine without it.
    assert fingerprint(standard) == fingerprint(load_standard(SMALL))
    assert standard.digest == load_standard(SMALL).digest


def test_settings_win_over_the_standard_file_key_by_key(tmp_path: Path) -> None:
    standard = msgspec.structs.replace(STANDARD, form=Form("QR-1", "A", "甲机构", "/x/logo.png"))
    form = with_form(standard, {"revision": "B", "logo": "own.png"}, tmp_path).form
    assert form == Form("QR-1", "B", "甲机构", str(tmp_path / "own.png"))
    assert with_form(standard, {"logo": ""}, tmp_path).form.logo == ""


@pytest.mark.parametrize(
    ("table", "path", "problem"),
    [
        ({"document": "x"}, "form.document", "unknown key 'document'"),
        ({"revision": 3}, "form.revision", "this must be text in quotes, not a whole number"),
        ({"body": "甲" * 61}, "form.body", "the text has 61 characters, at most 60 fit"),
        ({"document_no": "A\nB"}, "form.document_no", "an invisible or control character"),
        ({"revision": " A"}, "form.revision", "begins or ends with a space"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    table: dict[str, object], path: str, problem: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        with_form(STANDARD, table, Path())
    assert caught.value.fault.path == path
    assert problem in caught.value.fault.problem
