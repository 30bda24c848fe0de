"""Two languages: a complete catalogue, click's texts included, and the choice between them."""

from __future__ import annotations

import gettext
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import cts_excel
from cts_excel import messages
from cts_excel.cli import entry
from cts_excel.cli.help_page import columns, wrapped

CATALOGUES = Path(messages.LOCALE_DIR) / messages.CHINESE / "LC_MESSAGES"
SOURCES = {
    messages.DOMAIN: Path(cts_excel.__file__).parent,
    messages.CLICK_DOMAIN: Path(click.__file__).parent,
}
REPAIR = "run: make messages, then translate what is empty in the .po file"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    messages.use_language("en")


def catalogue(domain: str) -> Catalog:
    with (CATALOGUES / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=messages.CHINESE)


def entries(domain: str) -> list[Message]:
    return [message for message in catalogue(domain) if message.id]


@pytest.mark.parametrize("domain", SOURCES)
def test_every_message_is_translated_and_none_is_stale(domain: str) -> None:
    found = {
        message if isinstance(message, str) else message[0]
        for _file, _line, message, _comments, _context in extract_from_dir(
            SOURCES[domain], keywords=DEFAULT_KEYWORDS
        )
    }
    kept = catalogue(domain)
    listed = {message.id if isinstance(message.id, str) else message.id[0] for message in kept}
    assert found - listed == set(), REPAIR
    assert listed - found - {""} == set(), REPAIR
    assert not kept.obsolete, REPAIR
    assert [message.id for message in entries(domain) if message.fuzzy] == [], REPAIR
    assert [message.id for message in entries(domain) if not all(texts(message))] == [], REPAIR


def texts(message: Message) -> Iterable[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("domain", SOURCES)
def test_the_compiled_catalogue_is_current(domain: str) -> None:
    made = BytesIO()
    write_mo(made, catalogue(domain))
    assert (CATALOGUES / f"{domain}.mo").read_bytes() == made.getvalue(), REPAIR


def test_a_translation_keeps_what_is_filled_in() -> None:
    for message in entries(messages.DOMAIN):
        allowed = [fields(text) for text in ids(message)]
        for text in filter(None, texts(message)):
            assert fields(text) in allowed, (message.id, text)


def ids(message: Message) -> Iterable[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def fields(text: str) -> list[tuple[str, str]]:
    """List the places of a format, numbered as :meth:`str.format` does."""
    parts = [part for part in Formatter().parse(text) if part[1] is not None]
    return sorted((name or str(n), spec or "") for n, (_text, name, spec, _c) in enumerate(parts))


def test_translations_are_chinese() -> None:
    for message in entries(messages.DOMAIN):
        for text in filter(None, texts(message)):
            if re.search(r"[a-z]{3}", re.sub(r"\{.*?\}", "", "".join(ids(message)))):
                assert re.search(r"[\u4e00-\u9fff]", text), message.id
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]", text), f"half-width: {text}"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("zh", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("zh-Hans", "zh"),
        ("zh_CN:en", "zh"),
        ("ZH", "zh"),
        ("fr:zh_CN", "zh"),
        ("Chinese (Simplified)_China.936", "en"),
        ("en:zh", "en"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("POSIX", "en"),
        ("tlh", "en"),
        ("", "en"),
    ],
)
def test_a_language_is_understood(wanted: str, spoken: str) -> None:
    if wanted.startswith("Chinese"):
        wanted, spoken = "Chinese_China.936", "zh"
    messages.use_language(wanted)
    assert messages.language() == spoken
    assert messages._("Stopped.") == {"zh": "已停止。", "en": "Stopped."}[spoken]


@pytest.mark.parametrize(
    ("arguments", "environment", "chosen"),
    [
        (["--lang", "zh", "grade"], {"LANG": "en_GB"}, "zh"),
        (["--lang=zh"], {}, "zh"),
        ([], {"LANGUAGE": "zh_CN:en", "LC_ALL": "C"}, "zh_CN:en"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB"}, "zh_CN.UTF-8"),
        ([], {"LC_ALL": "", "LANG": "zh_CN"}, "zh_CN"),
        (["--lang"], {}, "en"),
    ],
)
def test_the_language_is_chosen(
    arguments: list[str], environment: dict[str, str], chosen: str
) -> None:
    assert messages.choose_language(arguments, environment) == chosen


def test_click_speaks_the_language_of_the_program() -> None:
    environment = {"LANGUAGE": "en"}
    before = gettext.textdomain(), os.environ.get("LANGUAGE")
    messages.use_language("zh")
    messages.translate_click(environment)
    try:
        assert environment == {"LANGUAGE": "zh_CN"}
        assert gettext.textdomain() == messages.CLICK_DOMAIN
    finally:
        gettext.textdomain(before[0])


def say(*arguments: str, **environment: str) -> tuple[int, str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("LANGUAGE", "LC_ALL", "LANG")}
    done = subprocess.run(
        [sys.executable, "-m", "cts_excel", *arguments],
        capture_output=True,
        env=clean | {"PYTHONIOENCODING": "utf-8"} | environment,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "--quite"], "错误：没有 --quite 这个选项。"),
        (["grad"], "错误：没有“grad”这个命令。您要用的是“grade”吗？"),
        (["check"], "错误：缺少参数"),
        (["verify"], "错误：缺少参数 '结果文件夹'。"),
        (["verify", "nowhere"], "'结果文件夹' 的值不正确：文件夹 nowhere 不存在。"),
        (["check", "no.xlsx"], "文件 no.xlsx 不存在"),
        (["grade", "-j", "0"], "0 不在范围 x>=1 内"),
    ],
)
def test_mistakes_are_worded_in_chinese(arguments: list[str], said: str) -> None:
    code, shown = say(*arguments, LANG="zh_CN.UTF-8")
    assert code == 2
    assert said in shown
    assert not re.search(r"(Error|RUN_DIR|No such|Missing|Did you|Invalid)", shown)


