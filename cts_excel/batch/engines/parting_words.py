"""What readers differ on, in the words of the workbook."""

from __future__ import annotations

from cts_excel.batch.results import Parting
from cts_excel.standard.model import Standard

_QUANTITIES = {
    "base": "基础得分", "deductions": "特别扣分", "bonus": "特别加分", "final": "最终得分",
    "level": "建议级别", "clause": "条款", "band": "评分档", "percent": "评分比例",
    "evidence": "审核证据",
}  # fmt: skip
# What keeps the second reader from a grade; every other kind shows as 无法读取.
_PROBLEMS = {
    "table_missing": "找不到表格", "table_repeated": "表格重复", "heading_missing": "缺表头",
    "heading_repeated": "表头重复", "block_missing": "缺特别项表格",
    "block_repeated": "特别项表格重复", "block_without_title": "特别项表格无标题",
    "clause_missing": "缺条款", "clause_repeated": "条款重复", "clause_unknown": "条款不存在",
    "wording_of_other_clause": "条款与检查内容不符", "unseen": "内容不可见",
    "ambiguous": "内容有歧义", "error_value": "错误值", "picture": "图片",
    "not_calculated": "公式未计算",
    "logical": "逻辑值", "date": "日期", "not_a_number": "不是数字", "not_rated": "未评分",
    "band_missing": "缺评分档", "band_unknown": "评分档无效", "percent_missing": "缺评分比例",
    "percent_out_of_range": "评分比例超出 0% 至 100%",
    "percent_outside_band": "评分比例不在评分档内", "not_applicable_refused": "不允许“不适用”",
    "not_applicable_with_percent": "“不适用”却有评分比例",
    "not_applicable_without_reason": "“不适用”缺理由", "nothing_applicable": "全部为“不适用”",
    "evidence_missing": "缺审核证据", "special_incomplete": "特别项未填完整",
    "special_states_nothing": "特别项未写明事实", "category_unknown": "类别无效",
}  # fmt: skip
_UNREADABLE = "无法读取"


def worded(parting: Parting, standard: Standard) -> tuple[str, str]:
    """Word what each of two readers says, such as 评分比例 5.1.1.1 0.85."""
    name, _blank, clause = parting.quantity.partition(" ")
    label = f"{_QUANTITIES.get(name, name)} {clause}".rstrip()
    first, second = parting.first, parting.second
    if parting.quantity == "level":
        names = {level.key: level.label for level in standard.levels}
        first, second = (names.get(key, standard.not_passed.label) for key in (first, second))
    elif parting.quantity == "reading":
        label = _QUANTITIES["final"]
        kind, _blank, found = second.partition(" ")
        second = f"{_PROBLEMS.get(kind, _UNREADABLE)} {found if kind in _PROBLEMS else ''}".strip()
        return f"{label} {first}", second
    return f"{label} {first or '空白'}", f"{label} {second or '空白'}"
