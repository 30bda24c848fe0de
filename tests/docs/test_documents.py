"""Documents cannot drift: pages are current, links resolve, commands and options are named."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from cts_excel.cli.entry import cli
from cts_excel.cli.help_page import HelpContext

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import make_reference  # noqa: E402

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
MARKDOWN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands() -> dict[str, click.Command]:
    """Every command by what a person types, the group's own options under ``cts-excel``."""
    found: dict[str, click.Command] = {"cts-excel": cli}
    context = HelpContext(cli, info_name="cts-excel")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        found[f"cts-excel {name}"] = command
        if isinstance(command, click.Group):
            found |= {f"cts-excel {name} {inner}": c for inner, c in command.commands.items()}
    return found


def test_generated_pages_are_current() -> None:
    for path, text in make_reference.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{named(path)}: run make docs"


@pytest.mark.parametrize("suffix", [".md", ".zh-CN.md"])
def test_the_reference_holds_every_command_and_option(suffix: str) -> None:
    page = (DOCS / "reference" / f"cli{suffix}").read_text(encoding="utf-8")
    for name, command in commands().items():
        assert f"## {name}\n" in page
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert option in section, (name, option)


@pytest.mark.parametrize("readme", READMES, ids=named)
def test_the_readme_names_every_command_and_long_option(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    for name, command in commands().items():
        if not isinstance(command, click.Group):
            assert name in text, name
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                if option.startswith("--"):
                    assert option in text, (name, option)


@pytest.mark.parametrize("suffix", [".md", ".zh-CN.md"])
def test_the_sizes_in_the_readme_are_the_measured_ones(suffix: str) -> None:
    measured = (DOCS / f"install{suffix}").read_text(encoding="utf-8")
    on_disk = re.findall(r"^\| `cts-excel.*\| (\d+ MB) \|$", measured, re.MULTILINE)
    readme = " ".join((ROOT / f"README{suffix}").read_text(encoding="utf-8").split())
    assert len(on_disk) == 5
    assert sorted(re.findall(r"\d+ MB", readme)) == sorted(on_disk)


@pytest.mark.parametrize("path", MARKDOWN, ids=named)
def test_no_document_names_an_option_or_command_that_does_not_exist(path: Path) -> None:
    known = commands()
    blocks = re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    for line in re.findall(r"^cts-excel .*$", "\n".join(blocks), re.MULTILINE):
        words = line.partition(" #")[0].split()
        wanted = [w for w in words[1:] if not w.startswith("-")]
        name = next(
            (n for n in (" ".join(["cts-excel", *wanted[:k]]) for k in (2, 1)) if n in known),
            "cts-excel",
        )
        if name == "cts-excel" and wanted and not {"--lang", "--debug"} & set(words):
            pytest.fail(f"no such command: {line}")
        options = {o for n in ("cts-excel", name) for p in known[n].params for o in p.opts}
        for word in words:
            if word.startswith("-"):
                assert word.partition("=")[0] in options | {"--help", "-h"}, line


@pytest.mark.parametrize("path", MARKDOWN, ids=named)
def test_links_resolve(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _sharp, anchor = target.partition("#")
        there = (path.parent / file) if file else path
        assert there.exists(), f"{named(path)}: {target}"
        if anchor:
            assert anchor in anchors(there), f"{named(path)}: {target}"


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings}


def test_every_picture_is_used_and_every_page_is_in_the_navigation() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in MARKDOWN)
    for picture in (DOCS / "images").iterdir():
        assert f"images/{picture.name}" in texts, picture.name
    listed = yaml.safe_dump(
        yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    )
    for page in DOCS.rglob("*.md"):
        if not page.name.endswith(".zh-CN.md"):
            assert page.relative_to(DOCS).as_posix() in listed, page.name


def test_terminal_pictures_take_nothing_from_the_network() -> None:
    for picture in (DOCS / "images").glob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        assert "url(http" not in text
        assert "@font-face" not in text


@pytest.mark.slow
def test_the_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|img|link)[^>]*(?:src|href)=\"(https?://[^\"]*)", html)
        assert fetched == [], page.name
    chinese = (tmp_path / "site" / "zh-CN" / "walkthrough.html").read_text(encoding="utf-8")
    assert "从发放名单到汇总" in chinese
