"""What readers say of a refused file is shown in Chinese, and its repair helps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cts_excel
from cts_excel.audit.catalogue import finding, repair, shown_value
from cts_excel.audit.codes import Code
from cts_excel.audit.refusals import in_chinese
from cts_excel.workbook.ooxml.errors import Reason

PACKAGE = Path(cts_excel.__file__).parent
NAMES = {"xlsx", "xlsb", "xls", "ods", "MiB", "KiB", "XML", "Excel", "xl", "a", "xml"}


def said_by_readers() -> Iterator[tuple[str, str]]:
    """Yield code and text of every refusal in the sources, ``xl/a.xml`` for what is filled in."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            if getattr(node.func, "id", "") != "NotReadableError":
                continue
            reason, text = node.args[0], _text(node.args[1])
            if isinstance(reason, ast.Attribute) and text:
                yield Reason[reason.attr].value, text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _filled(part)
            for part in node.values
        )
    return ""


def _filled(part: ast.expr) -> str:
    shown = ast.unparse(part)
    if "in_words" in shown:
        return "7 MiB"
    return "'xl/a.xml'" if "!r" in shown else "xl/a.xml" if "name" in shown else "7"


TEXTS = sorted(set(said_by_readers()))


def test_there_are_texts_to_look_at() -> None:
    assert len(TEXTS) > 25


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_no_english_stands_in_a_chinese_message(code: str, text: str) -> None:
    shown = in_chinese(Code(code), text)
    assert {word for word in re.findall(r"[A-Za-z]+", shown) if word not in NAMES} == set()


@pytest.mark.parametrize(
    ("code", "text", "chinese"),
    [
        ("F01", "damaged package: part 'xl/a.xml' is cut off", "文件损坏：xl/a.xml"),
        ("F01", "ValueError: mimetype not found", "文件损坏"),
        ("F04", "more than 256 MiB inflated", "解压后超过 256 MiB"),
        ("F04", "32 MiB", "32 MiB"),
        ("F05", "part name '../x' leaves the package", "内部文件名 ../x 指向包外"),
        ("F06", "20 s", "20 秒"),
        ("F10", "link to a folder", "指向文件夹的链接"),
        ("F02", "Sheet1、封面", "Sheet1、封面"),
    ],
)
def test_values_stay(code: str, text: str, chinese: str) -> None:
    assert in_chinese(Code(code), text) == chinese


def test_only_what_legacy_takes_is_offered_legacy() -> None:
    for kind in (".xls", ".xlsb", ".ods"):
        assert "--legacy" in repair(finding(Code.TYPE_NOT_ACCEPTED, found=kind))
    for kind in ("HTML", "RAR archive", "Numbers workbook", "Word document", "something new"):
        for language in ("zh", "en"):
            assert "--legacy" not in repair(finding(Code.TYPE_NOT_ACCEPTED, found=kind), language)


def test_an_entry_of_a_workbook_is_never_translated() -> None:
    entered = finding(Code.BAND_UNKNOWN, found="PDF")
    assert shown_value(entered, entered.found) == "PDF"
    assert "PDF" in repair(entered)
