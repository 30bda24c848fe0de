"""What findings say of a workbook's inside, in Chinese: kinds of input checks, identity, order.

``found`` and ``expected`` of a finding are data, the same in every language.
"""

from __future__ import annotations

import re

from cts_excel.audit.codes import Code

_KINDS = {
    "list": "列表",
    "whole": "整数",
    "decimal": "小数",
    "date": "日期",
    "time": "时间",
    "textLength": "文本长度",
    "custom": "自定义",
    "none": "任意值",
}
_OPERATORS = {
    "between": "介于",
    "notBetween": "不介于",
    "equal": "等于",
    "notEqual": "不等于",
    "greaterThanOrEqual": "大于或等于",
    "greaterThan": "大于",
    "lessThanOrEqual": "小于或等于",
    "lessThan": "小于",
}
_IDENTITY = {
    "format_version": "格式版本",
    "standard_id": "规范标识",
    "edition": "规范版本",
    "digest": "指标表摘要值",
    "issue_id": "发放编号",
    "tool_version": "工具版本",
}
_CHECK = re.compile(rf"(^|: )({'|'.join(_KINDS)})\b(?: ({'|'.join(_OPERATORS)})\b)?")
_KEY = re.compile(rf"(^|；)({'|'.join(_IDENTITY)}): ")
_STRING = re.compile(r"string (.*)", re.DOTALL)
_ROW = re.compile(r"row (.*)", re.DOTALL)


def found_in_chinese(code: Code, text: str) -> str:
    """Return a value of a finding for people who read Chinese; data stays as it is."""
    if code == Code.VALIDATION_ALTERED:
        shown = _CHECK.sub(_check_in_chinese, text)
        return shown.replace(" (not enforced)", "（不强制）")
    if code == Code.IDENTITIES_DISAGREE:
        return _KEY.sub(lambda m: f"{m[1]}{_IDENTITY[m[2]]}：", text)
    if code in (Code.AMBIGUOUS_CONTENT, Code.PRINTED_TEXT_ALTERED):
        if text == "row order":
            return "行的顺序颠倒"
        if match := _STRING.fullmatch(text):
            return f"不存在的字符串编号“{match[1]}”"
        if match := _ROW.fullmatch(text):
            return f"行号 {match[1]} 异常"
    return text


def _check_in_chinese(match: re.Match[str]) -> str:
    colon = "：" if match[1] else ""
    return colon + _KINDS[match[2]] + _OPERATORS.get(match[3] or "", "")
