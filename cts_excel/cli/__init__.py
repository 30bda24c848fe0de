"""The command line: parse, call, show, exit code. No rule of grading, no cell address."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from cts_excel.messages import choose_language, translate_click, use_language


def main() -> NoReturn:
    """Choose the terminal's language, then run the command line.

    The language comes first: option and help texts are translated while commands are loaded.
    """
    use_language(choose_language(sys.argv[1:], os.environ))
    translate_click(os.environ)
    from cts_excel.cli.entry import run

    run()
