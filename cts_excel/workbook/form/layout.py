"""The layout of an audit workbook: the only description of positions, for writer and reader.

Rows and columns are 0-based, as xlsxwriter and calamine count; ``cell_address`` gives ``F17``.
The positions are those of the *issued* workbook. The reader finds sheets, columns and rows by name,
heading, label and clause number; it uses positions only to see that something was moved.
"""

from __future__ import annotations

from cts_excel.audit.cover import COVER_FIELDS, CoverField, Kind
from cts_excel.audit.model import FINISHED, NOT_STARTED, UNDER_WAY, VERIFIED
from cts_excel.standard import model
from cts_excel.standard.model import Standard
from cts_excel.workbook.ooxml.addresses import cell_address

FORMAT_VERSION = "2"
MAGIC = "cts-excel"  # A1 of the identity sheet

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = "封面", "评分表", "特别项", "评分说明", "_cts"
SHEETS = (COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY)
# First sheet of a marked copy and the hidden name that points at it; the reader ignores both.
CORRECTIONS, NAME_CORRECTIONS = "修改清单", "cts_corrections"
NAME_CORRECTS = "cts_corrects"  # of a marked copy: SHA-256 of the files that it was made from
MOST_CORRECTED = 3  # of them: a constant in a formula has at most 255 characters
REMARK_BEGIN, REMARK_END = "【核查意见 cts-excel】", "【意见完】"  # around our part of a comment

NOT_APPLICABLE = model.NOT_APPLICABLE
RECTIFICATIONS = (NOT_STARTED, UNDER_WAY, FINISHED, VERIFIED)
# 整改状态 as format 1 worded it -> as it is worded now.
EARLIER_RECTIFICATIONS = {"未整改": NOT_STARTED, "整改中": UNDER_WAY, "已整改": FINISHED}

# Lines of the panel on 封面: field of audit.model.Stated, label; reason and completion are never
# read back.
PANEL = (
    ("base", "基础得分"),
    ("deductions", "特别扣分"),
    ("bonus", "特别加分"),
    ("final", "最终得分"),
    ("level", "建议级别"),
    ("reason", "未通过原因"),
    ("completion", "完成度"),
)
# Cover fields that stand above the other sheets, and on each of their pages.
HEADLINE_FIELDS = ("organisation", "audit_no", "lead_assessor")
HEADLINE_ROW = 0  # beside the title
INCOMPLETE_LEVEL = model.INCOMPLETE_LEVEL  # 建议级别 shows it until everything is rated

# 封面: title, source, a line of client and audit that every printed page repeats, headings; then a
# row for each field, and beside them the panel and what is missing. The fields of several lines
# stand below a heading of their own, beside the instructions.
COVER_HEADLINE_ROW = 2
COVER_FIRST_ROW = 4
MISSING_ROW = COVER_FIRST_ROW + len(PANEL)  # 尚缺: its heading line, then one line per kind
MISSING_KINDS = ("封面必填项", "指标评定", "审核证据", "特别项")
COVER_LABEL_COLUMN, COVER_INPUT_COLUMN = 1, 2
PANEL_LABEL_COLUMN, PANEL_VALUE_COLUMN = 4, 5
# Hidden right of them, for each required entry: its text folded, and 1 if it states nothing.
COVER_FOLDED_COLUMN, COVER_NOTHING_COLUMN = 6, 7
_SHORT_FIELDS = tuple(field for field in COVER_FIELDS if field.lines == 1)
LONG_FIELDS = tuple(field for field in COVER_FIELDS if field.lines > 1)
LONG_TITLE_ROW = max(COVER_FIRST_ROW + len(_SHORT_FIELDS), MISSING_ROW + 1 + len(MISSING_KINDS))
SIGNATURE_TITLE_ROW = LONG_TITLE_ROW + 1 + len(LONG_FIELDS)
_COVER_ROWS = {
    **{field.key: row for row, field in enumerate(_SHORT_FIELDS, start=COVER_FIRST_ROW)},
    **{field.key: row for row, field in enumerate(LONG_FIELDS, start=LONG_TITLE_ROW + 1)},
}
SIGNATURES = ("审核组长（签字）", "评审员（签字）", "受审核方（签章）")
# What an issuing body prints on its own form; nothing that is compared or graded.
ISSUER_ROW, ISSUER_COLUMN = COVER_HEADLINE_ROW, COVER_INPUT_COLUMN + 1
UNCOMPARED = ((COVER, cell_address(ISSUER_ROW, ISSUER_COLUMN)),)
LOGO_ALT = "认证机构标志"  # the alternative text of the logo, by which it is known

# Headings of 评分表, in order; the attribute names follow audit.model.RatingColumns.
RATING_COLUMNS = (
    ("section", "一级指标"),
    ("group", "二级指标"),
    ("clause", "条款"),
    ("state", "状态"),
    ("text", "检查内容"),
    ("weight", "分值"),
    ("band", "评分档"),
    ("percent", "评分比例"),
    ("score", "得分"),
    ("evidence", "审核证据"),
)
# Right of them: 提示, then hidden cells that the formulas share: the place of the chosen band
# among the bands, the evidence folded, and whether it states nothing.
RATING_HELPERS = ("hint", "rank", "folded", "bare")
RATING_COLUMN = {
    name: n
    for n, name in enumerate((*(name for name, _heading in RATING_COLUMNS), *RATING_HELPERS))
}
RATING_HEADING = dict(RATING_COLUMNS)
RATING_INPUTS = ("band", "percent", "evidence")
HINT_HEADING = "提示"
LEGEND_ROW = 1  # the bands with their points
RATING_HEADER_ROW = 2
RATING_FIRST_ROW = RATING_HEADER_ROW + 1

