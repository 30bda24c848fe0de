"""The Chinese of screens, workbooks and pages: one term for one thing, Chinese punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "cts_excel" / "locale" / "zh_CN" / "LC_MESSAGES"

# What must not be said -> what is said instead.
REPLACED = {
    r"名册|发放清单|(?<!发放)名单(?!外|中|内)": "发放名单",
    r"每个审核填": "每次审核填",
    r"认证决定由人": "认证决定由认证决定人员作出",
    r"申报": "表内",
    r"宽严差": "评分松紧度差",
    r"整十比例占比": "整十分占比",
    r"按其他写法读取": "写法不规范",
    r"未经计算": "文件未保存计算结果",
    r"恰在上限": "已达上限",
    r"不能证明什么": "仅提示复核方向",
    r"发放证明": "发放凭证",
    r"标识不符": "与发放不一致",
    r"标记文件": "标记副本",
    r"交件人": "提交人",
    r"政策": "规则开关",
    r"运行文件夹|结果目录": "结果文件夹",
    r"标准文件": "规范文件",
    r"第二读取": "第二套读取程序",
    r"哈希": "摘要值",
    r"补正办法": "处理办法",
    r"[「」]": "“”",
}
_HAN = "\u4e00-\u9fff"
_NARROW = re.compile(rf"[{_HAN}”）][,;:?!](?![A-Za-z0-9\]])|[{_HAN}”）]\.(?=\s|$)|[{_HAN}]\(")


def _files(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def _shown_texts() -> Iterator[tuple[str, str]]:
    """Yield place and text of whatever people read in Chinese."""
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                texts = message.string
                for text in (texts,) if isinstance(texts, str) else texts:
                    yield f"{path.name}: {message.id}", text if message.id else ""
    for path in _files("*.zh-CN.md", "docs/**/*.zh-CN.md", "cts_excel/**/*.j2"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", line


def _sources() -> Iterator[tuple[str, str]]:
    """Yield place and line of sources and of the navigation, which hold Chinese texts, too."""
    folding = {"identity.py", "roster_headings.py"}  # what people type, not what is shown
    for path in _files("cts_excel/**/*.py", "mkdocs.yml", "docs/make_reference.py"):
        if path.name not in folding:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield f"{path.relative_to(ROOT)}:{number}", line


@cache
def _all_texts() -> tuple[tuple[str, str], ...]:
    return tuple(
        place for place in (*_shown_texts(), *_sources()) if re.search(f"[{_HAN}「]", place[1])
    )


@pytest.mark.parametrize(("wrong", "right"), REPLACED.items(), ids=REPLACED.values())
def test_one_thing_has_one_name(wrong: str, right: str) -> None:
    seen = [f"{place}: {text.strip()}" for place, text in _all_texts() if re.search(wrong, text)]
    assert seen == [], f"say {right}"


def test_punctuation_beside_chinese_is_chinese() -> None:
    texts = [(place, re.sub("`[^`]*`", "", text)) for place, text in _shown_texts()]
    assert [f"{place}: {text}" for place, text in texts if _NARROW.search(text)] == []


@pytest.mark.parametrize("text", ["用法: a", "已写入.", "封面(必填)", "是否继续?", "“甲”,乙"])
def test_narrow_punctuation_is_seen(text: str) -> None:
    assert _NARROW.search(text)
