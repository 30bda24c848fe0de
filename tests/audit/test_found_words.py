"""No English stands inside Chinese: words of a workbook's inside are translated where shown."""

from __future__ import annotations

import pytest

from cts_excel.audit.catalogue import finding, repair, shown_value
from cts_excel.audit.codes import Code


@pytest.mark.parametrize(
    ("code", "text", "shown"),
    [
        (Code.VALIDATION_ALTERED, 'F4:F53: list "好,坏"', 'F4:F53：列表 "好,坏"'),
        (
            Code.VALIDATION_ALTERED,
            "G4:G9、G12: decimal between 0, 1 (not enforced)",
            "G4:G9、G12：小数介于 0, 1（不强制）",
        ),
        (Code.VALIDATION_ALTERED, "custom LEN(A1)=18", "自定义 LEN(A1)=18"),
        (Code.VALIDATION_ALTERED, "list listed_names", "列表 listed_names"),
        (
            Code.IDENTITIES_DISAGREE,
            "digest: 00 ≠ 60；issue_id: A-1 ≠ —",
            "指标表摘要值：00 ≠ 60；发放编号：A-1 ≠ —",
        ),
        (Code.AMBIGUOUS_CONTENT, "row order", "行的顺序颠倒"),
        (Code.AMBIGUOUS_CONTENT, "string 99", "不存在的字符串编号“99”"),
        (Code.AMBIGUOUS_CONTENT, "row 1048577", "行号 1048577 异常"),
        (Code.AMBIGUOUS_CONTENT, "G4: <v>", "G4: <v>"),
        (
            Code.ALTERATIONS_NOT_SCANNED,
            "damaged package: part 'xl/a.xml' is cut off",
            "文件损坏：xl/a.xml",
        ),
        (Code.ALTERATIONS_NOT_SCANNED, "an unheard-of fault", "文件损坏"),
        (Code.NOT_A_CHOICE, "list", "list"),
    ],
)
def test_words_are_chinese_and_data_stays(code: Code, text: str, shown: str) -> None:
    one = finding(code, found=text)
    assert shown_value(one, text) == shown
    assert shown_value(one, text, "en") == text
    assert shown in repair(one)
