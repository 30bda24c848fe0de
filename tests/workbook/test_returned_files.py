"""What a run sends back: marked copies or lists, named by identifiers, never an exception."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from altering import answers, built_in, entry_cell, judged, part, with_parts

from cts_excel.audit.grading import grade
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.read_audit import read_audit
from cts_excel.workbook.returned import correction_list, returned_file


def outcome_of(content: bytes, file: str = "收回/甲.xlsx") -> Outcome:
    audit = read_audit(content, built_in())
    digest = hashlib.sha256(content).hexdigest()
    return grade(audit, built_in(), file=file, sha256=digest)


def half_filled(number: str = "ZJ-2025-0001", organisation: str = "某某公司") -> bytes:
    cover = {"项目编号": number, "企业名称": organisation, "审核组长": None}
    return filled_bytes(built_in(), answers(cover=cover))


def rows(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["修改清单"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def macro(content: bytes) -> bytes:
    plain, macros = "sheet.main+xml", "sheet.macroEnabled.main+xml"
    return with_parts(
        content,
        {
            "[Content_Types].xml": lambda xml: xml.replace(
                f"application/vnd.openxmlformats-officedocument.spreadsheetml.{plain}",
                f"application/vnd.ms-excel.{macros}",
            )
        },
    )


def strict(content: bytes) -> bytes:
    def edit(xml: str) -> str:
        return xml.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    names = ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
    names += [f"xl/worksheets/sheet{n}.xml" for n in range(1, 6)]
    return with_parts(content, dict.fromkeys(names, edit))


def signed(content: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        (macro, "含宏，未作标记"),
        (strict, "无法标记：strict Open XML"),
        (signed, "含数字签名，未作标记"),
    ],
)
def test_what_may_not_be_edited_gets_a_list(altered: Any, reason: str) -> None:
    content = altered(half_filled())
    outcome = outcome_of(content)
    assert outcome.status is Status.NEEDS_CORRECTION
    returned = returned_file(outcome, content)
    assert returned.reason == reason
    listed = rows(returned.content)
    assert reason in listed[0][0]
    assert [row[1] for row in listed[5:]] == ["C01"]
    assert listed[5][3] == f"封面!{entry_cell('审核组长')}"


def test_an_encrypted_source_is_not_copied_in_the_clear() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    outcome = replace(outcome_of(half_filled()), sha256=hashlib.sha256(content).hexdigest())
    _made, reason = returned_file(outcome, content)
    assert reason == "加密或旧格式文件，未作标记"


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_package_gives_a_list_or_a_copy_never_an_exception(seed: int) -> None:
    chance = random.Random(seed)
    content = half_filled()
    name = chance.choice(
        [
            "xl/workbook.xml",
            "xl/styles.xml",
            "[Content_Types].xml",
            "xl/worksheets/sheet1.xml",
            "xl/_rels/workbook.xml.rels",
            "docProps/app.xml",
        ]
    )

    def damage(xml: str) -> str:
        at = chance.randrange(len(xml))
        return xml[:at] + chance.choice(["", "<", ">", '"', "0", "\U0001f600"]) + xml[at + 7 :]

    damaged = with_parts(content, {name: damage})
    outcome = replace(outcome_of(content), sha256="")
    made, reason = returned_file(outcome, damaged)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None
    if reason:
        assert [row[1] for row in rows(made)[5:]] == ["C01"]


def test_a_list_is_no_audit_workbook() -> None:
    # Dropped into the folder of returned files, it must not pass for one.
    from cts_excel.workbook.ooxml.errors import NotReadableError

    made = correction_list(outcome_of(half_filled()))
    with pytest.raises(NotReadableError) as refused:
        read_audit(made, built_in())
    assert refused.value.reason == "F02"


def test_the_list_counts_and_escapes_what_xml_cannot_hold() -> None:
    outcome = judged(
        filled_bytes(built_in(), answers(cover={"企业名称": "a\x01b", "审核组长": None}))
    )
    listed = rows(correction_list(outcome))
    assert "错误 1 项（必须改正）" in listed[2][0]
    assert "\x01" not in part(correction_list(outcome), "xl/sharedStrings.xml")
