"""Every audit workbook that the project writes is valid Open XML, as Microsoft's SDK sees it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from real_applications.generated import sample
from real_applications.harness import Validator

from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
ODD = Answers(
    cover={
        "企业名称": "=1+1",
        "项目编号": True,
        "审核开始日期": "昨天",
        "认证范围": "\x01\ud800<&>",
    },
    ratings={
        "5.1.1.1": RatingAnswer("80%-100%", float("nan"), '=HYPERLINK("http://a.b")'),
        "5.1.1.2": RatingAnswer("乱写", date(2025, 9, 1), "x" * 2000),
        "5.1.2.1": RatingAnswer("", Decimal("1e-9"), "http://example.com"),
    },
    deductions=(SpecialAnswer(category="=A1"),),
)


def _workbooks() -> dict[str, bytes]:
    built_in, small = load_standard(), load_standard(SMALL)
    return {
        "blank": template_bytes(built_in),
        "issued": template_bytes(built_in, issue_id="2025-0001"),
        "filled": filled_bytes(built_in, sample(built_in)),
        "uncalculated": filled_bytes(built_in, sample(built_in), calculated=False),
        "odd": filled_bytes(built_in, ODD),
        "small": template_bytes(small),
        "small_filled": filled_bytes(small, sample(small)),
    }


@pytest.mark.real_application
def test_audit_workbooks_are_valid(ooxml_validator: Validator, tmp_path: Path) -> None:
    found: dict[str, list[Any]] = {}
    for name, content in _workbooks().items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        found[name] = ooxml_validator(path)
    assert found == {name: [] for name in found}


@pytest.mark.real_application
def test_the_validator_bites(ooxml_validator: Validator, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(_with_unknown_attribute(template_bytes(load_standard())))
    assert ooxml_validator(path)


def _with_unknown_attribute(content: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                part = part.replace(b"<sheet ", b'<sheet unknown="1" ', 1)
            target.writestr(entry, part)
    return buffer.getvalue()
