"""Codes of findings by name: rules say what they mean, other systems read the stable value."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every code of the catalogue. Other systems read its value: its meaning never changes.

    The letter names the family: F file, W workbook, C cover, R rating, S special item, T total,
    D same audit twice, I issue, A alteration of what was issued, M migration.
    """

    @property
    def family(self) -> str:
        """The letter of the family."""
        return self.value[0]

    # the file
    FILE_UNREADABLE = "F01"
    NOT_AN_AUDIT_WORKBOOK = "F02"
    ENCRYPTED = "F03"
    OVER_A_LIMIT = "F04"
    DANGEROUS = "F05"
    TIMED_OUT = "F06"
    WORKER_DIED = "F07"
    TYPE_NOT_ACCEPTED = "F08"
    FILE_EMPTY = "F09"
    NOT_A_REGULAR_FILE = "F10"
    INTERNAL_ERROR = "F11"

    # the workbook
    OTHER_STANDARD = "W01"
    INDICATOR_TABLE_DIFFERS = "W02"
    OTHER_FORMAT_VERSION = "W03"
    SHEET_MISSING = "W04"
    SHEET_RENAMED = "W05"
    SHEETS_REORDERED = "W06"
    ROWS_MOVED = "W07"
    CLAUSE_MISSING = "W08"
    CLAUSE_REPEATED = "W09"
    CLAUSE_UNKNOWN = "W10"
    WEIGHT_ALTERED = "W11"
    INDICATOR_TEXT_ALTERED = "W12"
    IDENTITY_MISSING = "W13"
    COLUMN_MISSING = "W14"
    SHEET_REPEATED = "W15"
    COLUMN_REPEATED = "W16"
    COLUMNS_MOVED = "W17"
    AMBIGUOUS_CONTENT = "W18"
    LABEL_MISSING = "W19"
    CLAUSE_NUMBER_ALTERED = "W20"

    # 封面
    REQUIRED_ENTRY_MISSING = "C01"
    NOT_A_DATE = "C02"
    ENDS_BEFORE_START = "C03"
    CREDIT_CODE_INVALID = "C04"
    NOT_A_CHOICE = "C05"
    COVER_WRONG_TYPE = "C06"

    # ratings
    NOT_RATED = "R01"
    PERCENT_MISSING = "R02"
    PERCENT_OUTSIDE_BAND = "R03"
    BAND_MISSING = "R04"
    BAND_UNKNOWN = "R05"
    PERCENT_NOT_A_NUMBER = "R06"
    RATING_ERROR_VALUE = "R07"
    PERCENT_IS_LOGICAL = "R08"
    PERCENT_IS_DATE = "R09"
    PERCENT_NEGATIVE = "R10"
    PERCENT_ABOVE_100 = "R11"
    PERCENT_NOT_FINITE = "R12"
    PERCENT_OTHER_FORM = "R13"
    PERCENT_TOO_FINE = "R14"
    EVIDENCE_MISSING = "R15"
    NOT_APPLICABLE_REJECTED = "R16"
    NOT_APPLICABLE_WITHOUT_REASON = "R17"
    NOT_APPLICABLE_WITH_PERCENT = "R18"
    NOTHING_APPLICABLE = "R19"
    ANSWER_IS_FORMULA = "R20"
    FORMULA_NOT_CALCULATED = "R21"

    # special items
    SPECIAL_INCOMPLETE = "S01"
    SPECIAL_CATEGORY_UNKNOWN = "S02"
    DEDUCTIONS_AT_LIMIT = "S03"
    DEDUCTIONS_OVER_LIMIT = "S04"
    BONUS_OVER_LIMIT = "S05"
    SPECIAL_CLAUSE_UNKNOWN = "S06"
    SPECIAL_ERROR_VALUE = "S07"

    # stated totals
    STATED_FINAL_DIFFERS = "T01"
    STATED_LEVEL_DIFFERS = "T02"
    NOT_CALCULATED = "T03"
    STATED_ITEM_DIFFERS = "T04"
    STATED_PARTIAL_DIFFERS = "T05"
    STATED_NOT_A_NUMBER = "T06"
    READERS_DIFFER = "T07"

    # the same audit twice
    DUPLICATE = "D01"
    CONFLICT = "D02"

    # issue
    PROOF_MISSING = "I01"
    NOT_ISSUED_WITH_KEY = "I02"
    IDENTITY_CHANGED = "I03"
    ISSUE_ID_OF_OTHER_AUDIT = "I04"
    PROOF_DOES_NOT_FIT = "I05"
    ISSUE_ID_SHARED = "I06"
    NOT_ON_ROSTER = "I07"
    ROSTER_DIFFERS = "I08"

    # alterations of what was issued
    FORMULA_ALTERED = "A01"
    FORMULA_REPLACED = "A02"
    FORMULA_REMOVED = "A03"
    FORMULA_FOR_VALUE = "A04"
    PRINTED_TEXT_ALTERED = "A05"
    PROTECTION_REMOVED = "A06"
    VALIDATION_REMOVED = "A07"
    VALIDATION_ALTERED = "A08"
    SHEET_HIDDEN = "A09"
    HIDDEN_SHEET_SHOWN = "A10"
    SHEET_ADDED = "A11"
    ROWS_HIDDEN = "A12"
    INPUT_MERGED = "A13"
    EXTERNAL_LINKS = "A14"
    MACROS = "A15"
    COMMENTS = "A16"
    NAME_ALTERED = "A17"
    NAME_ADDED = "A18"
    IDENTITIES_DISAGREE = "A19"
    PROPERTIES_MISSING = "A20"
    TOTAL_DOES_NOT_FOLLOW = "A21"
    FORMULA_SHOWS_ERROR = "A22"
    ROWS_INSERTED = "A23"
    FORM_PART_DELETED = "A24"
    CONTENT_OUTSIDE_FORM = "A25"
    ALTERATIONS_NOT_SCANNED = "A26"
    CELLS_UNLOCKED = "A27"
    MANUAL_CALCULATION = "A28"

    # migration
    OTHER_INDICATOR = "M01"
    NOT_CARRIED_OVER = "M02"
    NO_EARLIER_ANSWER = "M03"
    FORMULA_NOT_CARRIED = "M04"
