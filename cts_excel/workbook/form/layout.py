"""Where everything stands in an audit workbook: the one description that writer and reader share.

Rows and columns are 0-based here, as xlsxwriter and calamine count; :func:`cell` gives ``F17``.
Positions are where the *issued* workbook has things; the reader finds sheets, columns and rows by
name, heading, label and clause number, and uses positions only to tell that something was moved.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.standard import model
from cts_excel.standard.model import Standard

FORMAT_VERSION = "1"
MAGIC = "cts-excel"  # A1 of the identity sheet

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = "封面", "评分表", "特别项", "评分说明", "_cts"
SHEETS = (COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY)
# First sheet of a marked copy and the hidden name that points at it; the reader passes both by.
CORRECTIONS, NAME_CORRECTIONS = "修改清单", "cts_corrections"
REMARK_BEGIN, REMARK_END = "【核查意见 cts-excel】", "【意见完】"  # around ours in a comment

NOT_APPLICABLE = model.NOT_APPLICABLE
AUDIT_TYPES = ("初次认证", "监督审核", "再认证", "特殊审核")
AUDIT_METHODS = ("现场", "远程", "现场与远程结合")
RECTIFICATIONS = ("未整改", "整改中", "已整改", "已验证")


@dataclass(frozen=True, slots=True)
class CoverEntry:
    """An input cell of 封面: its :class:`~cts_excel.audit.model.Cover` field and printed label.

    ``limit`` is how many characters a text may have.
    """

    field: str
    label: str
    required: bool = False
    is_date: bool = False
    choices: tuple[str, ...] = ()
    limit: int = 200


COVER_ENTRIES = (
    CoverEntry("organisation", "企业名称", required=True),
    CoverEntry("uscc", "统一社会信用代码"),
    CoverEntry("scope", "认证范围", limit=1000),
    CoverEntry("audit_no", "项目编号", required=True),
    CoverEntry("audit_type", "审核类型", required=True, choices=AUDIT_TYPES),
    CoverEntry("audit_method", "审核方式", choices=AUDIT_METHODS),
    CoverEntry("start_date", "审核开始日期", required=True, is_date=True),
    CoverEntry("end_date", "审核结束日期", required=True, is_date=True),
    CoverEntry("lead_assessor", "审核组长", required=True),
    CoverEntry("assessor", "评审员"),
)

# Label on 封面 -> field of audit.model.Stated (completion is shown, never read back).
PANEL = (
    ("base", "基础得分"),
    ("deductions", "特别扣分"),
    ("bonus", "特别加分"),
    ("final", "最终得分"),
    ("level", "建议级别"),
    ("completion", "完成度"),
)
INCOMPLETE_LEVEL = model.INCOMPLETE_LEVEL  # what 建议级别 shows until everything is rated

COVER_FIRST_ROW = 4  # first entry, and first line of the panel
MISSING_ROW = COVER_FIRST_ROW + len(PANEL)  # 尚缺: its heading line, then one line per kind
COVER_LABEL_COLUMN, COVER_INPUT_COLUMN = 1, 2
PANEL_LABEL_COLUMN, PANEL_VALUE_COLUMN = 4, 5

# Headings of 评分表, in order; the attribute names follow audit.model.RatingColumns.
RATING_COLUMNS = (
    ("section", "一级指标"),
    ("group", "二级指标"),
    ("clause", "条款"),
    ("text", "检查内容"),
    ("weight", "分值"),
    ("band", "评分档"),
    ("percent", "评分比例"),
    ("score", "得分"),
    ("evidence", "审核证据"),
    ("state", "状态"),
)
RATING_COLUMN = {name: n for n, (name, _heading) in enumerate(RATING_COLUMNS)}
RATING_HEADING = dict(RATING_COLUMNS)
RATING_INPUTS = ("band", "percent", "evidence")
RATING_HEADER_ROW = 2
RATING_FIRST_ROW = RATING_HEADER_ROW + 1

SPECIAL_COLUMNS = (
    ("number", "序号"),
    ("category", "类别"),
    ("clause", "关联条款"),
    ("description", "事实描述"),
    ("evidence", "证据"),
    ("rectification", "整改状态"),
    ("points", "分值"),
)
SPECIAL_COLUMN = {name: n for n, (name, _heading) in enumerate(SPECIAL_COLUMNS)}
SPECIAL_INPUTS = ("category", "clause", "description", "evidence", "rectification")
# What an entry must hold to count as complete; a bonus must be justified (rule 4).
SPECIAL_REQUIRED = ("category", "description", "evidence")
SPECIAL_HINT_COLUMN = len(SPECIAL_COLUMNS)  # 提示: says what an entry still lacks
SPECIAL_HINT_HEADING = "提示"
SPECIAL_TOTAL_LABEL = "合计"
DEDUCTION_ROWS, BONUS_ROWS = 12, 3
DEDUCTION_TITLE_ROW = 2
DEDUCTION_FIRST_ROW = DEDUCTION_TITLE_ROW + 2
DEDUCTION_TOTAL_ROW = DEDUCTION_FIRST_ROW + DEDUCTION_ROWS
BONUS_TITLE_ROW = DEDUCTION_TOTAL_ROW + 2
BONUS_FIRST_ROW = BONUS_TITLE_ROW + 2
BONUS_TOTAL_ROW = BONUS_FIRST_ROW + BONUS_ROWS

# What 状态 says of an indicator row.
UNRATED, NO_BAND, NO_PERCENT, NO_EVIDENCE, NO_REASON = (
    "未评",
    "缺评分档",
    "缺比例",
    "缺证据",
    "缺理由",
)
ERROR_VALUE, BAD_BAND, BAD_PERCENT, OUTSIDE, SURPLUS_PERCENT = (
    "错误值",
    "评分档无效",
    "比例非数字",
    "比例不在档内",
    "比例应留空",
)
DONE, LEFT_OUT = "完成", NOT_APPLICABLE

# Every formula result is rounded to so many decimals: binary noise never crosses a level's line,
# and a hair below (69.99999) still stays below.
FORMULA_DECIMALS = 10

# Keys of the identity sheet (column A, value in B) and names of the custom document properties.
IDENTITY_KEYS = (
    ("format_version", "cts_format"),
    ("standard_id", "cts_standard"),
    ("edition", "cts_edition"),
    ("digest", "cts_digest"),
    ("issue_id", "cts_issue"),
    ("tool_version", "cts_tool"),
)

# Defined names that formulas and dropdowns use.
NAME_BANDS, NAME_BAND_LOW, NAME_BAND_HIGH = "cts_bands", "cts_band_low", "cts_band_high"
NAME_BAND_CHOICES = "cts_band_choices"
NAME_CLAUSES = "cts_clauses"
NAME_DEDUCTIONS, NAME_BONUSES = "cts_deduction_categories", "cts_bonus_categories"
NAME_RECTIFICATIONS = "cts_rectifications"
NAME_AUDIT_TYPES, NAME_AUDIT_METHODS = "cts_audit_types", "cts_audit_methods"
LIST_FIRST_COLUMN = 3  # dropdown lists stand to the right of the identity, heading in row 0


def band_choices(standard: Standard) -> tuple[str, ...]:
    """Return what the band dropdown offers: the bands, and 不适用 where the policy allows it."""
    labels = tuple(band.label for band in standard.bands)
    return (*labels, NOT_APPLICABLE) if standard.prorates else labels


def rating_row(standard: Standard, clause: str) -> int:
    """Return the issued row of an indicator on 评分表."""
    return RATING_FIRST_ROW + standard.position[clause]


def rating_last_row(standard: Standard) -> int:
    """Return the last indicator row of the issued 评分表; subtotals begin two rows below."""
    return RATING_FIRST_ROW + len(standard.indicators) - 1
