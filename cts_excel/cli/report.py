"""``cts-excel report``."""

from __future__ import annotations

from pathlib import Path

import click

from cts_excel.cli.options import output_folder_option, run_dir_argument, standard_option
from cts_excel.messages import _, ngettext


@click.command(
    name="report",
    help=_(
        "Write a print-ready report per client of a finished run, fit to hand over: result, "
        "strengths and weaknesses with the assessor's words, special items, conclusion, lines to "
        "sign."
    ),
)
@run_dir_argument
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME",
    help=_("Only this client: name, credit code or audit number; may be repeated."),
)
@output_folder_option(_("Folder for the reports; files of the same name are replaced."))
@click.option(
    "--internal",
    is_flag=True,
    help=_("For the office only: add rank, comparison with all audits, and findings."),
)
@click.option(
    "--issuer",
    metavar="NAME",
    default="",
    help=_("Who issues the report; without: the publisher of the specification."),
)
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("Decisions of the committee; without: decisions.xlsx of the run, if there is one."),
)
@click.option("--pdf", is_flag=True, help=_("Also convert to PDF; needs LibreOffice."))
@standard_option
def command(
    run_dir: Path,
    clients: tuple[str, ...],
    output: Path,
    internal: bool,
    issuer: str,
    decisions: Path | None,
    pdf: bool,
    standard_path: str | None,
) -> None:
    """Write the reports and say how many."""
    from cts_excel.standard.loading import load_standard
    from cts_excel.summary.report.write import write_client_reports

    standard = load_standard(standard_path)
    written = write_client_reports(
        run_dir, output, standard, clients, internal=internal, issuer=issuer, pdf=pdf,
        decisions=decisions,
    )  # fmt: skip
    text = ngettext("Wrote {} file to {}.", "Wrote {} files to {}.", len(written))
    click.echo(text.format(len(written), output))
