"""Write tests/data/filled_by_libreoffice.* anew.

``PYTHONPATH=tests python -m real_applications.keep_samples``
"""

import shutil
import tempfile
from pathlib import Path

from real_applications.generated import sample
from real_applications.harness import Job, LibreOffice
from real_applications.test_real_client import DATA, KINDS, typed

from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.template import template_bytes

if __name__ == "__main__":
    standard = load_standard()
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder, "blank.xlsx")
        blank.write_bytes(template_bytes(standard))
        targets = tuple(DATA / f"filled_by_libreoffice.{kind}" for kind in KINDS)
        office = LibreOffice(str(shutil.which("soffice")), Path(folder))
        office.fill([Job(blank, typed(standard, sample(standard)), targets)])
