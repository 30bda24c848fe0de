"""Insert elements in the order of the schema. Excel repairs or refuses any other order."""

from __future__ import annotations

from lxml import etree

from cts_excel.workbook.returned.container import main_tag

WORKSHEET = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches"),
    *("ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF"),
    *("picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
)
WORKBOOK = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize"),
    *("customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)
STYLES = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
    *("tableStyles", "colors", "extLst"),
)
# In a worksheet, such an element of another namespace holds form controls or objects.
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


def insert(parent: etree._Element, child: etree._Element, order: tuple[str, ...]) -> None:
    """Insert a child in schema order, after others of its name."""
    place = order.index(etree.QName(child).localname)
    after = {main_tag(name) for name in order[place + 1 :]}
    for number, other in enumerate(parent):
        controls = other.tag == _ALTERNATIVES and order is WORKSHEET and number > 5
        if other.tag in after or (controls and place >= order.index("conditionalFormatting")):
            parent.insert(number, child)
            return
    parent.append(child)


def section(parent: etree._Element, name: str, order: tuple[str, ...]) -> etree._Element:
    """Return the child of a name; create it in schema order if there is none."""
    found = parent.find(main_tag(name))
    if found is None:
        found = etree.Element(main_tag(name))
        insert(parent, found, order)
    return found
