"""Single files judged, without a run folder and without anything that a run needs."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from cts_excel.audit.outcome import Outcome
from cts_excel.batch.corrections import resolve_outcomes
from cts_excel.batch.engines.judge import Rules, grade_found, grade_one
from cts_excel.batch.inputs.find import find
from cts_excel.batch.inputs.passwords import read_passwords
from cts_excel.files.numbers import plain
from cts_excel.files.visible import visible
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.issuing.key_file import load_key

log = logging.getLogger("cts_excel")


def grade_file(
    source: Path | str | bytes,
    standard: Standard | None = None,
    *,
    legacy: bool = False,
    password_file: Path | str | None = None,
    passwords: tuple[str, ...] = (),
    key_file: Path | str | None = None,
) -> Outcome:
    """Judge one workbook: status, exact scores, level, findings with their repairs.

    Never raises for what stands in the file: what cannot be read is ``rejected``.

    :param source: path, or the content itself.
    :param legacy: also take .xls, .xlsb and .ods.
    :param password_file: passwords to try on an encrypted workbook, one per line.
    :param passwords: others to try, besides those of the file.
    :param key_file: the key of issue; what it did not issue has no level.
    :raises RunError: where the password file cannot be read.
    :raises KeyFileError: where the key file cannot be used.
    """
    outcome = grade_one(
        source,
        standard or load_standard(),
        legacy=legacy,
        passwords=(*passwords, *_passwords(password_file)),
        key=None if key_file is None else load_key(Path(key_file)),
    )
    log_outcome(outcome)
    return outcome


def grade_files(
    paths: Iterable[Path | str],
    standard: Standard | None = None,
    *,
    legacy: bool = False,
    password_file: Path | str | None = None,
    key_file: Path | str | None = None,
) -> list[Outcome]:
    """Judge files together, as a run would: the same audit twice is told (rules 12 and 14).

    Archives and e-mails are looked into.

    Outcomes come in the order of a run, by full path; a file named twice is judged once. The
    options and errors are those of :func:`grade_file`.
    """
    standard = standard or load_standard()
    passwords = _passwords(password_file)
    key = None if key_file is None else load_key(Path(key_file))
    rules = Rules(standard, legacy=legacy, passwords=passwords, key=key)
    outcomes = resolve_outcomes([grade_found(found, rules) for found in find(paths).files])
    for outcome in outcomes:
        log_outcome(outcome)
    return outcomes


def _passwords(file: Path | str | None) -> tuple[str, ...]:
    return read_passwords(None if file is None else Path(file))


def log_outcome(outcome: Outcome) -> None:
    """Log one graded file: status, score, level, and the codes of its findings with their cells."""
    if not log.isEnabledFor(logging.INFO):
        return
    final = plain(outcome.score.final) if outcome.score else "-"
    level = outcome.judgement.key if outcome.judgement else "-"
    codes = " ".join(f"{f.code}@{f.cell}" if f.cell else f.code for f in outcome.findings)
    file = visible(outcome.file)
    log.info("%s %s final=%s level=%s %s", outcome.status.value, file, final, level, visible(codes))
