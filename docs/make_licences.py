"""Write the licences of all dependencies, per extra, into ``docs/licences.md`` and its twin.

Run by ``make licences``; a test proves that the pages are current. Who needs whom and under which
licence comes from the metadata of what is installed, versions from ``constraints.txt``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DOCS = Path(__file__).parent
ROOT = DOCS.parent
GENERATED = "<!-- Written by docs/make_licences.py (make licences); edit there. -->\n"
# Where the product runs, as the markers of requirements see it.
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)
# How packages spell what SPDX calls otherwise.
SPELLED = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}
# Read in the licence files of packages whose metadata name a family, several things or nothing.
READ_BY_HAND = {
    "docutils": "BSD-2-Clause AND BSD-3-Clause AND CC0-1.0",  # its GPL part is not in the wheel
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "olefile": "BSD-2-Clause",
    "partd": "BSD-3-Clause",
    "pebble": "LGPL-3.0-or-later",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "python-stdnum": "LGPL-2.1-or-later",
    "s3fs": "BSD-3-Clause",
    "tinycss2": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "uvloop": "Apache-2.0 OR MIT",
    "webencodings": "BSD-3-Clause",
    "zict": "BSD-3-Clause",
}
# What each licence asks of a product under the MIT licence that installs the package beside itself.
KEEP_NOTICE = ("keep the notice", "保留声明")
OWN_FILES = (
    "changes to its own files stay under it; nothing is changed here",
    "对其自身文件的修改仍须采用该许可；本产品未作任何修改",
)
REPLACEABLE = (
    "used unchanged as a package of its own, which anyone may replace; the wheel is its source",
    "未作修改，作为独立的包使用，任何人都可替换；wheel 即其源代码",
)
COMPATIBLE = {
    **dict.fromkeys(("0BSD", "CC0-1.0", "MIT-0"), ("nothing", "无要求")),
    **dict.fromkeys(("MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Zlib"), KEEP_NOTICE),
    **dict.fromkeys(("Apache-2.0", "PSF-2.0"), KEEP_NOTICE),
    "MPL-2.0": OWN_FILES,
    **dict.fromkeys(("LGPL-2.1-or-later", "LGPL-3.0-or-later"), REPLACEABLE),
}
WORDS = {
    ".md": {
        "lead": """\
# Licences

cts-excel is under the MIT licence. It installs the packages below, here in the versions of
`constraints.txt`; it holds no code of theirs. Every licence among them is compatible with the MIT
licence, and a test refuses a dependency under any other. `make sbom` writes a bill of materials
(CycloneDX) of the product and of each extra.
""",
        "asked": "## What the licences ask",
        "asked head": "| licence | packages | what it asks |",
        "after": """\
Each wheel names its licences, also those of the compiled libraries inside it (OpenBLAS and GCC's
run-time in numpy, libxml2 and iconv in lxml, image libraries in pillow). Whoever hands on a folder
of wheels hands them on with it.
""",
        "packages": "## Packages",
        "head": "| package | version | licence | needed by |",
        "product": "product",
        "Linux": "not on Windows",
        "Windows": "Windows only",
        "joint": ", ",
        "aside": " ({})",
    },
    ".zh-CN.md": {
        "lead": """\
# 许可证

cts-excel 采用 MIT 许可证。安装时会一并安装下列软件包，此处所列为 `constraints.txt` 中的版本；
产品本身不含这些包的代码。其中每个许可证都与 MIT 许可证兼容，采用其他许可证的依赖会被测试拒绝。
产品及各可选部分的物料清单（CycloneDX）用 `make sbom` 生成。
""",
        "asked": "## 各许可证的要求",
        "asked head": "| 许可证 | 软件包数 | 要求 |",
        "after": """\
每个 wheel 都附有其许可证说明，包括其中已编译的库（numpy 中的 OpenBLAS 与 GCC 运行库、
lxml 中的 libxml2 与 iconv、pillow 中的图像库）。转交 wheel 文件夹时，这些说明也随之转交。
""",
        "packages": "## 软件包",
        "head": "| 软件包 | 版本 | 许可证 | 用于 |",
        "product": "产品",
        "Linux": "Windows 上不需要",
        "Windows": "仅 Windows",
        "joint": "、",
        "aside": "（{}）",
    },
}


@dataclass(frozen=True)
class Dependency:
    """One package, the extras that need it ("" is the product), and the systems it is needed on."""

    name: str
    version: str
    licence: str
    extras: tuple[str, ...]
    systems: frozenset[str]


def main() -> None:
    """Write both pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))


