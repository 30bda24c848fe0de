"""The catalogue of findings: every code, its severity, title and repair in both languages.

Codes never change their meaning: other systems read them from ``findings.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Effect, Finding, Impact, Severity
from cts_excel.audit.found_words import found_in_chinese
from cts_excel.audit.refusals import in_chinese, special_repair

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


_EFFECTS = {ERROR: Effect.CHANGES, WARNING: Effect.COULD, NOTICE: Effect.HARMLESS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of finding, worded in both languages.

    ``other_effect`` is set if the kind's effect is not the usual one of its severity.
    ``if_found`` is another repair, English and Chinese, for a finding that says what was found.
    """

    code: Code
    severity: Severity
    title_en: str
    title_zh: str
    repair_en: str
    repair_zh: str
    other_effect: Effect | None = None
    if_found: tuple[str, str] | None = None

    @property
    def title(self) -> dict[str, str]:
        """What is wrong, by language (``"en"``, ``"zh"``)."""
        return {"en": self.title_en, "zh": self.title_zh}

    @property
    def repair(self) -> dict[str, str]:
        """What to do, by language, with places for found, expected and clause."""
        return {"en": self.repair_en, "zh": self.repair_zh}

    @property
    def effect(self) -> Effect:
        """What the kind means for the result if no impact is computed."""
        return self.other_effect or _EFFECTS[self.severity]


