"""The headings of a roster: the printed labels, the usual other words for them, and the user's own.

A heading may be wrapped, spaced, starred or followed by a hint in brackets. The user's own words
come first, then the printed labels, then the usual words: a list with 项目编号 and 合同编号 is read
by 项目编号.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from cts_excel.audit.chasing import CHASE_COLUMNS, ISSUE_ID, ISSUE_ID_LABEL
from cts_excel.audit.cover import IDENTIFYING, ROSTER_FIELDS, cover_field
from cts_excel.messages import _
from cts_excel.workbook.issuing.roster_table import RosterError
from cts_excel.workbook.ooxml.cells import INVISIBLE, Value

HEADING_ROWS = 20  # filled rows; a title or a note may stand above the headings
# issued.csv has these columns before those of a roster: key, heading.
RECORD_COLUMNS = (("file", "文件"), (ISSUE_ID, ISSUE_ID_LABEL), ("sha256", "SHA-256"))
_USUAL = {
    "organisation": (
        "公司名称 单位名称 客户名称 组织名称 机构名称 企业全称 公司全称 单位全称 客户全称 "
        "企业 公司 单位 客户 受审核方 受审核方名称 受审核组织 受审核组织名称 受审核单位 "
        "受审核单位名称 受审核企业 受审方 受审方名称 被审核方 被审核方名称 被审核单位 "
        "申请组织 申请组织名称 申请方 申请方名称 申请单位 申请企业 获证组织 获证组织名称 "
        "获证企业 获证单位 认证委托人 认证委托人名称 委托人 委托方 委托方名称 委托单位"
    ),
    "uscc": (
        "社会信用代码 信用代码 统一信用代码 统一代码 企业信用代码 社会统一信用代码 "
        "统一社会信用代码证号 统一社会信用代码号"
    ),
    "scope": "审核范围 认证业务范围 认证审核范围",
    "audit_no": (
        "项目号 项目代码 项目编码 合同编号 合同号 审核编号 审核项目编号 审核任务编号 审核号 "
        "任务编号 任务号 认证项目编号 评审编号 评审项目编号 受理编号"
    ),
    "audit_type": "审核类别 审核性质 审核种类 评审类型",
    "audit_method": "审核形式 评审方式",
    "start_date": (
        "开始日期 审核开始时间 开始时间 起始日期 审核起始日期 现场审核开始日期 评审开始日期"
    ),
    "end_date": (
        "结束日期 审核结束时间 结束时间 终止日期 审核终止日期 现场审核结束日期 评审结束日期"
    ),
    "lead_assessor": "组长 审核组组长 评审组长 组长姓名 审核组长姓名",
    "assessor": "评审员姓名 审核员 审核员姓名 评审人",
    "team_members": "组员 审核组员 审核组其他成员 其他审核员 组员姓名",
    "industry": "行业 行业类别 所属行业 行业分类 专业类别 专业范围 专业代码 行业代码",
    "province": "省 省份 省市 所在省 所在省市 所属省份 省/直辖市 省份/直辖市 所在地区 地区",
    "due": "交回截止日期 回收期限 回收截止日期 最迟交回日期",
}
_DECORATION = re.compile(r"[*:]|\((必填|选填|可选|必须)\)")
_HINT = re.compile(r"\([^()]*\)$")
_NOTHING = str.maketrans("", "", INVISIBLE)


class Headings:
    """The words that stand for each column, in three ranks: own, printed, usual."""

    def __init__(self, own: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take the user's own headings by key of :class:`Cover`."""
        printed = [(field.key, field.label) for field in ROSTER_FIELDS]
        printed += [*RECORD_COLUMNS, *CHASE_COLUMNS]
        usual = [(key, word) for key, words in _USUAL.items() for word in words.split()]
        chosen = [(key, word) for key, words in (own or {}).items() for word in words]
        self._ranks = tuple(
            {folded_heading(word): key for key, word in words} for words in (chosen, printed, usual)
        )

    def find(self, place: str, cells: Mapping[str, Value]) -> dict[str, str]:
        """Return key by column letters if a row is one of headings, else nothing.

        A row of headings has every identifying field.

        :param place: file and sheet, for messages.
        :raises RosterError: if two columns claim the same field with equal right.
        """
        texts = {letters: folded_heading(value) for letters, value in cells.items()}
        claims: dict[str, list[tuple[int, str]]] = {}
        for letters, text in texts.items():
            rank, key = self._claim(text)
            if key:
                claims.setdefault(key, []).append((rank, letters))
        if not set(IDENTIFYING) <= claims.keys():
            return {}
        return {_best(place, key, found, texts): key for key, found in claims.items()}

    def likely_row(self, rows: Sequence[tuple[int, Mapping[str, Value]]]) -> Mapping[str, Value]:
        """Return the row that looks most like headings: known words first, then most texts."""

        def rank(cells: Mapping[str, Value]) -> tuple[int, int]:
            return len(self.known(cells)), sum(isinstance(v, str) for v in cells.values())

        return max((cells for _number, cells in rows[:HEADING_ROWS]), key=rank, default={})

    def known(self, cells: Mapping[str, Value]) -> set[str]:
        """Return the keys that cells of a row may stand for."""
        return {key for value in cells.values() if (key := self._claim(folded_heading(value))[1])}

    def _claim(self, text: str) -> tuple[int, str]:
        for form in dict.fromkeys((text, _HINT.sub("", text))):
            for rank, words in enumerate(self._ranks):
                if form in words:
                    return rank, words[form]
        return 0, ""


def folded_heading(value: Value) -> str:
    """Return a heading without width, blanks, stars and colons; ``""`` if it is no text."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFKC", value).translate(_NOTHING)
    return _DECORATION.sub("", text)


def _best(place: str, key: str, claims: Sequence[tuple[int, str]], texts: Mapping[str, str]) -> str:
    """Return the column of the highest rank for a field."""
    rank = min(rank for rank, _letters in claims)
    best = [letters for one, letters in claims if one == rank]
    if len(best) == 1:
        return best[0]
    first, second = best[:2]
    if texts[first] == texts[second]:
        problem = _("the heading {} stands in columns {} and {}").format(
            texts[first], first, second
        )
        raise RosterError(place, problem, _("Keep one of them."))
    problem = _("{} (column {}) and {} (column {}) may both be {}").format(
        texts[first], first, texts[second], second, dict(_LABELS)[key]
    )
    repair = _('Say in cts-excel.toml which one counts: [roster] {} = "{}".')
    raise RosterError(place, problem, repair.format(key, texts[first]))


_LABELS = (
    *RECORD_COLUMNS,
    *CHASE_COLUMNS,
    *((field.key, cover_field(field.key).label) for field in ROSTER_FIELDS),
)
