"""No file vanishes: archives, folders, files under wrong names (spec: A grading run)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from batch.batches import numbered, put_files
from people.command import cts_excel, grade, rows_of
from people.expecting import case

pytestmark = pytest.mark.slow  # a run of its own per row


def zipped(files: Mapping[str, bytes], *, gbk: bool = False) -> bytes:
    """Return an archive; ``gbk`` stores names as Chinese Windows does, without the UTF-8 flag."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files.items()):
            stored = chr(ord("A") + number) * len(name.encode("gb18030")) if gbk else name
            archive.writestr(stored, content)
    made = target.getvalue()
    if gbk:
        for number, name in enumerate(files):
            raw = name.encode("gb18030")
            made = made.replace(bytes([ord("A") + number]) * len(raw), raw)
    return made


ADDED = (
    *("1.xlsx (1)", "2.xlsx(2)", "3.xlsx.", "4 - 副本.xlsx", "5.xlsx.bak", "6.xlsx_", "7.xlsx~"),
    *("8.xlsx.1", "9.xlsx.txt", "10.xlsx.下载", "11.xlsx.zip", "12.wps"),
)
# (files of the folder, names of the lines that are graded)
FOLDERS = (
    case({"a.zip": zipped({"1.xlsx": numbered(1)})}, {"a.zip/1.xlsx"}, id="zip"),
    case(
        {"a.zip": zipped({"甲.xlsx": numbered(1), "乙/丙.xlsx": numbered(2)}, gbk=True)},
        {"a.zip/甲.xlsx", "a.zip/乙/丙.xlsx"},
        id="names in GBK",
    ),
    case(
        {"a.zip": zipped({"b.zip": zipped({"1.xlsx": numbered(1)})})},
        {"a.zip/b.zip/1.xlsx"},
        id="zip in a zip",
    ),
    case(
        {"a.zip": zipped({"1.xlsx": numbered(1), "__MACOSX/._1.xlsx": b"\0\5\x16\7" * 9})},
        {"a.zip/1.xlsx"},
        id="macOS",
    ),
    case(
        {"审核资料": zipped({"1.xlsx": numbered(1)})},
        {"审核资料/1.xlsx"},
        id="zip without a name",
    ),
    case({"甲公司": numbered(1)}, {"甲公司"}, id="no extension"),
    case({"1.xlsx.download": numbered(1)}, {"1.xlsx.download"}, id="download"),
    case({"1.xlsx.tmp": numbered(1)}, {"1.xlsx.tmp"}, id="tmp"),
    case({"1.XLSX": numbered(1), "2.xls": numbered(2)}, {"1.XLSX", "2.xls"}, id="case, xls"),
    case({"1.doc": numbered(1)}, {"1.doc"}, id="another application's name"),
    case(
        {name: numbered(n) for n, name in enumerate(ADDED)}, set(ADDED), id="what is added to names"
    ),
    case(
        {
            "a.zip": zipped(
                {"甲/desktop.ini": b"x", "甲/Thumbs.db": b"x", "甲/1.xlsx": numbered(1)}
                | {"甲/~$1.xlsx": b"x", ".DS_Store": b"x"}
            )
        },
        {"a.zip/甲/1.xlsx"},
        id="a folder of Windows",
    ),
)


@pytest.mark.parametrize(("files", "names"), FOLDERS)
def test_every_workbook_is_graded(files: dict[str, bytes], names: set[str], tmp_path: Path) -> None:
    lines = grade(put_files(tmp_path / "in", files), tmp_path / "run")
    assert {name: line["status"] for name, line in lines.items()} == dict.fromkeys(names, "graded")


def test_an_archive_as_argument(tmp_path: Path) -> None:
    put_files(tmp_path, {"returned.zip": zipped({"甲.xlsx": numbered(1), "乙.xlsx": numbered(2)})})
    cts_excel("grade", tmp_path / "returned.zip", "-o", tmp_path / "run")
    record = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["graded"] == 2


@pytest.mark.parametrize("name", ["说明.txt", "照片.jpg", "合同.pdf"])
def test_what_is_passed_over_is_named(name: str, tmp_path: Path) -> None:
    folder = put_files(tmp_path / "in", {"1.xlsx": numbered(1), name: b"\xff\xd8\xff something"})
    said = cts_excel("grade", folder, "-o", tmp_path / "run")
    assert name in said
    assert name in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")


