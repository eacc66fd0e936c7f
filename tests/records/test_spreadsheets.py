"""Workbooks as people bring them, as enemies bring them, and as we write them."""

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
import xlwt
from openpyxl import load_workbook

from records.spreadsheets import OutSheet, Sheet, Unreadable, read_workbook, reading, write_workbook

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(fill) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book, book.add_worksheet("花名册"))
    return target.getvalue()


def raw_workbook(sheet: str | Iterable[str], shared: str = "") -> bytes:
    """An .xlsx whose parts are written by hand; a large sheet comes in pieces."""
    parts: dict[str, str | Iterable[str]] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": shared or f'{HEAD}<sst {MAIN} count="0" uniqueCount="0"/>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in [content] if isinstance(content, str) else content:
                    part.write(piece.encode())
    return target.getvalue()


def repeated(rows: str, times: int) -> Iterable[str]:
    before, after = sheet_xml("|").split("|")
    yield before
    yield from (rows * 1000 for _turn in range(times // 1000))
    yield after


def sheet_xml(rows: str, before: str = "") -> str:
    return f"{HEAD}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>"


def old_workbook(name: str = "花名册") -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    sheet.write(1, 1, "姓名")
    sheet.write(2, 1, "朱兰")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_workbook(content, "名单.xlsx")
    assert str(caught.value)
    return caught.value.code


# ── What people bring ────────────────────────────────────────────────────────
def test_cells_stand_where_they_stand_on_paper():
    def fill(book, sheet):
        sheet.write(2, 1, "姓名")
        sheet.write(4, 3, 1.5)

    (sheet,) = read_workbook(workbook(fill))
    assert sheet == Sheet("花名册", [(), (), (None, "姓名"), (), (None, None, None, 1.5)])


def test_kinds_of_cells():
    def fill(book, sheet):
        day, minute = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        sheet.write_row(0, 0, ["０12 ", 13800138000, 2.5, True, 440524188001010014])
        sheet.write_datetime(1, 0, date(2019, 7, 3), day)
        sheet.write_datetime(1, 1, datetime.fromisoformat("2019-07-03T08:30"), minute)

    (sheet,) = read_workbook(workbook(fill))
    assert sheet.rows[0] == ("０12 ", 13800138000, 2.5, True, 4.40524188001010e17)
    assert type(sheet.rows[0][1]) is int
    assert type(sheet.rows[0][4]) is float
    assert sheet.rows[1] == (date(2019, 7, 3), datetime.fromisoformat("2019-07-03T08:30"))


def test_a_formula_is_its_last_result_and_told():
    def fill(book, sheet):
        sheet.write(0, 0, "a")
        sheet.write_formula(1, 2, '=HYPERLINK("http://x.invalid")', None, "点我")
        sheet.write_formula(2, 0, "=1/0", None, 7)

    (sheet,) = read_workbook(workbook(fill))
    assert sheet.rows == [("a",), (None, None, "点我"), (7,)]
    assert sheet.formulas == {(1, 2), (2, 0)}


def test_an_old_workbook_whatever_it_is_called():
    assert read_workbook(old_workbook(), "名单.xlsx") == [Sheet("花名册", [(), (None, "姓名"), (None, "朱兰")])]


def test_merged_cells_are_told():
    def fill(book, sheet):
        sheet.merge_range(1, 0, 3, 0, "检修班")
        sheet.write(3, 1, "朱兰")

    (sheet,) = read_workbook(workbook(fill))
    assert sheet.rows == [(), ("检修班",), (), (None, "朱兰")]
    assert sheet.merged == ((1, 0, 3, 0),)


def test_hidden_and_empty_sheets():
    def fill(book, sheet):
        book.add_worksheet("藏").hide()
        book.add_chartsheet("图")

    assert [(sheet.name, sheet.rows, sheet.hidden) for sheet in read_workbook(workbook(fill))] == [
        ("花名册", [], False),
        ("藏", [], True),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files(encoding, delimiter):
    text = f'\r\n姓名{delimiter}说明\r\n朱兰{delimiter}"a{delimiter}b\n㐂"\r\n{delimiter}="0012"\r\n'
    assert read_workbook(text.encode(encoding), "名单.csv") == [
        Sheet("名单", [(), ("姓名", "说明"), ("朱兰", f"a{delimiter}b\n㐂"), (None, "0012")])
    ]


# ── What enemies bring ───────────────────────────────────────────────────────
def docx() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (docx(), "wrong_type"),
        (b"%PDF-1.7\n...", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n....", "wrong_type"),
        (b"\xff\xd8\xff\xe0....", "wrong_type"),
        (bytes(range(256)) * 10, "wrong_type"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        (workbook(lambda book, sheet: sheet.write(0, 0, "x"))[:-200], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "WordDocument".encode("utf-16-le"), "wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "Workbook".encode("utf-16-le"), "damaged"),
        (b"x" * (20 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_no_workbook_is_told_so(content, code):
    assert refusal(content) == code


@pytest.mark.parametrize("way", ["0000", "0100"])
def test_an_old_workbook_under_a_password(way):
    content = old_workbook()
    first = content.index(bytes.fromhex("09081000")) + 20  # behind the record that opens the workbook: "locked"
    locked = content[:first] + bytes.fromhex(f"2f000600{way}01020304") + content[first + 10 :]
    assert refusal(locked) == "encrypted"


def test_two_cells_at_the_ends_of_the_world():
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert quickly_refused(raw_workbook(sheet_xml(corner))) in {"too_large", "too_wide"}


def test_billions_of_cells_declared_and_two_there():
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    declared = raw_workbook(sheet_xml(row, before='<dimension ref="A1:XFD1048576"/>'))
    assert read_workbook(declared) == [Sheet("S", [(1, 2)])]


def test_a_single_cell_far_below_is_no_bomb():
    (sheet,) = read_workbook(raw_workbook(sheet_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')))
    assert len(sheet.rows) == 1_048_576
    assert sheet.rows[-1] == (1,)


MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", sys.argv[1]], stdin=sys.stdin, stdout=-3, stderr=-3)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def quickly_refused(content: bytes) -> str:
    """Within the time and without more than a gigabyte."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    code = refusal(content)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 5
    command = [sys.executable, "-c", MEASURE, str(reading.PARSER)]
    told = subprocess.run(command, input=content, capture_output=True, check=True)
    assert int(told.stdout) < 1_050_000  # kB
    return code


BOMBS = {"too_large", "too_slow", "damaged"}


def test_a_zip_bomb_of_spaces():
    assert quickly_refused(raw_workbook(repeated(" " * 1000, 1_500_000))) in BOMBS


def test_a_zip_bomb_that_lies_about_its_size():
    content = bytearray(raw_workbook(repeated("<row><c><v>1</v></c></row>", 25_000_000)))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert quickly_refused(bytes(content)) in BOMBS


def test_one_long_text_used_by_millions_of_cells():
    shared = f'{HEAD}<sst {MAIN} count="1" uniqueCount="1"><si><t>{"长" * 30_000}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 400_000))
    assert quickly_refused(raw_workbook(sheet_xml(rows), shared)) in BOMBS


def test_entities_that_multiply_are_not_followed():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    shared = f'{HEAD}<!DOCTYPE sst [<!ENTITY l0 "lol">{lol}]><sst {MAIN}><si><t>&l9;</t></si></sst>'
    bomb = raw_workbook(sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared)
    assert len(read_or_refused(bomb)) < 100


def read_or_refused(content: bytes) -> str:
    try:
        return str(read_workbook(content))
    except Unreadable as told:
        return told.code


def test_foreign_files_are_not_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    shared = f'{HEAD}<!DOCTYPE s [<!ENTITY x SYSTEM "file://{secret}">]><sst {MAIN}><si><t>&x;</t></si></sst>'
    bomb = raw_workbook(sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared)
    assert "geheim" not in read_or_refused(bomb)


def test_a_text_of_endless_columns():
    assert quickly_refused(b"1," * 5_000_000) == "too_wide"


def test_a_reader_that_does_not_end_is_stopped(monkeypatch, tmp_path):
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reading, "PARSER", sleeper)
    monkeypatch.setattr(reading, "SECONDS", 0.3)
    assert refusal(b"a,b") == "too_slow"


# ── What we write ────────────────────────────────────────────────────────────
LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "http://x.invalid", "{=1}", "=HYPERLINK(1)"]


def test_nothing_we_write_is_a_formula_or_a_link():
    content = write_workbook([OutSheet("=x", ["=head", "b"], [[text, 1] for text in LIVE], title="=t", notes=["@n"])])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    quoted = [sheet.cell(row, 1).quotePrefix for row in range(4, 4 + len(LIVE))]
    assert quoted == [True, True, True, True, True, True, False, False, True]


def test_what_is_written_is_read_again():
    day, minute = date(2019, 7, 3), datetime.fromisoformat("2019-07-03T08:30")
    row = ["张三", "11010519491231002X", 7, Decimal("2.5"), day, minute, None, 440524188001010014, float("nan")]
    (sheet,) = read_workbook(write_workbook([OutSheet("导出", [str(n) for n in range(9)], [row])]))
    assert sheet.rows[1] == ("张三", row[1], 7, 2.5, day, minute, None, "440524188001010014", "nan")


def test_lists_to_choose_from_also_long_ones():
    long = [f"第{n}部门" for n in range(100)]
    content = write_workbook([OutSheet("模板", ["类别", "部门"], [], choices={0: ["甲", "乙"], 1: long})])
    rules = load_workbook(io.BytesIO(content))["模板"].data_validations.dataValidation
    assert [rule.formula1 for rule in rules] == ['"甲,乙"', "_list1!$A$1:$A$100"]


def test_names_of_sheets_are_made_to_fit():
    content = write_workbook([OutSheet(name, ["a"], []) for name in ("a/b:c", "A b c", "", "长" * 40)])
    assert load_workbook(io.BytesIO(content)).sheetnames == ["a b c", "A b c 2", "Sheet", "长" * 31]
