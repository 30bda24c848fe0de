"""The region in a unified social credit code, as a proposal that a person confirms."""

from __future__ import annotations

from stdnum import numdb
from stdnum.cn import uscc

from cts_excel.audit.cover import cover_field

_REGION = slice(2, 8)  # digits 3 to 8: where the organisation was registered (GB 32100)
# The table has two names in their traditional writing.
_SIMPLIFIED = str.maketrans("門別區", "门别区")


def province_of(code: str) -> str:
    """Return the province of a valid credit code.

    ``""`` for no valid code, and for the code of an organisation that no province registered.
    """
    if not uscc.is_valid(code):
        return ""
    for _digits, names in numdb.get("cn/loc").info(uscc.compact(code)[_REGION]):
        if "province" in names:
            return cover_field("province").choice(names["province"].translate(_SIMPLIFIED)) or ""
    return ""