def pages() -> dict[Path, str]:
    """Return each page with its text.

    :raises KeyError: for a licence that nobody has found compatible, or a package without a pin.
    """
    found = dependencies()
    return {DOCS / f"licences{suffix}": page(found, suffix) for suffix in WORDS}


def dependencies() -> list[Dependency]:
    """Return every package that the product or an extra needs, by name."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = {"": declared["dependencies"], **declared["optional-dependencies"]}
    needs: dict[str, set[tuple[str, str]]] = {}
    for extra, entries in groups.items():
        for system in SYSTEMS:
            for name in closure(map(Requirement, entries), system):
                needs.setdefault(name, set()).add((extra, system["platform_system"]))
    pins = dict(pinned())
    return [
        Dependency(
            shown_name(name),
            pins[name],
            licence_of(name),
            minimal({extra for extra, _system in users}),
            frozenset(system for _extra, system in users),
        )
        for name, users in sorted(needs.items())
    ]


def minimal(extras: set[str]) -> tuple[str, ...]:
    """Name the product alone where it needs the package by itself."""
    return ("",) if "" in extras else tuple(sorted(extras))


def closure(wanted: Iterable[Requirement], system: Mapping[str, str]) -> set[str]:
    """Return the names of what is installed for these requirements on a system."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = list(wanted)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        found.add(name)
        for extra in {"", *requirement.extras} - {e for n, e in seen if n == name}:
            seen.add((name, extra))
            waiting += needed(name, {**system, "extra": extra})
    return found


def needed(name: str, environment: dict[str, str]) -> Iterator[Requirement]:
    """Yield what a package requires; one that this system lacks is taken to require nothing."""
    try:
        entries = requires(name) or []
    except PackageNotFoundError:
        return
    for entry in map(Requirement, entries):
        if entry.marker is None or entry.marker.evaluate(environment):
            yield entry


def pinned() -> Iterator[tuple[str, str]]:
    """Yield name and version of every pin."""
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        name, equals, version = line.partition("==")
        if equals:
            yield canonicalize_name(name), version


def shown_name(name: str) -> str:
    """Return a package's name as itself spells it."""
    try:
        return str(metadata(name)["Name"])
    except PackageNotFoundError:
        return name


def licence_of(name: str) -> str:
    """Return a package's licence as an SPDX expression.

    :raises KeyError: when metadata and the list above leave it open, or it is not known to fit.
    """
    if name in READ_BY_HAND:
        licence = READ_BY_HAND[name]
    else:
        about = metadata(name)
        licence = about.get("License-Expression") or about.get("License") or classified(about)
        licence = SPELLED.get(licence, licence)
    for part in parts(licence):
        if part not in COMPATIBLE:
            raise KeyError(f"{name}: is {licence!r} compatible with MIT? Read its licence file")
    return licence


def classified(about: Mapping[str, str]) -> str:
    """Return the licence that the classifiers name."""
    classifiers = about.get_all("Classifier") or []  # type: ignore[attr-defined]
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License :: OSI")]
    return " / ".join(named)


def parts(licence: str) -> list[str]:
    """Return the licences of an expression."""
    return re.split(r" (?:AND|OR) ", re.sub(r"[()]", "", licence))


def page(found: list[Dependency], suffix: str) -> str:
    """Return one page."""
    words = WORDS[suffix]
    number = list(WORDS).index(suffix)
    used = {part for one in found for part in parts(one.licence)}
    asked = [
        f"| {name} | {sum(name in parts(one.licence) for one in found)} | {what[number]} |"
        for name, what in COMPATIBLE.items()
        if name in used
    ]
    rows = [
        f"| {one.name} | {one.version} | {one.licence} | {needed_by(one, words)} |" for one in found
    ]
    return "\n".join(
        [
            GENERATED,
            words["lead"],
            words["asked"] + "\n",
            *(words["asked head"], "|---|---:|---|", *asked, ""),
            words["after"],
            words["packages"] + "\n",
            *(words["head"], "|---|---|---|---|", *rows, ""),
        ]
    )


def needed_by(one: Dependency, words: Mapping[str, str]) -> str:
    """Name the extras that need a package, and the one system if it is not needed on both."""
    names = words["joint"].join(f"`{e}`" if e else words["product"] for e in one.extras)
    if len(one.systems) == len(SYSTEMS):
        return names
    return names + words["aside"].format(words[min(one.systems)])


if __name__ == "__main__":
    main()
