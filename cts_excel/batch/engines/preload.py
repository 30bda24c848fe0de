"""What most runs need, made once: the server of worker processes imports it before they start."""

from __future__ import annotations

from contextlib import suppress

from cts_excel.batch.engines.worker import initialise
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.alterations.reference import reference_in
from cts_excel.workbook.form.released import known_forms

__all__ = ["initialise"]  # and with it all that a worker imports

# A worker that finds nothing here makes it itself, and says what is wrong.
with suppress(Exception):
    standard = load_standard()
    for form in known_forms():
        reference_in(form, standard)
