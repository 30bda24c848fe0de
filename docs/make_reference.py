"""Write the reference pages from the code: commands, findings, the standard file.

Run by ``make docs``; a test proves that the pages in the repository are current.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from cts_excel.audit.catalogue import CATALOGUE, Entry
from cts_excel.audit.catalogue_page import page as catalogue_page
from cts_excel.audit.findings import Effect, Severity
from cts_excel.standard.model import Standard

DOCS = Path(__file__).parent
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}
GENERATED = "<!-- Written by docs/make_reference.py (make docs); edit there. -->\n"

_PAGES = """
import json, os, sys
from cts_excel.messages import translate_click, use_language
use_language(sys.argv[1])
translate_click(os.environ)
from cts_excel.cli.entry import cli
from cts_excel.cli.help_page import every_page
print(json.dumps(every_page(cli, "cts-excel", 90)))
"""


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(DOCS.parent))


def pages() -> dict[Path, str]:
    """Return each generated page with its text."""
    made = {}
    for language, suffix in SUFFIX.items():
        made[DOCS / "reference" / f"cli{suffix}"] = cli_page(language)
        made[DOCS / "reference" / f"standard-file{suffix}"] = standard_page(language)
    made[DOCS / "findings.zh-CN.md"] = findings_page()
    made[DOCS / "findings.md"] = catalogue_page()
    return made


# ---------------------------------------------------------------------------- commands


def cli_page(language: str) -> str:
    """Return what ``--help`` says, for every command."""
    title, lead = {
        "en": (
            "Commands",
            "What `--help` says, for every command. `cts-excel` and `python -m cts_excel` are the "
            "same.\nDefaults for any option may stand in `cts-excel.toml` beside the data "
            "(`cts-excel config` shows them).",
        ),
        "zh": (
            "命令",
            "每个命令的 `--help` 内容。`cts-excel` 与 `python -m cts_excel` 相同。\n"
            "各选项的默认值可写在数据旁的 `cts-excel.toml` 中（用 `cts-excel config` 查看）。",
        ),
    }[language]
    parts = [GENERATED, f"# {title}\n", lead + "\n"]
    for name, text in help_pages(language).items():
        parts += [f"## {name}\n", f"```text\n{text.rstrip()}\n```\n"]
    return "\n".join(parts)


def help_pages(language: str) -> dict[str, str]:
    """Return the help of every command in a fresh process, where the language comes first."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PAGES, language], capture_output=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


# ---------------------------------------------------------------------------- findings

FAMILIES = {
    "F": "文件",
    "W": "工作簿",
    "C": "封面",
    "R": "评分",
    "S": "特别项",
    "T": "表内与复算",
    "D": "同一审核多份文件",
    "I": "发放与回收",
    "A": "对所发放内容的改动",
    "M": "答案迁移与合并",
}
_LEAD = """\
# 核查问题

`findings.csv`、汇总工作簿和终端中可能出现的全部代码。代码的含义不会改变。错误：不能定级；警告：需要查看；提示：仅作记录。
‹ › 中的内容按实际情况填入。
"""


def findings_page() -> str:
    """Return the catalogue of findings in Chinese, family by family."""
    parts = [GENERATED, _LEAD]
    for letter in dict.fromkeys(code[0] for code in CATALOGUE):
        rows = [finding_row(entry) for code, entry in CATALOGUE.items() if code[0] == letter]
        head = ["| 代码 | 严重程度 | 影响 | 问题 | 处理办法 |", "|---|---|---|---|---|"]
        parts += [f"## {letter} {FAMILIES[letter]}\n", "\n".join([*head, *rows, ""])]
    return "\n".join(parts)


