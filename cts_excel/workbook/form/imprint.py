"""What an issuing body prints on its form: document number, revision, name, logo.

Nothing here is compared with a returned workbook or graded: another machine, with other settings,
grades the same workbook without a finding.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason
from cts_excel.standard.model import Form
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.style import FONT

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000  # 100 MB while it is drawn anew
_LOGO_ROOM = (240, 52)  # pixels, width and height, on 封面
_FINER = 4  # dots of the picture for each pixel of the screen: about 400 per inch on paper
_TYPES = ("PNG", "JPEG")
_HEADER_STYLE = f'&"{FONT},Regular"&8 '  # the space ends the size: digits may follow


class _TooManyPixels(Exception):  # noqa: N818 - never leaves this module
    """A picture that would take too much memory."""


class LogoError(UserError):
    """A logo that cannot be printed: place, problem, repair."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture (PNG) and its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Imprint:
    """The texts and the logo of one issuing body; empty for a form that names none."""

    document_no: str = ""
    revision: str = ""
    body: str = ""
    logo: Logo | None = None

    @property
    def document(self) -> str:
        """Document number and revision as one text."""
        parts = (("文件编号：", self.document_no), ("版次：", self.revision))
        return "　".join(label + text for label, text in parts if text)


NO_IMPRINT = Imprint()


def load_imprint(form: Form) -> Imprint:
    """Return what a form prints, its logo read and checked.

    :raises LogoError: for a logo that is absent, larger than 2 MB or no PNG or JPEG picture.
    """
    logo = _load_logo(Path(form.logo)) if form.logo else None
    return Imprint(form.document_no, form.revision, form.body, logo)


def _load_logo(path: Path) -> Logo:
    """Read a picture and draw it anew: as large as print needs, and nothing else of its file."""
    from PIL import Image, ImageOps  # imported only by who has a logo

    content = _content(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # among others, a picture that inflates beyond measure
            with Image.open(BytesIO(content), formats=_TYPES) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _TooManyPixels
                drawn = ImageOps.exif_transpose(picture).convert("RGBA")
                drawn.thumbnail((_LOGO_ROOM[0] * _FINER, _LOGO_ROOM[1] * _FINER))
                buffer = BytesIO()
                drawn.save(buffer, "PNG")
    except (_TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        problem = _("the logo has too many pixels")
        raise LogoError(str(path), problem, _("Make it smaller.")) from None
    except Exception as error:  # noqa: BLE001 - a decoder raises whatever it likes
        problem = _("not a PNG or JPEG picture, or damaged: {}").format(error)
        raise LogoError(str(path), problem, _("Save the logo as PNG or JPEG.")) from None
    return Logo(buffer.getvalue(), *drawn.size)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        problem = _("the logo cannot be read: {}").format(reason)
        repair = _("Correct 'logo' in [form]: a path from the folder of that file.")
        raise LogoError(str(path), problem, repair) from None
    if len(content) > MOST_BYTES:
        raise LogoError(str(path), _("the logo is larger than 2 MB"), _("Make it smaller."))
    return content


def set_header(sheet: Worksheet, imprint: Imprint) -> None:
    """Print issuing body and document number above every page, if there are any."""
    left, right = (text.replace("&", "&&") for text in (imprint.body, imprint.document))
    if left or right:
        sheet.set_header(f"&L{_HEADER_STYLE}{left}&R{_HEADER_STYLE}{right}")


def insert_logo(sheet: Worksheet, logo: Logo, width: int) -> None:
    """Place a logo at the right end of the heading of 封面, as large as there is room.

    :param width: of the last column, in pixels.
    """
    scale = min(_LOGO_ROOM[0] / logo.width, _LOGO_ROOM[1] / logo.height, 1.0)
    sheet.insert_image(
        0,
        layout.PANEL_VALUE_COLUMN,
        "logo",
        {
            "image_data": BytesIO(logo.content),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": max(0, width - int(logo.width * scale) - 4),
            "y_offset": 4,
            "object_position": 2,
            "description": layout.LOGO_ALT,
        },
    )