# fmt: off
_ENTRIES = (
    # ----- the file -------------------------------------------------------------------------
    Entry(Code.FILE_UNREADABLE, ERROR, "File cannot be read", "文件无法读取",
          "Open it in Excel, WPS or LibreOffice, save it again as .xlsx and return that ({found}).",
          "请用 Excel、WPS 或 LibreOffice 打开后另存为 .xlsx 再交回（{found}）。"),
    Entry(Code.NOT_AN_AUDIT_WORKBOOK, ERROR, "Not an audit workbook", "不是审核工作簿",
          "Return the workbook that was issued; this file lacks {expected}.",
          "请交回所发放的审核工作簿；本文件缺少{expected}。"),
    Entry(Code.ENCRYPTED, ERROR, "Workbook is encrypted", "工作簿已加密",
          "Remove the password to open, or give it with --password-file.",
          "请取消打开密码，或用 --password-file 提供密码。", if_found=(
              "None of the passwords given opens it. Add the right one to the password file, mind "
              "capital letters, or return the workbook without a password.",
              "{found}，均不能打开。请在密码文件中补充正确密码（区分大小写），或交回未加密的工作簿。")),
    Entry(Code.OVER_A_LIMIT, ERROR, "File exceeds a limit", "文件超出限制",
          "Limit {expected}, found {found}. Return the issued workbook without added content.",
          "限制为 {expected}，实际为 {found}。请交回未添加其他内容的原工作簿。"),
    Entry(Code.DANGEROUS, ERROR, "File is dangerous", "文件含有危险内容",
          "Not opened: {found}. Ask the sender for a fresh copy.",
          "未打开：{found}。请向提交人索取新文件。"),
    Entry(Code.TIMED_OUT, ERROR, "Grading timed out", "评定超时",
          "Stopped after {expected}. Save the file again in Excel, WPS or LibreOffice.",
          "评定超过 {expected}，已停止。请用 Excel、WPS 或 LibreOffice 重新保存。"),
    Entry(Code.WORKER_DIED, ERROR, "Reading the file ended its worker", "读取文件时工作进程中止",
          "The file ended the process that read it ({found}). Save it again in Excel, WPS or LibreOffice.",
          "该文件使读取进程中止（{found}）。请用 Excel、WPS 或 LibreOffice 重新保存。"),
    Entry(Code.TYPE_NOT_ACCEPTED, ERROR, "File type is not accepted", "文件类型不受理",
          "Found {found}. Return the issued .xlsx workbook.",
          "实际类型为 {found}。请交回所发放的 .xlsx 工作簿。"),
    Entry(Code.FILE_EMPTY, ERROR, "File is empty", "文件为空",
          "Ask the sender for the file again.", "请向提交人重新索取。"),
    Entry(Code.NOT_A_REGULAR_FILE, ERROR, "Not a regular file", "不是普通文件",
          "Found {found}. Put the workbook itself into the folder.",
          "实际为 {found}。请将工作簿文件本身放入文件夹。"),
    Entry(Code.INTERNAL_ERROR, ERROR, "Internal error while grading", "评定时发生内部错误",
          "Please report it with the file: {found}.", "请连同文件反馈此问题：{found}。"),
    # ----- the workbook ---------------------------------------------------------------------
    Entry(Code.OTHER_STANDARD, ERROR, "Other specification or edition", "规范或版本不同",
          "The workbook is for {found}, grading is for {expected}. Use the right standard file.",
          "工作簿适用 {found}，评定依据为 {expected}。请使用对应的规范文件。"),
    Entry(Code.INDICATOR_TABLE_DIFFERS, WARNING, "Indicator table differs from the issued one", "指标表与发放时不一致",
          "Scores are recomputed from the specification. Fill in a fresh workbook next time.",
          "得分已按规范复算。下次请使用新的空白工作簿。"),
    Entry(Code.OTHER_FORMAT_VERSION, WARNING, "Unknown workbook format", "工作簿格式未知",
          "Format {found}; this version knows {expected}. Update cts-excel and grade again. It was read by its headings; locked cells were not compared.",
          "格式 {found}，本版本只能识别 {expected}。请更新本工具后重新评定。本次按标题读取，锁定单元格未核对。"),
    Entry(Code.SHEET_MISSING, ERROR, "Sheet is missing", "缺少工作表",
          "Restore the sheet {expected} from the issued workbook.",
          "请从所发放的工作簿恢复工作表“{expected}”。"),
    Entry(Code.SHEET_RENAMED, NOTICE, "Sheet was renamed", "工作表已改名",
          "Found {found}; the issued name is {expected}. Nothing to do.",
          "现名“{found}”，原名“{expected}”。无需处理。"),
    Entry(Code.SHEETS_REORDERED, NOTICE, "Sheets were reordered", "工作表顺序已改变",
          "Nothing to do.", "无需处理。"),
    Entry(Code.ROWS_MOVED, NOTICE, "Rows were moved", "行位置已改变",
          "Indicators were matched by clause number. Nothing to do.",
          "已按条款号匹配。无需处理。"),
    Entry(Code.CLAUSE_MISSING, ERROR, "Clause is missing", "缺少条款",
          "Restore the row of {clause} from the issued workbook.",
          "请从所发放的工作簿恢复条款 {clause} 所在行。"),
    Entry(Code.CLAUSE_REPEATED, ERROR, "Clause stands more than once", "条款重复出现",
          "Keep one row of {clause} and delete the others ({found}).",
          "请只保留条款 {clause} 的一行，删除其余行（{found}）。"),
    Entry(Code.CLAUSE_UNKNOWN, WARNING, "Clause is not in the specification", "条款不属于本规范",
          "The row {found} does not count. Delete it.", "该行（{found}）不计分，请删除。"),
    Entry(Code.WEIGHT_ALTERED, WARNING, "Weight was altered", "分值被改动",
          "Found {found}, the specification says {expected}. Scores use the specification's.",
          "实际为 {found}，规范为 {expected}。得分按规范复算。"),
    Entry(Code.INDICATOR_TEXT_ALTERED, WARNING, "Indicator text was altered", "检查内容被改动",
          "Found {found}. Restore the wording of {clause}: {expected}",
          "实际为 {found}。请恢复条款 {clause} 的原文：{expected}"),
    Entry(Code.IDENTITY_MISSING, WARNING, "Workbook identity is missing", "工作簿标识缺失",
          "The hidden sheet is gone. Copy the answers into the issued workbook.",
          "隐藏的标识工作表已丢失。请将答案填入所发放的工作簿。"),
    Entry(Code.COLUMN_MISSING, ERROR, "Column is missing", "缺少列",
          "Restore the column {expected} from the issued workbook.",
          "请从所发放的工作簿恢复“{expected}”列。"),
    Entry(Code.SHEET_REPEATED, ERROR, "Two sheets look like the same one", "同一工作表重复出现",
          "Keep one of {found} and delete the other.", "请在 {found} 中只保留一份。"),
    Entry(Code.COLUMN_REPEATED, ERROR, "Two columns have the same heading", "列标题重复",
          "Keep one column {expected} ({found}).", "请只保留一列“{expected}”（{found}）。"),
    Entry(Code.COLUMNS_MOVED, NOTICE, "Columns were moved", "列位置已改变",
          "Columns were found by their headings. Nothing to do.", "已按列标题识别。无需处理。"),
    Entry(Code.AMBIGUOUS_CONTENT, ERROR, "Content can be read in more than one way", "内容存在歧义",
          "Found {found}. Open the file in Excel, WPS or LibreOffice, check the answers and save it again.",
          "实际为 {found}。请用 Excel、WPS 或 LibreOffice 打开，核对答案后重新保存。"),
    Entry(Code.LABEL_MISSING, WARNING, "Label is missing", "缺少标签",
          "Restore the label {expected} from the issued workbook.",
          "请从所发放的工作簿恢复标签“{expected}”。"),
    Entry(Code.CLAUSE_NUMBER_ALTERED, WARNING, "Clause number was altered", "条款号被改动",
          "Found {found}; the row was told by its wording. Restore {expected}.",
          "实际为 {found}，已按检查内容识别。请恢复为 {expected}。"),
    Entry(Code.OTHER_POLICY, WARNING, "Issued under another policy", "按另一套评定规则发放",
          "Issued with {found}, graded with {expected}. It was compared with what was issued then; its answers count by the present rules. Check which rules hold.",
          "发放时的规则：{found}；现行规则：{expected}。固定内容已与发放时的版本核对，答案按现行规则计分。请确认应适用哪套规则。"),
    Entry(Code.ANSWER_UNSEEN, ERROR, "Answer cannot be seen", "答案不可见",
          "{found} is hidden ({expected}): by a merged range, a hidden sheet, row or column, or its colour. Show it, or clear the cell.",
          "{found} 不可见（{expected}）：单元格被合并，所在的工作表、行或列被隐藏，或字体颜色与底色相同。请使其显示出来，或清空该单元格。"),
    Entry(Code.FORMAT_NOT_COMPARED, WARNING, "Locked cells of an earlier format were not compared", "旧格式的锁定单元格未核对",
          "Format {found} of this specification was not kept, so its locked cells were not compared. Answers and totals were checked as usual; look at the printed texts yourself.",
          "本工具未保存此规范的格式 {found}，因此锁定单元格未核对；答案与合计已照常核查，固定文字请人工查看。"),
    # ----- the cover ------------------------------------------------------------------------
    Entry(Code.REQUIRED_ENTRY_MISSING, ERROR, "Required entry is missing", "必填项未填",
          "Fill in {expected} on the cover.", "请在封面填写“{expected}”。"),
    Entry(Code.NOT_A_DATE, ERROR, "Not a date", "不是有效日期",
          "Found {found}. Enter a date such as 2025-09-30.", "填写的是“{found}”。请填写日期，如 2025-09-30。"),
    Entry(Code.ENDS_BEFORE_START, ERROR, "Audit ends before it begins", "审核结束日期早于开始日期",
          "Begins {expected}, ends {found}. Correct one of them.",
          "开始日期为 {expected}，结束日期为 {found}。请改正。"),
    Entry(Code.CREDIT_CODE_INVALID, WARNING, "Unified social credit code is not valid", "统一社会信用代码校验不通过",
          "Check {found} against the business licence.", "请对照营业执照核对 {found}。", Effect.HARMLESS),
    Entry(Code.NOT_A_CHOICE, ERROR, "Not one of the choices", "不在可选项内",
          "Found {found}. Choose one of {expected}.", "填写的是“{found}”。请从 {expected} 中选择。"),
    Entry(Code.COVER_WRONG_TYPE, ERROR, "Cover cell holds an error or a wrong type", "封面单元格为错误值或类型不符",
          "Found {found}. Enter {expected}.", "填写的是“{found}”。请填写{expected}。"),
    Entry(Code.CREDIT_CODE_IS_NUMBER, WARNING, "Unified social credit code became a number", "统一社会信用代码被存为数字",
          "Found {found}: digits are lost. Set the cell to text, then type the {expected} characters again.",
          "填写的是“{found}”，末尾数字已丢失。请先将单元格格式设为“文本”，再重新输入 {expected}代码。", Effect.HARMLESS),
    Entry(Code.DATE_OTHER_FORM, NOTICE, "Date was read from another form", "日期写法不规范",
          "Found {found}, read as {expected}. Nothing to do if that is the date.",
          "填写的是“{found}”，已按 {expected} 读取。日期无误则无需处理。"),
    Entry(Code.ENDS_IN_FUTURE, WARNING, "Audit ends after the day of grading", "审核结束日期晚于评定日期",
          "Ends {found}, graded on {expected}. Check the date.",
          "结束日期为 {found}，评定日期为 {expected}。请核对。", Effect.HARMLESS),
    Entry(Code.ENTRY_TOO_LONG, WARNING, "Text of the cover is too long", "封面内容过长",
          "{found} characters, at most {expected} fit on the form and on a certificate. Shorten the text; it was taken whole.",
          "共 {found} 字，表格与证书上最多 {expected} 字。请精简；本次已全文读取。", Effect.HARMLESS),
    # ----- ratings --------------------------------------------------------------------------
    Entry(Code.NOT_RATED, ERROR, "Indicator is not rated", "指标未评分",
          "Choose a band and enter a percentage for {clause}.", "请为 {clause} 选择评分档并填写评分比例。"),
    Entry(Code.PERCENT_MISSING, ERROR, "Percentage is missing", "缺评分比例",
          "Enter a percentage within {expected}.", "请填写 {expected} 范围内的评分比例。"),
    Entry(Code.PERCENT_OUTSIDE_BAND, ERROR, "Percentage is outside the band", "评分比例不在所选档内",
          "{found} is outside {expected}. Choose the right band or change the percentage.",
          "{found} 不在 {expected} 内。请改选评分档，或改正评分比例。"),
    Entry(Code.BAND_MISSING, ERROR, "Band is missing", "缺评分档",
          "Choose the band that holds {found}.", "请选择包含 {found} 的评分档。"),
    Entry(Code.BAND_UNKNOWN, ERROR, "Band is not known", "评分档无效",
          "Found {found}. Choose one of {expected}.", "填写的是“{found}”。请从 {expected} 中选择。"),
    Entry(Code.PERCENT_NOT_A_NUMBER, ERROR, "Percentage is not a number", "评分比例不是数字",
          "Found {found}. Enter a percentage such as 85%.", "填写的是“{found}”。请填写评分比例，如 85%。"),
    Entry(Code.RATING_ERROR_VALUE, ERROR, "Cell holds an error value", "单元格为错误值",
          "Found {found}. Enter the value again.", "填写的是“{found}”。请重新填写。"),
    Entry(Code.PERCENT_IS_LOGICAL, ERROR, "Percentage is a logical value", "评分比例为逻辑值",
          "Found {found}. Enter a percentage such as 85%.", "填写的是“{found}”。请填写评分比例，如 85%。"),
    Entry(Code.PERCENT_IS_DATE, ERROR, "Percentage is a date", "评分比例为日期",
          "Found {found}. Enter a percentage such as 85%.", "填写的是“{found}”。请填写评分比例，如 85%。"),
    Entry(Code.PERCENT_NEGATIVE, ERROR, "Percentage is negative", "评分比例为负数",
          "Found {found}. Enter 0% to 100%.", "填写的是“{found}”。请填写 0% 至 100%。"),
    Entry(Code.PERCENT_ABOVE_100, ERROR, "Percentage is above 100%", "评分比例大于 100%",
          "Found {found}. Enter 0% to 100%.", "填写的是“{found}”。请填写 0% 至 100%。"),
    Entry(Code.PERCENT_NOT_FINITE, ERROR, "Percentage is not finite", "评分比例不是有效数值",
          "Found {found}. Enter 0% to 100%.", "填写的是“{found}”。请填写 0% 至 100%。"),
    Entry(Code.PERCENT_OTHER_FORM, NOTICE, "Percentage was read from another form", "评分比例写法不规范",
          "Found {found}, read as {expected}. Nothing to do if that is meant.",
          "填写的是“{found}”，已按 {expected} 读取。如属本意则无需处理。"),
    Entry(Code.PERCENT_TOO_FINE, NOTICE, "Percentage is finer than whole percents", "评分比例不是整数百分比",
          "{found} scores as entered.", "{found} 按所填计分。"),
    Entry(Code.EVIDENCE_MISSING, WARNING, "Evidence is missing", "缺审核证据",
          "Describe the evidence for {clause}.", "请填写 {clause} 的审核证据。"),
    Entry(Code.NOT_APPLICABLE_REJECTED, ERROR, "Not applicable is not allowed", "不允许选择“不适用”",
          "The specification knows no exclusion. Rate {clause}.", "本规范不设“不适用”。请为 {clause} 评分。"),
    Entry(Code.NOT_APPLICABLE_WITHOUT_REASON, ERROR, "Reason for not applicable is missing", "缺“不适用”的理由",
          "Give the reason in the evidence cell of {clause}.", "请在 {clause} 的审核证据栏说明理由。"),
    Entry(Code.NOT_APPLICABLE_WITH_PERCENT, ERROR, "Not applicable, yet a percentage is given", "“不适用”却填写了评分比例",
          "Remove {found} or choose a band.", "请删除 {found} 或改选评分档。"),
    Entry(Code.NOTHING_APPLICABLE, ERROR, "Every indicator is not applicable", "全部指标均为“不适用”",
          "Rate at least one indicator.", "请至少为一项指标评分。"),
    Entry(Code.ANSWER_IS_FORMULA, WARNING, "Answer is a formula", "答案为公式",
          "Found {found}. Its last result counts; enter the content itself, without a formula.",
          "填写的是“{found}”。按其最后一次计算结果计；请直接填写内容，不用公式。"),
    Entry(Code.FORMULA_NOT_CALCULATED, ERROR, "Answer is a formula that was never calculated", "答案为未计算的公式",
          "Found {found}. Enter the content itself, without a formula.", "填写的是“{found}”。请直接填写内容，不用公式。"),
    Entry(Code.EVIDENCE_IS_PICTURE, NOTICE, "Evidence is given by picture", "审核证据为图片",
          "{found}. Pictures count as evidence and are not read: look at them.",
          "共 {found}。图片计作审核证据，内容未读取，请人工查看。"),
    # ----- special items --------------------------------------------------------------------
    Entry(Code.SPECIAL_INCOMPLETE, ERROR, "Special item is incomplete", "特别项未填完整",
          "Fill in {expected}, or clear the row.", "请补填{expected}，或清空该行。"),
    Entry(Code.SPECIAL_CATEGORY_UNKNOWN, ERROR, "Category is not one of the specification's", "特别项类别无效",
          "Found {found}. Choose one of {expected}.", "填写的是“{found}”。请从 {expected} 中选择。"),
    Entry(Code.DEDUCTIONS_AT_LIMIT, WARNING, "Special deductions stand exactly at the limit", "特别扣分已达上限",
          "{found} points; more than {expected} would fail. Review every entry.",
          "共 {found} 分，超过 {expected} 分即不通过。请逐项复核。"),
    Entry(Code.DEDUCTIONS_OVER_LIMIT, WARNING, "Special deductions exceed the limit", "特别扣分超限",
          "{found} points, more than {expected}: not passed whatever the score.",
          "共 {found} 分，超过 {expected} 分：无论得分多少，均不通过。"),
    Entry(Code.BONUS_OVER_LIMIT, WARNING, "More bonus entries than count", "特别加分项超过上限",
          "{found} points entered, {expected} count. Remove the surplus.",
          "填写 {found} 分，计 {expected} 分。请删除多余项。"),
    Entry(Code.SPECIAL_CLAUSE_UNKNOWN, WARNING, "Clause of a special item is not known", "特别项关联条款无效",
          "Found {found}. Choose a clause from the list.", "填写的是“{found}”。请从列表选择条款。", Effect.HARMLESS),
    Entry(Code.SPECIAL_ERROR_VALUE, ERROR, "Special item cell holds an error value", "特别项单元格为错误值",
          "Found {found}. Enter the value again.", "填写的是“{found}”。请重新填写。"),
    Entry(Code.SPECIAL_STATES_NOTHING, ERROR, "Special item states no fact", "特别项未写明事实",
          "Found {found}; it counts 0 points. If there is no special item, clear the row; "
          "otherwise state the fact.",
          "填写的是“{found}”，不计分。没有特别项请清空该行；确有特别项请写明事实。"),
    Entry(Code.RECTIFICATION_UNKNOWN, WARNING, "State of corrective action is not one of the choices",
          "整改状态不在可选项内", "Found {found}. Choose one of {expected}.",
          "填写的是“{found}”。请从 {expected} 中选择。", Effect.HARMLESS),
    Entry(Code.ACTION_DATE_INVALID, WARNING, "Date of corrective action is not valid", "整改日期无效",
          "Found {found}. Enter {expected} as a date such as 2025-09-30, or clear the cell.",
          "填写的是“{found}”。请把{expected}填为日期，如 2025-09-30，或清空该单元格。", Effect.HARMLESS),
    Entry(Code.VERIFICATION_INCOMPLETE, WARNING, "Corrective action is verified, but not by whom or when",
          "整改已验证，但缺验证人或验证日期", "The state is {found}. Fill in {expected}, or choose another state.",
          "整改状态为“{found}”，请补填{expected}，或改选整改状态。", Effect.HARMLESS),
    # ----- totals ---------------------------------------------------------------------------
    Entry(Code.STATED_FINAL_DIFFERS, WARNING, "Stated final score differs", "表内最终得分与复算不符",
          "Stated {found}, recomputed {expected}; the recomputed one counts.",
          "表内为 {found}，复算为 {expected}；以复算为准。"),
    Entry(Code.STATED_LEVEL_DIFFERS, WARNING, "Stated level differs", "表内级别与复算不符",
          "Stated {found}, recomputed {expected}; the recomputed one counts.",
          "表内为 {found}，复算为 {expected}；以复算为准。"),
    Entry(Code.NOT_CALCULATED, NOTICE, "Workbook was never calculated", "文件未保存计算结果",
          "The saving application stored no results. Nothing to do: scores are recomputed.",
          "保存该文件的软件未存储计算结果。得分已复算，无需处理。"),
    Entry(Code.STATED_ITEM_DIFFERS, WARNING, "Stated item score differs", "表内单项得分与复算不符",
          "Stated {found}, recomputed {expected}; the recomputed one counts.",
          "表内为 {found}，复算为 {expected}；以复算为准。"),
    Entry(Code.STATED_PARTIAL_DIFFERS, WARNING, "Stated partial result differs", "表内分项结果与复算不符",
          "Stated {found}, recomputed {expected}; the recomputed one counts.",
          "表内为 {found}，复算为 {expected}；以复算为准。"),
    Entry(Code.STATED_NOT_A_NUMBER, WARNING, "Stated result is not a number", "表内结果不是数字",
          "Found {found}; the recomputed one counts.", "实际为 {found}；以复算为准。"),
    Entry(Code.READERS_DIFFER, ERROR, "Two independent readers differ", "两套独立读取程序的结果不一致",
          "The first read {found}, the second {expected}: one of them is wrong. Check the workbook there, and report it with the file.",
          "第一套读到 {found}，第二套读到 {expected}，其中必有一个有误。请人工核对该处，并连同文件反馈此问题。"),
    # ----- the same audit twice -------------------------------------------------------------
    Entry(Code.DUPLICATE, NOTICE, "Same answers as a file already counted", "与已计入的文件答案相同",
          "Counted once, in {expected}.", "只计一次，见 {expected}。"),
    Entry(Code.CONFLICT, ERROR, "Differs from another file of the same audit", "与同一审核的另一文件不一致",
          "Decide which one holds and remove the other: {expected}.",
          "请确定以哪份为准并移除其余：{expected}。"),
    Entry(Code.SUPERSEDED, NOTICE, "Replaced by its corrected version", "已由更正后的文件替代",
          "{expected} counts instead; nothing to do.", "以 {expected} 为准，无需处理。"),
    Entry(Code.OTHER_ASSESSOR, WARNING, "Same audit by different assessors", "同一审核由不同评审员评定",
          "Assessed by {found} here, and also in {expected}. Each is graded; find out which one holds.",
          "本文件评审员为 {found}，另见 {expected}。各文件分别评定，请核实以哪份为准。", Effect.HARMLESS),
    Entry(Code.CREDIT_CODES_DIFFER, WARNING, "Same audit with different credit codes", "同一审核的统一社会信用代码不一致",
          "{found} here, another code in {expected}. Check them against the business licence.",
          "本文件为 {found}，{expected} 中的代码不同。请对照营业执照核对。", Effect.HARMLESS),
    # ----- the issue: proof (with a key), roster ----------------------------------------------
    Entry(Code.PROOF_MISSING, ERROR, "Workbook carries no proof of issue", "工作簿没有发放凭证",
          "Issue id: {found}. Copy the answers into the workbook that was issued for this audit.",
          "发放编号：{found}。请将答案填入为本次审核发放的工作簿。"),
    Entry(Code.NOT_ISSUED_WITH_KEY, ERROR, "Workbook was never issued with this key", "工作簿并非以此密钥发放",
          "Issue id {found} is not ours. Copy the answers into the issued workbook, or grade with the key that issued it.",
          "发放编号 {found} 不是本机构发放的。请将答案填入所发放的工作簿，或改用发放时的密钥评定。"),
    Entry(Code.IDENTITY_CHANGED, ERROR, "Identity differs from what was issued", "身份信息与发放时不一致",
          "Found {found}. Restore the entry as issued; to correct it, issue a new workbook.",
          "实际为 {found}。请恢复为发放时的内容；如需更正，请重新发放工作簿。"),
    Entry(Code.ISSUE_ID_OF_OTHER_AUDIT, ERROR, "Issue id belongs to another audit", "发放编号属于另一次审核",
          "{expected} was not issued for {found}. Copy the answers into the workbook issued for this audit.",
          "编号 {expected} 并非为“{found}”发放。请将答案填入为本次审核发放的工作簿。"),
    Entry(Code.PROOF_DOES_NOT_FIT, ERROR, "Proof of issue does not fit this workbook", "发放凭证与工作簿不符",
          "Specification, format version or proof was altered ({found}). Copy the answers into the issued workbook.",
          "规范、格式版本或凭证已被改动（{found}）。请将答案填入所发放的工作簿。"),
    Entry(Code.ISSUE_ID_SHARED, WARNING, "Same issue id in different audits", "同一发放编号用于不同审核",
          "{found} also stands in {expected}. Find out which one it was issued for.",
          "编号 {found} 也出现在 {expected}。请核实它为哪次审核发放。"),
    Entry(Code.NOT_ON_ROSTER, WARNING, "Not on the roster", "不在发放名单内",
          "{found} was returned, yet never issued. Check the roster, or where the workbook comes from.",
          "{found} 已交回，但发放名单中没有记录。请核对发放名单或工作簿来源。"),
    Entry(Code.ROSTER_DIFFERS, WARNING, "Differs from the roster", "与发放名单不一致",
          "Found {found}, issued as {expected}. Correct whichever is wrong.",
          "实际为 {found}，发放时为 {expected}。请改正有误的一方。"),
    # ----- alterations of what was issued (.xlsx and .xlsm) -------------------------------------
    Entry(Code.FORMULA_ALTERED, WARNING, "Formula was altered", "公式被改动",
          "Found {found}, issued as {expected}. Restore it; scores are recomputed without it.",
          "实际为 {found}，原公式为 {expected}。请恢复；得分不依据该公式，已另行复算。"),
    Entry(Code.FORMULA_REPLACED, WARNING, "Formula was replaced by a value", "公式被替换为固定值",
          "Found {found} in place of {expected}. Restore the formula; scores are recomputed without it.",
          "实际为固定值 {found}，原公式为 {expected}。请恢复公式；得分已另行复算。"),
    Entry(Code.FORMULA_REMOVED, WARNING, "Formula was removed", "公式被清除",
          "Restore {expected}; scores are recomputed without it.",
          "请恢复公式 {expected}；得分已另行复算。"),
    Entry(Code.FORMULA_FOR_VALUE, WARNING, "Formula stands where a printed value was issued", "固定内容被改为公式",
          "Found {found}, issued as {expected}. Restore what was issued.",
          "实际为 {found}，发放时为 {expected}。请恢复原内容。"),
    Entry(Code.PRINTED_TEXT_ALTERED, WARNING, "Printed text or list entry was altered", "固定文字或列表项被改动",
          "Found {found}, issued as {expected}. Restore what was issued.",
          "实际为 {found}，发放时为 {expected}。请恢复原内容。"),
    Entry(Code.PROTECTION_REMOVED, WARNING, "Sheet protection was removed", "工作表保护被取消",
          "Every locked cell was compared; what differs is listed. Protect the sheet again.",
          "所有锁定单元格均已核对，差异另列。请重新保护工作表。"),
    Entry(Code.VALIDATION_REMOVED, WARNING, "Input check was removed", "数据验证被删除",
          "Entries in {found} were not checked while typing. Copy the answers into the issued workbook.",
          "{found} 填写时未经验证。请将答案填入所发放的工作簿。"),
    Entry(Code.VALIDATION_ALTERED, WARNING, "Input check was altered", "数据验证被改动",
          "Found {found}, issued as {expected}. Copy the answers into the issued workbook.",
          "实际为 {found}，发放时为 {expected}。请将答案填入所发放的工作簿。"),
    Entry(Code.SHEET_HIDDEN, NOTICE, "Sheet was hidden", "工作表被隐藏",
          "It was read all the same. Show it again.", "其内容已照常读取。请取消隐藏。"),
    Entry(Code.HIDDEN_SHEET_SHOWN, NOTICE, "Hidden sheet was made visible", "隐藏工作表被显示",
          "Its content was compared. Nothing to do.", "其内容已核对。无需处理。"),
    Entry(Code.SHEET_ADDED, NOTICE, "Sheet was added", "增加了工作表",
          "It is not read. Enter in the issued sheets what should count.",
          "该表不读取。需计入的内容请填入所发放的工作表。"),
    Entry(Code.ROWS_HIDDEN, WARNING, "Rows or columns are hidden", "行或列被隐藏",
          "Hidden: {found}. Show them and check the answers.",
          "被隐藏：{found}。请取消隐藏并核对答案。"),
    Entry(Code.INPUT_MERGED, WARNING, "Input cells were merged", "填写单元格被合并",
          "Found {found}: only the first cell keeps its content. Undo the merge and check the answers.",
          "合并区域 {found}：仅保留首个单元格的内容。请取消合并并核对答案。"),
    Entry(Code.EXTERNAL_LINKS, WARNING, "Workbook links to other files", "工作簿链接到其他文件",
          "Found {found}. Remove the links; nothing is read from other files.",
          "发现 {found}。请删除链接；评定不读取其他文件。"),
    Entry(Code.MACROS, WARNING, "Workbook holds macros", "工作簿含有宏",
          "Found {found}; they were not run. Return the issued .xlsx.",
          "发现 {found}，未运行。请交回所发放的 .xlsx。"),
    Entry(Code.COMMENTS, NOTICE, "Sheet holds comments", "工作表含有批注",
          "Comments are not read. Enter in the cells what should count.",
          "批注不读取。需计入的内容请填入单元格。"),
    Entry(Code.NAME_ALTERED, WARNING, "Defined name was altered or removed", "名称定义被改动或删除",
          "{found}; issued as {expected}. Dropdowns and scores in the workbook depend on it. Restore it.",
          "{found}；发放时为 {expected}。工作簿内的下拉列表与得分依赖该名称，请恢复。"),
    Entry(Code.NAME_ADDED, NOTICE, "Defined name was added", "增加了名称定义",
          "Found {found}. Nothing to do.", "增加的名称为 {found}。无需处理。"),
    Entry(Code.IDENTITIES_DISAGREE, WARNING, "Identity sheet and document properties disagree", "标识工作表与文档属性不一致",
          "{found}. The sheet or the answers may come from another workbook. Copy the answers into the issued one.",
          "{found}。该表或答案可能来自其他工作簿。请将答案填入所发放的工作簿。"),
    Entry(Code.PROPERTIES_MISSING, NOTICE, "Document properties are missing", "文档属性缺失",
          "The saving application dropped them. Nothing to do.", "保存该文件的软件未保留该信息。无需处理。"),
    Entry(Code.TOTAL_DOES_NOT_FOLLOW, WARNING, "Stated total does not follow from the workbook's own items", "表内合计与工作簿自身分项不符",
          "Stated {found}; its own items give {expected}. Recalculate the workbook; the recomputed scores count.",
          "表内为 {found}，按其自身分项应为 {expected}。请重新计算工作簿；以复算得分为准。"),
    Entry(Code.FORMULA_SHOWS_ERROR, WARNING, "Formula shows an error", "公式显示错误值",
          "Found {found}. Check the cells it depends on; scores are recomputed without it.",
          "实际为 {found}。请检查其引用的单元格；得分已另行复算。"),
    Entry(Code.ROWS_INSERTED, NOTICE, "Rows or columns were inserted or moved", "插入或移动了行列",
          "Found {found}. Contents were matched by their labels. Nothing to do.",
          "实际为 {found}。已按标签匹配，无需处理。"),
    Entry(Code.FORM_PART_DELETED, WARNING, "Part of the form was deleted", "表格的一部分被删除",
          "Missing: {found}. Copy the answers into the issued workbook.",
          "缺少：{found}。请将答案填入所发放的工作簿。"),
    Entry(Code.CONTENT_OUTSIDE_FORM, NOTICE, "Content outside the form", "表格以外有其他内容",
          "Not read: {found}. Enter in the input cells what should count.",
          "未读取：{found}。需计入的内容请填入填写单元格。"),
    Entry(Code.ALTERATIONS_NOT_SCANNED, WARNING, "Workbook could not be scanned for alterations", "无法核查工作簿的改动",
          "Graded from its values, which are whole; damaged: {found}. Save it again in Excel, WPS or LibreOffice.",
          "数据完整，已按数据评定，但无法核查改动（{found}）。请用 Excel、WPS 或 LibreOffice 重新保存。"),
    Entry(Code.CELLS_UNLOCKED, WARNING, "Locked cells were unlocked", "锁定单元格被解锁",
          "Found {found}. Their contents were compared; what differs is listed.",
          "实际为 {found}。其内容均已核对，差异另列。"),
    Entry(Code.MANUAL_CALCULATION, NOTICE, "Workbook calculates on request only", "工作簿设为手动计算",
          "Results may be out of date; scores are recomputed. Set calculation to automatic.",
          "结果可能不是最新；得分已复算。请改为自动计算。", Effect.COULD),
    # ----- answers carried over into another workbook, or joined -----------------------------------------
    Entry(Code.OTHER_INDICATOR, WARNING, "Indicator is another than in the earlier workbook", "指标与旧工作簿不同",
          "Changed: {found}. Review the rating of {clause}.", "变化：{found}。请复核 {clause} 的评分。"),
    Entry(Code.NOT_CARRIED_OVER, WARNING, "Content could not be carried over", "内容未能迁移",
          "Enter it by hand where it is needed: {found}.", "如需保留，请手工填写：{found}。"),
    Entry(Code.NO_EARLIER_ANSWER, NOTICE, "Indicator has no earlier answer", "指标没有旧答案",
          "Rate {clause}.", "请为 {clause} 评分。"),
    Entry(Code.FORMULA_NOT_CARRIED, NOTICE, "Formula was replaced by its result", "公式已替换为结果",
          "Was {found}. Nothing to do if the value is right.", "原为 {found}。数值无误则无需处理。"),
    Entry(Code.ANSWERS_DIFFER, WARNING, "Workbooks contradict each other", "各工作簿答案不一致",
          "The cell was left blank: {found}. Decide on one answer and enter it.",
          "{found}。单元格已留空，请审核组确定后填写。"),
    Entry(Code.ANSWER_SOURCE, NOTICE, "Answer was taken over", "答案来源",
          "From {found}. Nothing to do.", "取自 {found}。无需处理。"),
    Entry(Code.NOBODY_ANSWERED, WARNING, "Nobody rated the indicator", "无人为该指标评分",
          "Rate {clause}.", "请为 {clause} 评分。"),
)
# fmt: on

