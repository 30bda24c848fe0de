"""What is printed on the workbooks that are issued here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cts_excel.cli.settings import FORM, SettingsError, find_settings

if TYPE_CHECKING:
    from cts_excel.standard.model import Standard
    from cts_excel.workbook.form.imprint import Imprint


def imprint_here(standard: Standard) -> Imprint:
    """Return what forms print: ``[form]`` of the settings, before that of the standard file.

    :raises SettingsError: for a table that cannot be used.
    :raises LogoError: for a logo that cannot be printed.
    """
    from cts_excel.standard.loading import with_form
    from cts_excel.standard.shape import ShapeError
    from cts_excel.workbook.form.imprint import load_imprint

    settings = find_settings()
    try:
        own = with_form(standard, settings.form, Path()) if settings.form else standard
    except ShapeError as error:
        fault = error.fault
        key = fault.path.removeprefix(FORM).lstrip(".")
        place = f"{settings.source} [{FORM}] {key}".rstrip()
        raise SettingsError(place, fault.problem, fault.repair) from None
    return load_imprint(own.form)
