"""The plain page that says why a request was refused; it needs nothing from the server."""

from __future__ import annotations

from html import escape

from cts_excel.messages import language

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>cts-excel</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 1.15rem/1.7 system-ui, "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
 color: #1d2b3a; background: #f4f6f8; margin: 0; }}
main {{ max-width: 38rem; margin: 18vh auto; background: #fff; border: 1px solid #c9d2dc;
 border-radius: 8px; padding: 2rem 2.5rem; }} h1 {{ font-size: 1.3rem; margin: 0 0 .6rem; }}
</style></head><body><main><h1>cts-excel</h1><p>{text}</p>{back}</main></body></html>
"""


def refusal_page(text: str, back: str = "") -> bytes:
    """Return the page that shows one sentence.

    :param back: the text of a link to the first page; without it there is none.
    """
    code = "zh-CN" if language() == "zh" else "en"
    link = f'<p><a href="/">{escape(back)}</a></p>' if back else ""
    return _PAGE.format(language=code, text=escape(text), back=link).encode()
