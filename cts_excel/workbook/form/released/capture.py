"""Keep the present format of the form as data (``make released``)."""

from __future__ import annotations

import io
import lzma
import zipfile
from pathlib import Path

import msgspec

from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.version import __version__
from cts_excel.workbook.form.fingerprint import specification_digest
from cts_excel.workbook.form.positions import current_form
from cts_excel.workbook.form.released import Release, policies, policy_key
from cts_excel.workbook.form.template import template_bytes


def released_now(standard: Standard) -> bytes:
    """Return the JSON of the present format, with the blanks of a specification."""
    blanks = {
        policy_key(policy): _parts(template_bytes(msgspec.structs.replace(standard, policy=policy)))
        for policy in policies(standard.policy)
    }
    release = Release(
        current_form(), specification_digest(standard), blanks, standard.policy.placeholders
    )
    return msgspec.json.encode(release)


def _parts(content: bytes) -> dict[str, str]:
    """Return the parts of a blank as texts, without the version of the tool that made it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        texts = {name: package.read(name).decode() for name in package.namelist()}
    return {name: text.replace(f">{__version__}<", "><") for name, text in texts.items()}


def keep(folder: Path, standard: Standard) -> None:
    """Write the file of the present format; one that was released stays as it is.

    :raises SystemExit: the present form differs from what was released under its number.
    """
    version, content = current_form().version, released_now(standard)
    path = folder / f"format_{version}.json.xz"
    if not path.exists():
        path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    elif lzma.decompress(path.read_bytes()) != content:
        raise SystemExit(f"Format {version} is released and differs: raise FORMAT_VERSION.")


if __name__ == "__main__":
    keep(Path(__file__).parent, load_standard())
