"""Fresh virtual environments with the product and one extra, installed from a folder of wheels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
PRODUCT = "cts-excel"
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def extras() -> tuple[str, ...]:
    """Return the product's extras, "" for none of them first."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return ("", *sorted(declared["optional-dependencies"]))


def requirement(extra: str) -> str:
    """Return what ``pip install`` is given."""
    return f"{PRODUCT}[{extra}]" if extra else PRODUCT


def built_wheel() -> Path:
    """Return the wheel that ``make dist`` built.

    :raises SystemExit: unless there is exactly one.
    """
    wheels = sorted(DIST.glob("*.whl"))
    if len(wheels) != 1:
        raise SystemExit(f"{DIST}: {len(wheels)} wheels instead of one. Run: make dist")
    return wheels[0]


def gather(extra: str, folder: Path) -> None:
    """Put the built wheel, and the wheels of all that it needs with ``extra``, into ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    wanted = f"{built_wheel()}[{extra}]" if extra else str(built_wheel())
    options = ("-c", ROOT / "constraints.txt", "--only-binary", ":all:", "--wheel-dir", folder)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", *options, wanted]
    subprocess.run(command, check=True)


def install(extra: str, wheels: Path, where: Path) -> None:
    """Make a virtual environment and install the product there, from ``wheels`` only."""
    run(sys.executable, "-m", "venv", where)
    pip = (program(where, "python"), "-m", "pip", "install", "--quiet")
    run(*pip, "--no-index", "--find-links", wheels, requirement(extra))


def remove_installer(where: Path) -> None:
    """Take pip away from an environment, so that it holds what the product needs and no more."""
    run(program(where, "python"), "-m", "pip", "uninstall", "--quiet", "-y", "setuptools", "pip")


def program(where: Path, name: str) -> Path:
    """Return the path of a program of an environment."""
    return where / _SCRIPTS / name


def run(*command: object, cwd: Path | None = None, allowed: Sequence[int] = (0,)) -> str:
    """Run a command without network and without this user's settings, and return what it printed.

    :raises SystemExit: when it ends with another exit code.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [*_without_network(), *map(str, command)],
        cwd=cwd,
        env={**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in allowed:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


@cache
def _without_network() -> tuple[str, ...]:
    """Return what takes the network away from a command, where the system can do that."""
    cut_off = ("unshare", "--map-root-user", "--net")
    if not shutil.which(cut_off[0]):
        return ()
    probe = subprocess.run([*cut_off, "true"], capture_output=True, check=False)
    return cut_off if probe.returncode == 0 else ()


def network_is_cut() -> bool:
    """Tell whether commands really ran without network, or only without a package index."""
    return bool(_without_network())