# Headings of 特别项: those of both blocks, then those that only deductions have.
BONUS_COLUMNS = (
    ("number", "序号"),
    ("category", "类别"),
    ("clause", "关联条款"),
    ("description", "事实描述"),
    ("evidence", "证据"),
    ("points", "分值"),
    ("hint", HINT_HEADING),
)
SPECIAL_COLUMNS = (
    *BONUS_COLUMNS,
    ("measure", "整改措施"),
    ("responsible", "责任人"),
    ("due", "整改期限"),
    ("rectification", "整改状态"),
    ("verifier", "验证人"),
    ("verified_on", "验证日期"),
)
# Hidden right of them: fact and evidence folded, whether each states nothing, and 1 for an entry
# that is not complete.
SPECIAL_HELPERS = ("folded_description", "folded_evidence", "no_description", "no_evidence", "open")
SPECIAL_COLUMN = {
    name: n
    for n, name in enumerate((*(name for name, _heading in SPECIAL_COLUMNS), *SPECIAL_HELPERS))
}
SPECIAL_HEADING = dict(SPECIAL_COLUMNS)
BONUS_INPUTS = ("category", "clause", "description", "evidence")
SPECIAL_DATES = ("due", "verified_on")
SPECIAL_INPUTS = (
    *BONUS_INPUTS,
    *("measure", "responsible", "due", "rectification", "verifier", "verified_on"),
)
# A complete entry holds these; a bonus must be justified (rule 4).
SPECIAL_REQUIRED = ("category", "description", "evidence")
SPECIAL_TOTAL_LABEL = "合计"
DEDUCTION_ROWS, BONUS_ROWS = 12, 3
DEDUCTION_TITLE_ROW = 2
DEDUCTION_FIRST_ROW = DEDUCTION_TITLE_ROW + 2
DEDUCTION_TOTAL_ROW = DEDUCTION_FIRST_ROW + DEDUCTION_ROWS
BONUS_TITLE_ROW = DEDUCTION_TOTAL_ROW + 2
BONUS_FIRST_ROW = BONUS_TITLE_ROW + 2
BONUS_TOTAL_ROW = BONUS_FIRST_ROW + BONUS_ROWS

# The states that 状态 shows for an indicator row.
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

# Every formula result is rounded to this many decimals: binary noise never lifts a score over a
# level's line, and a score slightly below the line (69.99999) stays below it.
FORMULA_DECIMALS = 10

# Keys of the identity sheet (column A, value in B) and names of the custom document properties.
IDENTITY_KEYS = (
    ("format_version", "cts_format"),
    ("standard_id", "cts_standard"),
    ("edition", "cts_edition"),
    ("digest", "cts_digest"),
    ("issue_id", "cts_issue"),
    ("tool_version", "cts_tool"),
    ("policy", "cts_policy"),
)

# Defined names that formulas and dropdowns use.
NAME_BANDS, NAME_BAND_LOW, NAME_BAND_HIGH = "cts_bands", "cts_band_low", "cts_band_high"
NAME_BAND_RANK, NAME_BAND_RANGES = "cts_band_rank", "cts_band_ranges"
NAME_BAND_POINTS = "cts_band_points"
NAME_BAND_CHOICES = "cts_band_choices"
NAME_PLACEHOLDERS = "cts_nothing"
NAME_CLAUSES = "cts_clauses"
NAME_DEDUCTIONS, NAME_BONUSES = "cts_deduction_categories", "cts_bonus_categories"
NAME_RECTIFICATIONS = "cts_rectifications"
LIST_FIRST_COLUMN = 3  # dropdown lists: right of the identity, heading in row 0


def cover_row(key: str) -> int:
    """Return the issued row of a cover field on 封面."""
    return _COVER_ROWS[key]


def signature_dates() -> tuple[str, ...]:
    """Return the cells for the dates of the signatures: inputs that nothing reads back."""
    rows = range(SIGNATURE_TITLE_ROW + 1, SIGNATURE_TITLE_ROW + 1 + len(SIGNATURES))
    return tuple(cell_address(row, PANEL_VALUE_COLUMN) for row in rows)


def cover_rows_that_grow() -> tuple[int, ...]:
    """Return the rows of 封面 whose height follows what is typed."""
    return tuple(_COVER_ROWS[field.key] for field in COVER_FIELDS if field.kind is Kind.TEXT)


def choices_name(field: CoverField) -> str:
    """Return the defined name of a cover field's list of choices."""
    return f"cts_{field.key}s"


def band_choices(standard: Standard) -> tuple[str, ...]:
    """Return the choices of 评分档: the bands, and 不适用 if the policy allows it."""
    labels = tuple(band.label for band in standard.bands)
    return (*labels, NOT_APPLICABLE) if standard.prorates else labels


def rating_row(standard: Standard, clause: str) -> int:
    """Return the issued row of an indicator on 评分表."""
    return RATING_FIRST_ROW + standard.position[clause]


def rating_last_row(standard: Standard) -> int:
    """Return the last indicator row of the issued 评分表; subtotals begin two rows below."""
    return RATING_FIRST_ROW + len(standard.indicators) - 1
