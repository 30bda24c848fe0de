"""What the library says to people at a terminal, in words for people at a page."""

from __future__ import annotations

import re

from cts_excel.api import Code
from cts_excel.errors import UserError
from cts_excel.messages import _, fault_line

_OPTION = re.compile(r"(?<![\w-])--?[a-z]")


def told(error: UserError) -> str:
    """Word an error for a page, where options of the command line are no repair."""
    repair = error.repair
    if _OPTION.search(repair):
        repair = _("Nothing that was graded is lost: mend this, then grade again.")
    return fault_line(error.place, error.problem, repair)


def page_repair(code: str, repair: str) -> str:
    """Word the repair of a finding for a page, where its options stand under “More options”."""
    if code == Code.ENCRYPTED and "--password-file" in repair:
        return _(
            "Type its password under “More options”, then grade or drop it again; or ask for the "
            "workbook without a password."
        )
    if code == Code.ENCRYPTED:
        return _(
            "None of the passwords given opens it. Type the right one under “More options”, mind "
            "capital letters, then grade or drop it again; or ask for the workbook without a "
            "password."
        )
    if "--legacy" in repair:
        return _(
            "This is an older or other type of workbook. Tick “Also take .xls, .xlsb and .ods” "
            "under “More options”, then grade or drop it again; or ask for the workbook as .xlsx."
        )
    return repair