def finding_row(entry: Entry) -> str:
    """Return one line of the catalogue's table."""
    effect = Effect.CHANGES if entry.severity is Severity.ERROR else entry.effect
    texts = (entry.title["zh"], entry.repair["zh"])
    cells = (entry.code, entry.severity.shown, effect.shown, *texts)
    return "| " + " | ".join(_cell(text) for text in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("{", "‹").replace("}", "›")


# ---------------------------------------------------------------------------- standard file

# (table, field): what it means, in English and Chinese. A test holds this against the code.
FIELDS: dict[str, tuple[str, str]] = {
    "format": ("version of this file's form", "本文件格式的版本"),
    "id": ("short name, kept from edition to edition", "简称，各版本相同"),
    "edition": ("date of the edition", "版本日期"),
    "title": ("title of the specification", "规范名称"),
    "publisher": ("who publishes it", "发布单位"),
    "basis": ("what it is based on", "依据"),
    "subject": ("what is certified", "认证对象"),
    "total": ("sum of all weights, and the scale of the levels", "分值总和，也是级别的尺度"),
    "policy": ("switches for what the specification leaves open", "规范未明确之处的开关"),
    "policy.not_applicable": (
        '`"reject"`: 不适用 is an error; `"prorate"`: allowed with a reason',
        '`"reject"`：“不适用”为错误；`"prorate"`：说明理由后允许，按比例折算',
    ),
    "policy.require_evidence": (
        "`true`: a rating without evidence is an error",
        "`true`：评分缺少审核证据为错误",
    ),
    "policy.placeholders": (
        "texts that state nothing; blanks, width, case and punctuation do not count",
        "等于没有填写的文字；空格、全半角、大小写和标点不计",
    ),
    "form": (
        "what the issuing body prints on its forms; nothing that is graded",
        "认证机构印在表格上的内容；不影响评定",
    ),
    "form.document_no": ("number of the form as a document", "文件编号"),
    "form.revision": ("its revision", "版次"),
    "form.body": ("the issuing body", "发放机构"),
    "form.logo": (
        "PNG or JPEG, at most 2 MB; path from the folder of this file",
        "标志，PNG 或 JPEG，不超过 2 MB；路径从本文件所在文件夹算起",
    ),
    "special": ("special items", "特别项"),
    "special.deduction": ("special deductions", "特别扣分项"),
    "special.bonus": ("special bonus", "特别加分项"),
    "special.*.title": ("heading of the block", "区块标题"),
    "special.*.rule": ("the rule in one line", "一句话规则"),
    "special.*.statement": ("the rule as printed", "规则原文"),
    "special.*.points": ("points per entry, above 0", "每项的分值，大于 0"),
    "special.deduction.limit": ("more than this fails, whatever the score", "超过此数不通过"),
    "special.deduction.exceeded": ("what such an audit is called", "超过时的结论"),
    "special.bonus.limit": ("most that counts in all", "合计最多计入"),
    "special.*.categories": ("what an entry may be, for the dropdown", "类别，用于下拉选择"),
    "not_passed": ("below every level", "低于所有级别时"),
    "not_passed.label": ("what such an audit is called", "此时的名称"),
    "levels": ("levels, from the highest down", "级别，从高到低"),
    "levels.key": (
        "name in `grades.csv`, like `five_star`",
        "在 `grades.csv` 中的名称，如 `five_star`",
    ),
    "levels.label": ("name shown", "显示名称"),
    "levels.minimum": ("least final score, included", "最低最终得分（含）"),
    "levels.statement": ("the rule as printed", "规则原文"),
    "bands": (
        "rubric bands, from 0 up, without gap or overlap",
        "评分档，从 0 起，不留空隙、不重叠",
    ),
    "bands.label": ("name in the dropdown", "下拉中的名称"),
    "bands.low": ("lower end as a fraction of 1, included", "下限（不大于 1 的小数，含）"),
    "bands.high": ("upper end, included", "上限（含）"),
    "bands.bullets": ("when the band fits, line by line", "该档要点，逐条"),
    "sections": ("first-level indicators", "一级指标"),
    "sections.clause": ("clause, like `5.1`", "条款，如 `5.1`"),
    "sections.title": ("title", "名称"),
    "sections.weight": ("check sum: weights below it", "校验：其下分值之和"),
    "sections.count": ("check sum: indicators below it", "校验：其下指标数"),
    "groups": ("second-level indicators", "二级指标"),
    "groups.clause": ("clause, like `5.1.2`", "条款，如 `5.1.2`"),
    "groups.title": ("title", "名称"),
    "groups.weight": ("check sum: weights below it", "校验：其下分值之和"),
    "indicators": ("evaluation indicators, in table order", "评价指标，按表中顺序"),
    "indicators.clause": (
        "clause, like `5.1.2.2`; gives its parents",
        "条款，如 `5.1.2.2`；由此得出上级",
    ),
    "indicators.weight": ("points", "分值"),
    "indicators.text": ("what is examined, verbatim", "检查内容原文"),
    "errata": ("faults of the printed text", "原文勘误"),
    "errata.place": ("where", "位置"),
    "errata.printed": ("as printed", "原文"),
    "errata.reading": ("as read here", "本文件的读法"),
}
_KINDS = {
    "str": ("text", "文字"),
    "Decimal": ("number", "数字"),
    "int": ("whole number", "整数"),
    "bool": ("`true` or `false`", "`true` 或 `false`"),
    "texts": ("list of texts", "文字列表"),
    "table": ("table", "表"),
    "tables": ("list of tables", "多个表"),
}


def standard_page(language: str) -> str:
    """Return every key of a standard file: kind, default, meaning."""
    number = 0 if language == "en" else 1
    title, lead, head, needed = {
        "en": (
            "Standard file",
            "Every key of a specification's TOML file. Unknown keys are refused. Built in:\n"
            "`cts_excel/standard/cts_after_sales_2025.toml`; how to write another: "
            "[another specification](../another-specification.md).",
            "| key | kind | default | meaning |",
            "required",
        ),
        "zh": (
            "规范文件",
            "规范的 TOML 文件中的全部键；未知的键不予接受。内置文件为\n"
            "`cts_excel/standard/cts_after_sales_2025.toml`；如何编写另一规范："
            "[另一规范](../another-specification.zh-CN.md)。",
            "| 键 | 类型 | 默认 | 含义 |",
            "必填",
        ),
    }[language]
    rows = [
        f"| `{path}` | {kind(hint, number)} | {shown_default(default, needed)} "
        f"| {meaning(path)[number]} |"
        for path, hint, default in keys(Standard)
    ]
    return "\n".join([GENERATED, f"# {title}\n", lead + "\n", head, "|---|---|---|---|", *rows, ""])


def keys(struct: type[msgspec.Struct], above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield path, type and default of every key, tables before what is in them."""
    hints = get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        path = f"{above}{field.name}"
        yield path, hints[field.name], field.default
        inner = table_of(hints[field.name])
        if inner is not None:
            yield from keys(inner, f"{path}.")


def table_of(hint: Any) -> type[msgspec.Struct] | None:
    """Return the struct that a type holds, alone or in a list."""
    for part in (hint, *get_args(hint)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def kind(hint: Any, number: int) -> str:
    """Word a type."""
    if get_origin(hint) is Literal:
        return ", ".join(f"`{json.dumps(choice)}`" for choice in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ", ".join(f"`{json.dumps(choice.value)}`" for choice in hint)
    if table_of(hint) is not None:
        return _KINDS["tables" if get_origin(hint) is tuple else "table"][number]
    if get_origin(hint) is tuple:
        return _KINDS["texts"][number]
    names = {str: "str", Decimal: "Decimal", int: "int", bool: "bool"}
    return _KINDS[names[hint]][number]


def shown_default(default: Any, needed: str) -> str:
    """Word a default."""
    if default is msgspec.NODEFAULT:
        return needed
    if isinstance(default, msgspec.Struct) or default == ():
        return "–"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def meaning(path: str) -> tuple[str, str]:
    """Return what a key means, in English and Chinese.

    :raises KeyError: for a key that nobody described.
    """
    if path in FIELDS:
        return FIELDS[path]
    first, _dot, rest = path.partition(".")
    return FIELDS[f"{first}.*.{rest.partition('.')[2]}"]


if __name__ == "__main__":
    main()
