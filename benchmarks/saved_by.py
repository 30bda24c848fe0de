"""Filled workbooks as other applications save them: what comes back is rarely our own file.

Applications that run here save for real; what Excel adds to a file is written by hand.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.measuring import ROOT

sys.path.insert(0, str(ROOT / "tests"))  # the clients of the tests

Contents = Sequence[bytes]

_EXCEL_ROOT = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="x14ac xr"'
    ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    ' xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
    ' xr:uid="{00000000-0001-0000-0100-000000000000}">'
)
_FORMULA = re.compile(r'<c r="([A-Z]+)([0-9]+)"([^>]*)><f>([^<]*)</f>')


def excel_like(content: bytes) -> bytes:
    """Return a workbook with what Excel adds: extensions, spans, phonetics, shared formulas."""

    def changed(name: str, xml: str) -> str:
        if name.startswith("xl/worksheets/sheet"):
            xml = re.sub(r"(<worksheet [^>]*)>", rf"\1{_EXCEL_ROOT}", xml, count=1)
            xml = re.sub(r'(<row r="[0-9]+" [^>]*?)(/?>)', r'\1 x14ac:dyDescent="0.25"\2', xml)
            return _with_shared_formulas(xml)
        if name == "xl/sharedStrings.xml":
            hint = '</t><phoneticPr fontId="1" type="noConversion"/></si>'
            return xml.replace("</t></si>", hint)
        return xml

    return _each_part(content, changed)


def in_utf16(content: bytes) -> bytes:
    """Return a workbook with its sheets and strings in UTF-16."""
    return _each_part(content, lambda _name, xml: xml.replace('"UTF-8"', '"UTF-16"'), "utf-16")


def _with_shared_formulas(xml: str) -> str:
    """Share each formula that is the same, seen from its cell, in the rows below it."""
    numbers: dict[tuple[str, str], int] = {}
    last: dict[int, str] = {}

    def share(cell: re.Match[str]) -> str:
        column, row, attributes, formula = cell.groups()
        relative = re.sub(rf"(\$?[A-Z]+){row}\b", r"\1#", formula)
        start = f'<c r="{column}{row}"{attributes}>'
        is_first = (column, relative) not in numbers
        number = numbers.setdefault((column, relative), len(numbers))
        last[number] = f"{column}{row}"
        if not is_first:
            return f'{start}<f t="shared" si="{number}"/>'
        return f'{start}<f t="shared" ref="{column}{row}:@{number}@" si="{number}">{formula}</f>'

    shared = _FORMULA.sub(share, xml)
    return re.sub("@([0-9]+)@", lambda number: last[int(number[1])], shared)


def _each_part(content: bytes, change: Callable[[str, str], str], encoding: str = "utf-8") -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as written:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith(("xl/worksheets/sheet", "xl/sharedStrings")):
                part = change(name, part.decode()).encode(encoding)
            written.writestr(name, part)
    return target.getvalue()


def openpyxl_saved(content: bytes) -> bytes:
    """Return a workbook as openpyxl saves it."""
    import openpyxl

    target = BytesIO()
    openpyxl.load_workbook(BytesIO(content)).save(target)
    return target.getvalue()


def _by_libreoffice(contents: Contents) -> list[bytes]:
    return _by_program(contents, lambda folder, files: [
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "xlsx", "--outdir", str(folder / "out"), *map(str, files)],
    ])  # fmt: skip


def _by_gnumeric(contents: Contents) -> list[bytes]:
    return _by_program(contents, lambda folder, files: [
        ["ssconvert", str(file), str(folder / "out" / file.name)] for file in files
    ])  # fmt: skip


def _by_program(
    contents: Contents, commands: Callable[[Path, list[Path]], list[list[str]]]
) -> list[bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        files = [folder / f"{number:04d}.xlsx" for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        for command in commands(folder, files):
            subprocess.run(command, check=True, capture_output=True, timeout=600)
        return [(folder / "out" / file.name).read_bytes() for file in files]


def _by_library(name: str, library: str, script: str) -> Callable[[Contents], list[bytes]]:
    def save(contents: Contents) -> list[bytes]:
        from real_applications.clients.table import Library, Work

        with tempfile.TemporaryDirectory() as folder:
            client = Library(name, library, script)
            saved = client.run([Work(content) for content in contents], Path(folder))
        return [kinds["xlsx"] for kinds in saved]

    return save


def _is_installed(library: str) -> bool:
    from real_applications.clients.install import cache_folder

    folders = (cache_folder() / "node_modules", cache_folder() / "python")
    return any(
        (folder / name).exists() for folder in folders for name in (library, f"{library}.py")
    )


def _each(save: Callable[[bytes], bytes]) -> Callable[[Contents], list[bytes]]:
    return lambda contents: [save(content) for content in contents]


def savers() -> dict[str, tuple[float, Callable[[Contents], list[bytes]]]]:
    """Return who can save here, by name: the bar for a judgement, and how to have it save."""
    found: dict[str, tuple[float, Callable[[Contents], list[bytes]]]] = {
        "xlsxwriter": (2.5, list),
        "Excel (spans, phonetics, shared formulas)": (2.5, _each(excel_like)),
        "openpyxl": (4.0, _each(openpyxl_saved)),
        "UTF-16": (4.0, _each(in_utf16)),
    }
    if shutil.which("soffice"):
        found["LibreOffice"] = (2.5, _by_libreoffice)
    if shutil.which("ssconvert"):
        found["Gnumeric"] = (4.0, _by_gnumeric)
    for name, library, script in (
        ("ExcelJS", "exceljs", "client.js"),
        ("SheetJS", "xlsx", "client.js"),
        ("xlsx-populate", "xlsx-populate", "client.js"),
        ("excelize", "excelize", "python_client.py"),
    ):
        if _is_installed(library):
            found[name] = (4.0, _by_library(name, library, script))
    return found
