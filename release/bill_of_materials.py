"""Bills of materials (CycloneDX) of the product and of each extra, written by cyclonedx-py."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from release.environments import (
    DIST,
    PRODUCT,
    ROOT,
    built_wheel,
    extras,
    gather,
    install,
    program,
    remove_installer,
)


def write_all() -> None:
    """Write one JSON file for the product and one for each extra into ``dist/sbom``."""
    folder = DIST / "sbom"
    folder.mkdir(parents=True, exist_ok=True)
    version = built_wheel().name.split("-")[1]
    for extra in extras():
        name = "-".join(filter(None, (PRODUCT, version, extra)))
        target = folder / f"{name}.cdx.json"
        target.write_text(_bill(extra, version), encoding="utf-8", newline="\n")
        print(target.relative_to(ROOT))


def _bill(extra: str, version: str) -> str:
    """Return the bill of what an installation holds, without this machine's paths and addresses.

    :raises SystemExit: when one is in it.
    """
    with tempfile.TemporaryDirectory(prefix="sbom-") as temporary:
        wheels, where = Path(temporary) / "wheels", Path(temporary) / "environment"
        gather(extra, wheels)
        install(extra, wheels, where)
        remove_installer(where)
        module = ("-m", "cyclonedx_py", "environment")
        options = ("--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "-o", "-")
        command = [sys.executable, *module, *options, program(where, "python")]
        made = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    bill = json.loads(made.stdout)
    bill["metadata"]["component"]["version"] = version  # pyproject.toml leaves it to the build
    text = json.dumps(bill, ensure_ascii=False, indent=2) + "\n"
    for foreign in ("file:", temporary, str(ROOT)):
        if foreign in text:
            raise SystemExit(f"{foreign} stands in the bill of {extra or PRODUCT}")
    return text
