"""Workbooks with the quirks of real question banks, made here."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
import xlwt
from PIL import Image

HEAD = ("题型", "题干", "选项", "答案")
FIRE = ("单选题", "1.闻到燃气味，先做什么（ ）。", "**A.开灯看**B.关阀门**C.打电话", "B")


def picture(colour: str = "red", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    pictures: Mapping[tuple[int, int], bytes] | None = None,
    name: str = "Sheet1",
    more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    placed: int = 1,
) -> bytes:
    """`pictures` by row and column from 0; `placed` 1 anchors them by two corners, 2 by one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        for title, table in {name: rows, **(more or {})}.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
            for (row, column), content in (pictures or {}).items() if title == name else ():
                place = {"image_data": io.BytesIO(content), "object_position": placed}
                sheet.insert_image(row, column, "picture.png", place)
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CELL_IMAGES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<etc:cellImages xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"><etc:cellImage><xdr:pic><xdr:nvPicPr>
<xdr:cNvPr id="2" name="{name}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill>
<xdr:spPr/></xdr:pic></etc:cellImage></etc:cellImages>"""
CELL_IMAGE_LINKS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/cell.png"/>
</Relationships>"""


def with_cell_picture(book: bytes, name: str, content: bytes) -> bytes:
    """As WPS keeps a picture inside a cell: the cell says =DISPIMG("name",1)."""
    return with_parts(
        book,
        {
            "xl/cellimages.xml": CELL_IMAGES.format(name=name).encode(),
            "xl/_rels/cellimages.xml.rels": CELL_IMAGE_LINKS.encode(),
            "xl/media/cell.png": content,
        },
    )


def with_parts(book: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with some of its inner files put in or taken the place of."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def part_of(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)
