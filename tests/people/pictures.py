"""Workbooks with pictures as people insert them: floating, by WPS in a cell, by Excel in a cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import xlsxwriter
from openpyxl.utils import range_boundaries

# One red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def put_cell(parts: dict[str, bytes], part: str, address: str, cell: str) -> None:
    """Replace a cell of a sheet part; ``{s}`` in the new one is the style of the old one."""
    xml = parts[part].decode()
    pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
    made, count = re.subn(pattern, lambda m: cell.replace("{s}", m[1] or ""), xml, count=1)
    assert count == 1, address
    parts[part] = made.encode()


def floating(content: bytes, part: str, shapes: Mapping[str, str]) -> bytes:
    """Draw on a sheet: a picture or, where one is given, a text in a shape.

    :param shapes: text by place; the place is a cell (``I5``) or a range (``H5:I6``).
    """
    parts = parts_of(content)
    anchors = "".join(_anchor(place, text, n) for n, (place, text) in enumerate(shapes.items()))
    parts["xl/media/image1.png"] = PNG
    parts["xl/drawings/drawing9.xml"] = (
        f'<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}" xmlns:r="{_R}">{anchors}</xdr:wsDr>'
    ).encode()
    parts["xl/drawings/_rels/drawing9.xml.rels"] = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_IMAGE}"'
        ' Target="../media/image1.png"/></Relationships>'
    ).encode()
    folder, _slash, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    parts.setdefault(relations, f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode())
    own = f'<Relationship Id="rIdD" Type="{_R}/drawing" Target="../drawings/drawing9.xml"/>'
    _insert(parts, relations, "</Relationships>", f"{own}</Relationships>")
    _insert(parts, part, "</worksheet>", f'<drawing xmlns:r="{_R}" r:id="rIdD"/></worksheet>')
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    types = (
        '<Default Extension="png" ContentType="image/png"/><Override'
        f' PartName="/xl/drawings/drawing9.xml" ContentType="{kind}"/></Types>'
    )
    _insert(parts, "[Content_Types].xml", "</Types>", types)
    return packed(parts)


def _anchor(place: str, text: str, number: int) -> str:
    left, top, right, bottom = range_boundaries(place)
    inside = (
        f'<xdr:nvPicPr><xdr:cNvPr id="{number + 2}" name="p"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr/>'
    )
    shape = f"<xdr:pic>{inside}</xdr:pic>"
    if text:
        shape = (
            f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="{number + 2}" name="t"/><xdr:cNvSpPr/>'
            "</xdr:nvSpPr>"
            f"<xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></xdr:txBody>"
            "</xdr:sp>"
        )

    def corner(tag: str, column: int, row: int) -> str:
        off = f"<xdr:col>{column - 1}</xdr:col><xdr:colOff>9525</xdr:colOff>"
        return (
            f"<xdr:{tag}>{off}<xdr:row>{row - 1}</xdr:row><xdr:rowOff>9525</xdr:rowOff></xdr:{tag}>"
        )

    start = corner("from", left, top)
    if ":" not in place:
        size = '<xdr:ext cx="95250" cy="95250"/>'
        return f"<xdr:oneCellAnchor>{start}{size}{shape}<xdr:clientData/></xdr:oneCellAnchor>"
    end = corner("to", right, bottom)
    return f"<xdr:twoCellAnchor>{start}{end}{shape}<xdr:clientData/></xdr:twoCellAnchor>"


def by_wps(
    content: bytes, part: str, cells: Mapping[str, str], *, images: bool = True, cached: str = ""
) -> bytes:
    """Put pictures into cells as WPS does: a formula that names an image of ``cellimages.xml``.

    :param cells: the name of the image by address.
    :param images: whether the package holds them; Excel drops them when it saves.
    :param cached: what the cell shows; WPS writes the formula itself.
    """
    parts = parts_of(content)
    for address, name in cells.items():
        shown = cached or f"=DISPIMG(&quot;{name}&quot;,1)"
        kind = "e" if cached.startswith("#") else "str"
        formula = f'_xlfn.DISPIMG("{name}",1)'
        put_cell(
            parts, part, address,
            f'<c r="{address}"{{s}} t="{kind}"><f>{formula}</f><v>{shown}</v></c>',
        )  # fmt: skip
    if images:
        _add_cell_images(parts, list(dict.fromkeys(cells.values())))
    return packed(parts)


def _add_cell_images(parts: dict[str, bytes], names: list[str]) -> None:
    pictures, relations = "", ""
    for number, name in enumerate(names, start=1):
        parts[f"xl/media/image{number}.png"] = PNG
        relations += (
            f'<Relationship Id="rId{number}" Type="{_IMAGE}" Target="media/image{number}.png"/>'
        )
        pictures += (
            f'<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="{name}"/>'
            f'<xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId{number}"/>'
            "</xdr:blipFill><xdr:spPr/></xdr:pic></etc:cellImage>"
        )
    parts["xl/cellimages.xml"] = (
        f'<etc:cellImages xmlns:xdr="{_XDR}" xmlns:a="{_A}" xmlns:r="{_R}" xmlns:etc="http://www.'
        f'wps.cn/officeDocument/2017/etCustomData">{pictures}</etc:cellImages>'
    ).encode()
    parts["xl/_rels/cellimages.xml.rels"] = (
        f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'.encode()
    )
    add = (
        '<Relationship Id="rIdImages" Type="http://www.wps.cn/officeDocument/2020/cellImage"'
        ' Target="cellimages.xml"/></Relationships>'
    )
    _insert(parts, "xl/_rels/workbook.xml.rels", "</Relationships>", add)
    types = (
        '<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/cellimages.xml"'
        ' ContentType="application/vnd.wps-officedocument.cellimage+xml"/></Types>'
    )
    _insert(parts, "[Content_Types].xml", "</Types>", types)


def _insert(parts: dict[str, bytes], part: str, mark: str, text: str) -> None:
    parts[part] = parts[part].decode().replace(mark, text).encode()


def by_excel(content: bytes, part: str, addresses: list[str]) -> bytes:
    """Put a picture into cells as Excel does: an error value with metadata that leads to it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.embed_image(0, 0, "a.png", {"image_data": io.BytesIO(PNG)})
    made, parts = parts_of(target.getvalue()), parts_of(content)
    kept = [n for n in made if "richData" in n or "media" in n or n == "xl/metadata.xml"]
    parts |= {name.lstrip("/"): made[name] for name in kept}
    for name, tag in (("xl/_rels/workbook.xml.rels", "Relationship"), ("[Content_Types].xml", "")):
        found = re.findall(r"<(?:Relationship|Override|Default) [^>]*/>", made[name].decode())
        wanted = [x for x in found if "ichData" in x or "metadata" in x or 'n="png"' in x]
        text = "".join(x.replace('Id="rId', 'Id="rIdRich') for x in wanted)
        end = "</Relationships>" if tag else "</Types>"
        _insert(parts, name, end, text + end)
    for address in addresses:
        cell = f'<c r="{address}"{{s}} t="e" vm="1"><v>#VALUE!</v></c>'
        put_cell(parts, part, address, cell)
    return packed(parts)
