"""One client's report: a short workbook, print-ready, made from a finished run's folder."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cts_excel.errors import UserError
from cts_excel.files.atomic import atomic_write
from cts_excel.files.names import unique_names
from cts_excel.messages import _, listed
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.facts import RunFacts
from cts_excel.summary.report.client_run import Client, FinishedRun, read_run
from cts_excel.summary.report.internal import write_internal
from cts_excel.summary.report.sheets import write_details, write_result
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.chart_data import ChartData

_PDF_SECONDS = 300


class PdfError(UserError):
    """No PDF could be made; the message says why and what to do."""

    exit_code = 3


def write_client_reports(
    folder: Path | str, target: Path | str, standard: Standard, clients: Sequence[str] = (),
    *, internal: bool = False, issuer: str = "", pdf: bool = False,
    decisions: Path | None = None,
) -> list[Path]:  # fmt: skip
    """Write a report per graded audit of a finished run; return the files, workbooks first.

    :param clients: organisations, credit codes or audit numbers; all audits by default.
    :param internal: add what stays in the office: rank, comparison, findings.
    :param issuer: who issues the report; the publisher of the standard by default.
    :param pdf: also convert with LibreOffice.
    :param decisions: the committee's form; by default ``decisions.xlsx`` of the run, if any.
    :raises RunFolderError: see :func:`~cts_excel.summary.report.client_run.read_run`.
    :raises DecisionsError: if the decisions cannot be used.
    :raises PdfError: if LibreOffice is not installed (before anything is written) or fails.
    :raises OSError: if a file cannot be written. A file of the same name is replaced.
    """
    program = _libreoffice() if pdf else ""
    run = read_run(folder, standard, clients, decisions)
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    kind = "评定报告_内部" if internal else "评定报告"
    stems = (f"{c.grade['audit_no']}_{c.grade['organisation']}_{kind}" for c in run.clients)
    written = []
    for client, name in zip(run.clients, unique_names(stems), strict=True):
        write_client_report(target / name, run, client, standard, internal=internal, issuer=issuer)
        written.append(target / name)
    return written + (_as_pdf(program, written, target) if pdf and written else [])


def write_client_report(
    path: Path, run: FinishedRun, client: Client, standard: Standard, *, internal: bool = False,
    issuer: str = "",
) -> None:  # fmt: skip
    """Write one report (.xlsx), atomically; equal runs give equal bytes.

    Without ``internal`` nothing in it depends on what fewer than ten others were given.

    :raises OSError: if it cannot be written; an earlier file at ``path`` stays complete.
    """
    facts = RunFacts(run.tool_version, run.started)
    with atomic_write(path) as file:
        book = WorkbookWriter(file, standard, facts)
        data = ChartData()
        write_result(book, run, client, issuer, data)
        write_details(book, client)
        if internal:
            write_internal(book, run, client)
        data.write(book)
        book.close()


def _libreoffice() -> str:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise PdfError(
            "--pdf",
            _("LibreOffice is not installed, so no PDF can be made"),
            _("Install it, or leave out --pdf and print the workbooks."),
        )
    return program


def _as_pdf(program: str, workbooks: list[Path], target: Path) -> list[Path]:
    """Convert with a private profile, so that an open LibreOffice is not disturbed."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless",
            "--convert-to", "pdf", "--outdir", str(target.resolve()),
            *(str(path.resolve()) for path in workbooks),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PDF_SECONDS)  # noqa: S603
        except (subprocess.SubprocessError, OSError) as error:
            raise PdfError(
                "--pdf",
                _("LibreOffice did not finish: {}").format(error),
                _("Try again without --pdf."),
            ) from None
    made = [path.with_suffix(".pdf") for path in workbooks]
    missing = [path.name for path in made if not path.is_file()]
    if missing:
        problem = _("LibreOffice wrote no {}").format(listed(missing))
        raise PdfError("--pdf", problem, _("Try again without --pdf."))
    return made