CATALOGUE: dict[str, Entry] = {entry.code: entry for entry in _ENTRIES}


def finding(
    code: Code,
    *,
    sheet: str = "",
    cell: str = "",
    clause: str = "",
    found: str = "",
    expected: str = "",
    impact: Impact | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding with its catalogued severity, or the one a policy switch asks for."""
    grave = CATALOGUE[code].severity if severity is None else severity
    return Finding(code, grave, sheet, cell, clause, found, expected, impact)


def effect(found: Finding) -> Effect:
    """Say what a finding means for the result: what was computed, else what its kind can do."""
    if found.severity is ERROR:
        return Effect.CHANGES  # it withholds the level
    if found.impact is not None and (found.impact.points or found.impact.level_text):
        return Effect.CHANGES
    entry = CATALOGUE[found.code]
    return entry.effect if found.severity >= entry.severity else _EFFECTS[found.severity]


def title(found: Finding, language: str = "zh") -> str:
    """Say what is wrong, in ``"zh"`` or ``"en"``."""
    return CATALOGUE[found.code].title[language]


def repair(found: Finding, language: str = "zh") -> str:
    """Say what to do, in ``"zh"`` or ``"en"``, with the finding's own values filled in."""
    entry = CATALOGUE[found.code]
    better = special_repair(found.found) if found.code[0] == "F" else None
    text = entry.repair[language]
    if better is not None:
        text = getattr(better, language)
    elif found.found and entry.if_found:
        text = entry.if_found[language == "zh"]
    return text.format(
        found=shown_value(found, found.found, language) or "—",
        expected=shown_value(found, found.expected, language) or "—",
        clause=found.clause or "—",
    )


def shown_value(found: Finding, value: str, language: str = "zh") -> str:
    """Return what a finding found or expected for people: in Chinese where it is no data."""
    if language != "zh" or not value:
        return value
    of_file = found.code[0] == "F" or found.code == Code.ALTERATIONS_NOT_SCANNED
    return (in_chinese if of_file else found_in_chinese)(found.code, value)