HTML = b"<html><body><table><tr><td>1</td></tr></table></body></html>"
FLAT = (
    b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
    b'office:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>'
)
NUMBERS = zipped({"Index/Document.iwa": b"\0", "Index/Tables/DataList.iwa": b"\0"})
FOREIGN = (
    case("a.xls", HTML, id="HTML"),
    case("a.xls", b"\xef\xbb\xbf" + HTML, id="HTML with a mark"),
    case("a.xls", "企业名称\t得分\n甲\t1\n".encode("gb18030"), id="text"),
    case("a.xlsx", b"%PDF-1.7\n", id="PDF"),
    case("a.xlsx", b"Rar!\x1a\x07\x01\0", id="rar named xlsx"),
    case("a.rar", b"Rar!\x1a\x07\x01\0", id="rar"),
    case("a.7z", b"7z\xbc\xaf\x27\x1c\0\4", id="7z"),
    case("a.fods", FLAT, id="fods"),
    case("a.numbers", NUMBERS, id="numbers"),
    case("a.et", b"no workbook", id="et"),
    case("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", id="saved page"),
    case("a.xlsx", zipped({"1.xlsx": b"x"}), id="zip named xlsx"),
    case("a.tsv.xls", "条款\t比例\n".encode("utf-16"), id="UTF-16 text"),
    case("a.xlsx", zipped({"word/a": b"x", "[Content_Types].xml": b"wordprocessingml"}), id="docx"),
    case("a.xlsx", b"\0" * 3000, id="zeros"),
    case("a.tar", b"\0" * 257 + b"ustar" + b"\0" * 250, id="tar"),
)
NAMES = {"xlsx", "Excel", "WPS", "LibreOffice", "HTML", "PDF", "RAR", "ZIP", "Numbers", "XML"}
NAMES |= {"OpenDocument", "ODS", "CSV", "TAR"}


@pytest.mark.parametrize(("name", "content"), FOREIGN)
def test_what_cannot_be_read_is_rejected_with_a_repair_that_helps(
    name: str, content: bytes, tmp_path: Path
) -> None:
    folder = put_files(tmp_path / "in", {name: content})
    (line,) = grade(folder, tmp_path / "run").values()
    assert line["status"] == "rejected"
    said = cts_excel("check", "--legacy", folder / name).split(name)[1]
    assert "--legacy" not in said
    words = set(re.findall(r"[A-Za-z][A-Za-z0-9]+", said.replace("F08", "")))
    assert {word for word in words if word.upper() not in {n.upper() for n in NAMES}} == set()


@pytest.mark.parametrize(
    ("files", "name", "words"),
    [
        case({"a.xlsx": zipped({"1.xlsx": numbered(1)})}, "a.xlsx", "改回 .zip", id="zip as xlsx"),
        case({"a.zip": zipped({f"{n}.txt": b"" for n in range(20_001)})}, "a.zip", "分成几个",
             id="too many"),
        case({"a.zip": zipped({})}, "a.zip", "没有工作簿", id="empty"),
        case({"a.zip": zipped({"1.jpg": b"\xff\xd8\xff"})}, "a.zip", "没有工作簿", id="pictures"),
        case({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"1.xlsx": b"x"})})})},
             "a.zip/b.zip/c.zip", "嵌套", id="too deep"),
    ],
)  # fmt: skip
def test_an_archive_that_is_not_read_says_what_to_do(
    files: dict[str, bytes], name: str, words: str, tmp_path: Path
) -> None:
    folder = put_files(tmp_path / "in", files)
    assert grade(folder, tmp_path / "run")[name]["status"] == "rejected"
    (line,) = (r for r in rows_of(tmp_path / "run" / "findings.csv") if r["file"].endswith(name))
    assert words in line["repair"]


def test_one_file_loose_and_in_a_zip_counts_once(tmp_path: Path) -> None:
    book = numbered(1)
    folder = put_files(tmp_path / "in", {"a.xlsx": book, "b.zip": zipped({"x/a.xlsx": book})})
    lines = grade(folder, tmp_path / "run")
    assert {name: line["status"] for name, line in lines.items()} == {
        "a.xlsx": "graded",
        "b.zip/x/a.xlsx": "duplicate",
    }


def test_names_that_differ_in_capitals_are_two_files(tmp_path: Path) -> None:
    inside = {"A.xlsx": numbered(1), "a.xlsx": numbered(2)}
    lines = grade(put_files(tmp_path / "in", {"b.zip": zipped(inside)}), tmp_path / "run")
    assert {line["status"] for line in lines.values()} == {"graded"}
    assert lines.keys() == {"b.zip/A.xlsx", "b.zip/a.xlsx"}


def test_a_corrected_copy_replaces_its_original(tmp_path: Path) -> None:
    from altering import answers, built_in, put
    from people.places import CLAUSES, rating

    from cts_excel.workbook.form import layout
    from cts_excel.workbook.form.answers import RatingAnswer
    from cts_excel.workbook.form.filling import filled_bytes

    blank = {CLAUSES[3]: RatingAnswer("80%-100%", None, "查阅记录")}
    faulty = filled_bytes(built_in(), answers(ratings=blank))
    folder = put_files(tmp_path / "in", {"甲公司.xlsx": faulty})
    assert grade(folder, tmp_path / "1")["甲公司.xlsx"]["status"] == "needs_correction"
    copy = tmp_path / "1" / "returned" / "甲公司.xlsx"  # its own name, without a hash
    sheet = {rating("percent", 3): 0.85}
    put_files(folder, {"更正/甲公司.xlsx": put(copy.read_bytes(), layout.RATINGS, sheet)})
    lines = grade(folder, tmp_path / "2")
    assert {name: line["status"] for name, line in lines.items()} == {
        "甲公司.xlsx": "superseded",
        "更正/甲公司.xlsx": "graded",
    }
