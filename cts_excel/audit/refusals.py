"""Why a file is refused, in words: what it is, what stands against it, the repair that helps.

Readers say it in English (``found`` of a finding, the same in every language); this module says it
in Chinese, and knows for each type of file what its sender can do.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cts_excel.audit.codes import Code


class Repair(NamedTuple):
    """What to do, in both languages, with a place for what was found."""

    en: str
    zh: str


_OLDER = Repair(
    "This is an older or other workbook type ({found}). Save it as .xlsx and return that, or allow "
    "it with --legacy.",
    "这是其他格式的工作簿（{found}）。请另存为 .xlsx 再交回，或用 --legacy 允许旧格式。",
)
_SAVE_AS = Repair(
    "Found {found}. Open it in Excel, WPS or LibreOffice, save it as .xlsx and return that.",
    "实际为{found}。请用 Excel、WPS 或 LibreOffice 打开，另存为 .xlsx 再交回。",
)
_EXPORT = Repair(
    "Found {found}. In Numbers choose File > Export To > Excel, and return the .xlsx.",
    "实际为{found}。请在 Numbers 中选择“文件 > 导出为 > Excel”，交回导出的 .xlsx。",
)
_UNPACK = Repair(
    "Found {found}. Unpack it and return the workbooks, or pack them as .zip.",
    "实际为{found}。请解压后交回其中的 .xlsx 工作簿，或改用 ZIP 格式压缩。",
)
_RENAMED = Repair(
    "Found {found} under the name of a workbook. Name it .zip again and grade it, or unpack it and "
    "return the workbooks.",
    "实际为{found}，只是用了工作簿的扩展名。请把扩展名改回 .zip 再评定，或解压后交回其中的工作簿。",
)
_SPLIT = Repair(
    "The archive holds too much ({found}). Split it, or unpack it and grade the folder.",
    "压缩包内容过多（{found}）。请分成几个压缩包，或解压后评定其中的文件夹。",
)
_OUTLOOK = Repair(
    "Found {found}. Ask the sender to send it again as HTML or plain text, or save the workbook "
    "from the mail in Outlook.",
    "实际为{found}。请发件人改用 HTML 或纯文本格式重新发送，或在 Outlook 中另存邮件里的工作簿。",
)
_ISSUED = Repair(
    "Found {found}, no workbook. Return the issued .xlsx itself, not a file with its name.",
    "实际为{found}，不是工作簿。请交回所发放的 .xlsx 工作簿本身；只改文件名不能改变文件内容。",
)
_EMPTY = Repair(
    "Found an {found}. Ask the sender for the .xlsx workbook.",
    "这是{found}。请向提交人索取 .xlsx 工作簿。",
)
_DECRYPT = Repair(
    "The archive asks for a password. Unpack it and return the workbook itself.",
    "压缩包设有密码。请解压后交回工作簿本身。",
)
_NEST = Repair(
    "The archive lies too deep in other archives. Unpack it and return the workbooks.",
    "压缩包嵌套层数过多。请解压后交回其中的工作簿。",
)
# What readers say of a file: in Chinese, and its repair if that of the code does not fit.
_WORDS: dict[str, tuple[str, Repair | None]] = {
    ".xls": (".xls", _OLDER),
    ".xlsb": (".xlsb", _OLDER),
    ".ods": (".ods", _OLDER),
    "xls": (".xls", _OLDER),
    "PDF": ("PDF 文件", _ISSUED),
    "RTF": ("RTF 文档", _ISSUED),
    "PNG picture": ("PNG 图片", _ISSUED),
    "JPEG picture": ("JPEG 图片", _ISSUED),
    "program": ("程序", _ISSUED),
    "HTML": ("网页（HTML）", _ISSUED),
    "XML": ("XML 文件", _ISSUED),
    "text or an unknown type": ("文本或未知类型的文件", _ISSUED),
    "Word document": ("文字文档", _ISSUED),
    "presentation": ("演示文稿", _ISSUED),
    "Office document": ("其他办公文档", _ISSUED),
    "OpenDocument file": ("OpenDocument 文档", _ISSUED),
    "other package": ("其他类型的文件", _ISSUED),
    "OLE document": ("旧格式的办公文档", _SAVE_AS),
    "Excel 2003 XML": ("Excel 2003 的 XML 表格", _SAVE_AS),
    "OpenDocument spreadsheet in one XML file": ("OpenDocument 单文件表格（XML）", _SAVE_AS),
    "Numbers workbook": ("Numbers 表格", _EXPORT),
    "zip archive": ("ZIP 压缩包", _RENAMED),
    "attachments packed by Outlook": ("Outlook 专用的附件包（winmail.dat）", _OUTLOOK),
    "RAR archive": ("RAR 压缩包", _UNPACK),
    "7z archive": ("7z 压缩包", _UNPACK),
    "gzip archive": ("GZIP 压缩包", _UNPACK),
    "bzip2 archive": ("BZIP2 压缩包", _UNPACK),
    "xz archive": ("XZ 压缩包", _UNPACK),
    "tar archive": ("TAR 压缩包", _UNPACK),
    "unusual compression": ("不常用的压缩方式", _UNPACK),
    "archive without a workbook": ("没有工作簿的压缩包", _EMPTY),
    "e-mail without a workbook": ("没有工作簿附件的邮件", _EMPTY),
    "encrypted archive": ("加密的压缩包", _DECRYPT),
    "archive nested too deep": ("嵌套过深的压缩包", _NEST),
    "two members of one name": ("压缩包内有同名文件", None),
    "name that leaves the archive": ("压缩包内的文件名指向包外", None),
    "no longer in the archive": ("压缩包中已没有此文件", None),
    "no longer in the e-mail": ("邮件中已没有此附件", None),
    "no password fits": ("密码均不正确", None),
    "cannot be read": ("无法读取", None),
    "no zip signature": ("不是 .xlsx 文件", None),
    "link to a folder": ("指向文件夹的链接", None),
    "link": ("链接", None),
    "folder": ("文件夹", None),
    "pipe": ("管道", None),
    "socket": ("套接字", None),
    "device": ("设备", None),
    "no regular file": ("特殊文件", None),
    "path too long": ("路径过长", None),
    "out of memory": ("内存不足", None),
    "worker pool fell silent": ("读取进程没有响应", None),
    "worker pool broke": ("读取进程中断", None),
    "Permission denied": ("没有读取权限", None),
    "No such file or directory": ("文件已不存在", None),
    "Is a directory": ("是文件夹", None),
    "Input/output error": ("读写错误", None),
    "Too many levels of symbolic links": ("链接循环", None),
}
# The same with values in it: English pattern, Chinese form.
_PATTERNS = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"damaged (?:package|container|archive): (?:no )?part '(.*?)'.*", r"文件损坏：\1"),
        (r"damaged (?:package|container|archive).*", "文件损坏"),
        (r"damaged e-mail.*", "邮件损坏"),
        (r"absolute part name '(.*)'", r"内部文件名 \1 为绝对路径"),
        (r"part name '(.*)' leaves the package", r"内部文件名 \1 指向包外"),
        (r"part name '(.*)' stands twice", r"内部文件名 \1 重复"),
        (r"encrypted part '(.*)'", r"内部文件 \1 已加密"),
        (r"part '(.*)' is packed by method (\d+)", r"内部文件 \1 的压缩方式（\2）不受理"),
        (r"part '(.*)' has two names", r"内部文件 \1 有两个名称"),
        (r"part '(.*)' is packed in two ways", r"内部文件 \1 的压缩方式前后不一"),
        (r"part '(.*)' inflates more than (\d+) times", r"内部文件 \1 解压后超过 \2 倍"),
        (r"document type in (.*)", r"\1 含有文档类型声明"),
        (r"(.*): DOCTYPE", r"\1 含有文档类型声明"),
        (r"more than ([\d.]+ \w+) inflated", r"解压后超过 \1"),
        (r"([\d.]+ \w+) inflated", r"解压后 \1"),
        (r"(\d+) parts", r"\1 个内部文件"),
        (r"more than (\d+) members", r"超过 \1 个文件"),
        (r"(\d+) members", r"\1 个文件"),
        (r"(\d+) tags in (.*)", r"\2 有 \1 个标记"),
        (r"(\d+) tags", r"\1 个标记"),
        (r"(\d+) sheets", r"\1 张工作表"),
        (r"(\d+) times", r"\1 倍"),
        (r"(\d+) bytes", r"\1 字节"),
        (r"([\d.]+) s", r"\1 秒"),
        (r"(.*): missing", r"缺少 \1"),
    )
)
_TOO_MANY = re.compile(r"more than \d+ members")
_VALUES = re.compile(r"[\d.]+ (?:[KMG]iB|秒)|\.?[A-Z0-9.]+|[^A-Za-z]*")
_UNKNOWN = {
    Code.FILE_UNREADABLE: "文件损坏",
    Code.ALTERATIONS_NOT_SCANNED: "文件损坏",
    Code.DANGEROUS: "文件结构异常",
}


def in_chinese(code: Code, text: str) -> str:
    """Return what a reader said of a file in Chinese; data stays as it is.

    An English text that is not known here becomes a general one, as far as there is one.
    """
    if text in _WORDS:
        return _WORDS[text][0]
    for pattern, chinese in _PATTERNS:
        if match := pattern.fullmatch(text):
            return match.expand(chinese)
    if code in _UNKNOWN and not _VALUES.fullmatch(text):
        return _UNKNOWN[code]
    return text


def special_repair(text: str) -> Repair | None:
    """Return the repair that fits what was found better than the one of the kind of finding."""
    if _TOO_MANY.fullmatch(text):
        return _SPLIT
    return _WORDS.get(text, ("", None))[1]
