"""Pictures come in with their question, drawn anew; what is hostile or unshowable is refused with its reason."""

import io
import zipfile

import pytest
from PIL import Image

from exams.importers.notes import Refused
from exams.importers.pictures import LONGEST_SIDE, made_safe, read_pictures
from exams.importers.workbooks import Row
from exams.services.question_imports import read_file
from tests.exams.sheets import FIRE, HEAD, part_of, picture, with_cell_picture, with_parts, xlsx

FIGURE = ("单选题", "如图，这是什么？", "A.灭火器 B.消火栓", "A")
DRAWING = "xl/drawings/drawing1.xml"


def rows_of(book: bytes) -> list[Row]:
    return read_file("a.xlsx", book).rows


def drawn(row: Row) -> Image.Image:
    assert row.picture
    return Image.open(io.BytesIO(row.picture.content))


@pytest.mark.parametrize("placed", [1, 2, 3])
def test_a_picture_anchored_to_a_row_comes_in_with_it(placed: int) -> None:
    book = xlsx([HEAD, FIRE, FIGURE], pictures={(2, 4): picture("red")}, placed=placed)
    fire, figure = rows_of(book)
    assert fire.picture is None
    assert (drawn(figure).size, drawn(figure).getpixel((5, 5))) == ((40, 30), (255, 0, 0))
    assert figure.repairs == []


def test_a_picture_inside_a_cell_comes_in_too() -> None:
    row = (*FIGURE[:1], '如图，这是什么？=DISPIMG("ID_7F",1)', *FIGURE[2:])
    [found] = rows_of(with_cell_picture(xlsx([HEAD, row]), "ID_7F", picture("blue")))
    assert drawn(found).getpixel((5, 5)) == (0, 0, 255)
    assert found.draft
    assert found.draft.stem == "如图，这是什么？"


def test_pictures_stay_on_their_sheet() -> None:
    book = xlsx([HEAD, FIRE], name="甲", pictures={(1, 4): picture()}, more={"乙": [HEAD, FIRE]})
    assert [bool(row.picture) for row in rows_of(book)] == [True, False]


def test_what_the_workbook_cuts_off_is_cut_off() -> None:
    half = Image.new("RGB", (40, 30), "red")
    half.paste("blue", (0, 15, 40, 30))
    out = io.BytesIO()
    half.save(out, "PNG")
    book = xlsx([HEAD, FIGURE], pictures={(1, 4): out.getvalue()})
    cut = part_of(book, DRAWING).replace(b"<a:stretch>", b'<a:srcRect t="50000"/><a:stretch>')
    [row] = rows_of(with_parts(book, {DRAWING: cut}))
    assert (drawn(row).size, drawn(row).getpixel((5, 5))) == ((40, 15), (0, 0, 255))


def test_a_picture_that_nothing_speaks_of_is_told() -> None:
    [row] = rows_of(xlsx([HEAD, FIRE], pictures={(1, 4): picture()}))
    assert [str(note)[:29] for note in row.repairs] == ["A picture lies on this row th"]


def test_a_picture_beside_no_question_is_told() -> None:
    reading = read_file("a.xlsx", xlsx([HEAD, FIRE], pictures={(7, 0): picture()}))
    assert [(remark.row, str(remark.note)[:34]) for remark in reading.remarks] == [
        (8, "A picture is anchored to this row,")
    ]


def test_two_pictures_are_one_too_many() -> None:
    [row] = rows_of(xlsx([HEAD, FIGURE], pictures={(1, 4): picture(), (1, 5): picture("blue")}))
    assert str(row.fault) == "2 pictures are anchored to this row; a question has one."


def test_a_link_to_a_picture_elsewhere_is_no_picture() -> None:
    book = xlsx([HEAD, FIGURE], pictures={(1, 4): picture()})
    links = part_of(book, "xl/drawings/_rels/drawing1.xml.rels")
    outside = links.replace(b"/>", b' TargetMode="External"/>')
    [row] = rows_of(with_parts(book, {"xl/drawings/_rels/drawing1.xml.rels": outside}))
    assert str(row.fault).startswith("The stem speaks of a figure")


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_what_is_no_picture_refuses_its_row(content: bytes) -> None:
    book = xlsx([HEAD, FIRE, FIGURE], pictures={(2, 4): picture()})
    fire, figure = rows_of(with_parts(book, {"xl/media/image1.png": content}))
    assert fire.draft
    assert str(figure.fault).startswith("The picture is of a type that can't be shown.")


def test_a_bomb_is_refused() -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(Refused, match="too large"):
        made_safe(bomb.getvalue())


def test_a_drawing_with_a_document_type_is_not_read() -> None:
    book = xlsx([HEAD, FIGURE], pictures={(1, 4): picture()})
    declared = part_of(book, DRAWING).replace(b"<xdr:wsDr", b'<!DOCTYPE x [<!ENTITY a "b">]><xdr:wsDr', 1)
    [row] = rows_of(with_parts(book, {DRAWING: declared}))
    assert row.draft is None


def test_drawings_that_swell_are_left_unread() -> None:
    book = xlsx([HEAD, FIGURE], pictures={(1, 4): picture()})
    swollen = part_of(book, DRAWING).replace(b"</xdr:wsDr>", b" " * 30_000_000 + b"</xdr:wsDr>")
    [row] = rows_of(with_parts(book, {DRAWING: swollen}))
    assert str(row.fault).startswith("The stem speaks of a figure")


def test_a_file_that_is_no_workbook_has_no_pictures() -> None:
    assert read_pictures(b"PK\x03\x04rubbish").anchored == {}
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert read_pictures(empty.getvalue()).anchored == {}


def test_nothing_but_the_picture_is_kept() -> None:
    out = io.BytesIO()
    image = Image.new("RGB", (4000, 100), "green")
    exif = image.getexif()
    exif[0x010E] = "taken at home"
    image.save(out, "JPEG", exif=exif)
    safe = made_safe(out.getvalue() + b"<script>")
    assert (safe.content_type, safe.name[-4:]) == ("image/jpeg", ".jpg")
    assert b"taken at home" not in safe.content
    assert b"<script>" not in safe.content
    assert max(Image.open(io.BytesIO(safe.content)).size) == LONGEST_SIDE


def test_the_same_picture_has_the_same_name_whoever_brings_it() -> None:
    assert made_safe(picture()).name == made_safe(picture()).name != made_safe(picture("blue")).name