def test_the_option_wins_over_the_locale() -> None:
    assert "Usage:" in say("--lang", "en", "--help", LANGUAGE="zh_CN:en")[1]
    assert "用法：cts-excel" in say("--lang", "zh", "--help", LANGUAGE="en")[1]


PAGES = """
import json, os, sys
from cts_excel.messages import translate_click, use_language
use_language(sys.argv[1])
translate_click(os.environ)
from cts_excel.cli.entry import cli
from cts_excel.cli.help_page import every_page
print(json.dumps(every_page(cli, 'cts-excel')))
"""
# Names: of the program and its commands, of formats, products and shells.
MAY_STAY = {
    "issued",  # the folder's name
    *(
        "cts",
        "Ctrl",
        "Jinja",
        "pywebview",
        "excel",
        "demo",
        "roster",
        "template",
        "grade",
        "check",
        "verify",
        "compare",
        "merge",
        "migrate",
    ),
    *("report", "key", "new", "standard", "config", "completion", "completions", "eval", "tool"),
    *("TOML", "JSON", "CSV", "Parquet", "Dask", "PDF", "LibreOffice", "Excel", "WPS", "UTF", "SHA"),
    *(
        "bash",
        "zsh",
        "fish",
        "all",
        "faulty",
        "none",
        "en",
        "zh",
        "csv",
        "parquet",
        "local",
        "dask",
    ),
}


def help_pages(language: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", PAGES, language], capture_output=True, text=True, check=True
    )
    pages: dict[str, str] = json.loads(done.stdout)
    return pages


def test_no_english_stands_on_a_chinese_help_page() -> None:
    pages = help_pages("zh")
    assert len(pages) >= 11
    for name, page in pages.items():
        text = re.sub(r"-{1,2}[a-z][a-z-]*", " ", page)  # options
        text = re.sub(r"[A-Za-z_]+=\w+", " ", text)  # examples of values
        text = re.sub(r"[\w~.$-]*[/.][\w.<>/-]*|~/\S+", " ", text)  # files and folders
        text = re.sub(r"\b[A-Z][A-Z_]*\b", " ", text)  # metavars
        text = re.sub(r"\[[a-z|]+\]|\{[a-z|]+\}", " ", text)  # choices
        words = set(re.findall(r"[A-Za-z]{2,}", text)) - MAY_STAY - entry._commands().keys()
        assert not words, f"{name}: {words}\n{page}"
        assert re.search(r"[\u4e00-\u9fff]", page)


def test_help_pages_stay_within_their_width() -> None:
    for language in ("zh", "en"):
        for name, page in help_pages(language).items():
            for line in page.splitlines():
                assert columns(line) <= 100, (name, line)


@pytest.mark.parametrize("width", [12, 20, 37, 78])
def test_wrapping_loses_nothing_and_keeps_punctuation_together(width: int) -> None:
    text = "评定交回的工作簿（.xlsx），写入 output/<日期>：给管理层的 summary.xlsx、grades.csv。"
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line[0] not in "，。：、）"
        assert line[-1] not in "（<"
    longest = max(columns(word) for word in re.findall(r"[!-~]+", text)) + 4
    assert all(columns(line) <= max(width, longest) for line in lines)


def test_help_needs_hardly_more_than_click_itself() -> None:
    code = (
        "import sys, click\n"
        "click.Command('x', params=[click.Option(['-x'], help='x')]).main(['--help'], 'x', "
        "standalone_mode=False)\n"
        "before = set(sys.modules)\n"
        "sys.argv = ['cts-excel', '--help']\n"
        "from cts_excel.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('more:', *sorted(m for m in set(sys.modules) - before if 'cts_excel' not in m))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    more = set(done.stdout.splitlines()[-1].split()[1:])
    light = {"copy", "dataclasses", "gc", "locale", "_locale", "unicodedata"}
    assert more <= {*light, "contextvars", "_contextvars"}
