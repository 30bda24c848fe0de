"""Install the client libraries of packages.toml into the cache folder; Debian's come by apt.

``python tests/real_applications/clients/install.py``
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

PACKAGES = Path(__file__).with_name("packages.toml")
DEBIAN = ("libreoffice-calc", "gnumeric")


def cache_folder() -> Path:
    """Return the folder of the installed libraries: CTS_CLIENTS, or one under the user's cache."""
    chosen = os.environ.get("CTS_CLIENTS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else cache / "cts-excel-clients"


def install(folder: Path) -> None:
    """Install every library, exactly in the version of the table.

    :raises subprocess.CalledProcessError: if a package cannot be installed.
    """
    wanted = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    npm = ["npm", "install", "--silent", "--no-save", "--no-package-lock", "--no-audit"]
    modules = [f"{name}@{version}" for name, version in wanted["npm"].items()]
    subprocess.run([*npm, "--no-fund", "--prefix", str(folder), *modules], check=True)
    target = folder / "python"
    shutil.rmtree(target, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target)]
    distributions = [f"{name}=={version}" for name, version in wanted["pypi"].items()]
    subprocess.run([*pip, *distributions], check=True)


if __name__ == "__main__":
    install(cache_folder())
    for program, package in (("soffice", DEBIAN[0]), ("ssconvert", DEBIAN[1])):
        if shutil.which(program) is None:
            print(f"{program} is missing: apt-get install {package}")
