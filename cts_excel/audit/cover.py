"""The cover (封面) of an audit workbook: its values, and the table of its fields.

The attributes of :class:`Cover` are that table, the only home of a cover field. The form, its
reader, the roster, ``issued.csv``, the comparison of two workbooks and the comparison with a roster
follow it in its order: to add a field, add one attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import Enum, auto
from typing import Any

from cts_excel.audit.provinces import PROVINCES
from cts_excel.standard.folding import folded

EARLIEST_DATE, LATEST_DATE = date(2000, 1, 1), date(2099, 12, 31)
CREDIT_CODE_LENGTH = 18  # GB 32100


class Kind(Enum):
    """The kind of value of a cover field."""

    TEXT = auto()
    NUMBER = auto()  # digits that are kept as a text
    CHOICE = auto()
    DATE = auto()
    CREDIT_CODE = auto()


@dataclass(frozen=True, slots=True)
class CoverField:
    """One input cell of 封面 and, if ``on_roster``, one column of a roster.

    :ivar label: text that is printed beside the cell, and heading of the roster's column.
    :ivar kind: kind of value.
    :ivar required: an audit without it is incomplete.
    :ivar identifying: names the audit together with the other such field: a roster must state both.
    :ivar on_roster: known when a workbook is issued; other fields are the assessor's alone.
    :ivar limit: characters that a text may have.
    :ivar lines: lines that a text of several lines has room for before its row grows; 1 for others.
    :ivar choices: the values that a CHOICE may have.
    :ivar short_forms: whether the beginning of one choice, 广东 of 广东省, stands for it.
    :ivar to_confirm: stays an input when it is filled in at issue: the assessor confirms it.
    :ivar not_before: key of the field that a DATE must not precede.
    :ivar hint: instruction for the cell, if the label and the kind do not give it.
    :ivar example: a valid value, as a person types it.
    :ivar roster_width: width of the roster's column in characters.
    :ivar key: name of the attribute of :class:`Cover`.
    """

    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    identifying: bool = False
    on_roster: bool = True
    limit: int = 200
    lines: int = 1
    choices: tuple[str, ...] = ()
    short_forms: bool = False
    to_confirm: bool = False
    not_before: str = ""
    hint: str = ""
    example: str = ""
    roster_width: int = 16
    key: str = ""

    @property
    def is_date(self) -> bool:
        """Whether the value is a date; a field of every other kind holds a text."""
        return self.kind is Kind.DATE

    def tidied(self, text: str) -> str:
        """Return a text with one form for all line breaks if it may have several lines."""
        if self.lines == 1 or not text:
            return text
        return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")

    def choice(self, text: str) -> str | None:
        """Return the choice that a text names, folded; ``None`` if there is none."""
        wanted = folded(text)
        for choice in self.choices:
            if folded(choice) == wanted:
                return choice
        found = [choice for choice in self.choices if folded(choice).startswith(wanted)]
        return found[0] if self.short_forms and len(wanted) > 1 and len(found) == 1 else None


def _text(label: str, **rest: Any) -> Any:
    return field(default="", metadata={"field": CoverField(label, **rest)})


def _choice(label: str, *choices: str, **rest: Any) -> Any:
    rest.setdefault("example", choices[0])
    return _text(label, kind=Kind.CHOICE, choices=choices, **rest)


def _date(label: str, **rest: Any) -> Any:
    return field(default=None, metadata={"field": CoverField(label, Kind.DATE, **rest)})


@dataclass(frozen=True, slots=True)
class Cover:
    """The values of 封面; an empty text or ``None`` for a cell without a usable value."""

    organisation: str = _text(
        "企业名称", required=True, identifying=True, roster_width=34,
        hint="照营业执照填写全称。", example="示例电器服务有限公司",
    )  # fmt: skip
    uscc: str = _text(
        "统一社会信用代码", kind=Kind.CREDIT_CODE, roster_width=24,
        hint="18 位，照营业执照填写；校验码有误时不予发放。", example="91440106MA50000010",
    )  # fmt: skip
    audit_no: str = _text(
        "项目编号", kind=Kind.NUMBER, required=True, identifying=True, roster_width=18,
        hint="每次审核一个编号，不得重复；按文本填写，如 20250001。", example="ZJ-2025-0001",
    )  # fmt: skip
    audit_type: str = _choice(
        "审核类型", "初次认证", "监督审核", "再认证", "特殊审核", required=True, roster_width=14
    )
    audit_method: str = _choice("审核方式", "现场", "远程", "现场与远程结合")
    start_date: date | None = _date("审核开始日期", required=True, example="2025-09-28")  # noqa: RUF009
    end_date: date | None = _date(  # noqa: RUF009
        "审核结束日期", required=True, not_before="start_date", example="2025-09-30"
    )
    lead_assessor: str = _text("审核组长", required=True, hint="审核组长姓名。", example="张三")
    assessor: str = _text("评审员", hint="评审员姓名。", example="李四")
    team_members: str = _text("审核组成员", hint="其他成员姓名，以顿号分隔。", example="王五、赵六")
    industry: str = _text("行业/专业类别", roster_width=18, example="家用电器零售与维修")
    province: str = _choice(
        "省/市", *PROVINCES, short_forms=True, to_confirm=True, example="广东省"
    )
    scope: str = _text(
        "认证范围", limit=1000, lines=3, roster_width=34, example="家用电器的安装、维修售后服务",
        hint="照证书上的表述填写。",
    )  # fmt: skip
    conclusion: str = _text("审核结论", limit=2000, lines=3, on_roster=False)
    strengths: str = _text("优势", limit=2000, lines=2, on_roster=False)
    improvements: str = _text("改进建议", limit=2000, lines=2, on_roster=False)

    @classmethod
    def of(cls, values: Mapping[str, str | date | None]) -> Cover:
        """Return the cover with these values by key: dates or ``None`` for dates, else texts."""
        return cls(**values)  # type: ignore[arg-type]  # each kind of field has one type

    def text(self, key: str) -> str:
        """Return a field as a text: a date in ISO 8601, nothing as an empty text."""
        value: str | date | None = getattr(self, key)
        return value.isoformat() if isinstance(value, date) else value or ""


COVER_FIELDS: tuple[CoverField, ...] = tuple(
    replace(attribute.metadata["field"], key=attribute.name) for attribute in fields(Cover)
)
ROSTER_FIELDS = tuple(entry for entry in COVER_FIELDS if entry.on_roster)
IDENTIFYING = tuple(entry.key for entry in COVER_FIELDS if entry.identifying)
_BY_KEY = {entry.key: entry for entry in COVER_FIELDS}


def cover_field(key: str) -> CoverField:
    """Return the field of a key.

    :raises KeyError: if there is none.
    """
    return _BY_KEY[key]
