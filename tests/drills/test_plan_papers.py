from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from drills import plan_papers
from drills.plan_papers import DOCUMENTS, SCANS, BadPaper, read_paper
from tests.drills import plan_samples as papers

OLD_WORD = plan_papers.OLD_OFFICE + b"\0" * 500 + plan_papers.WORD_STREAM + b"\0" * 100


def read(content: bytes, name: str, kinds: Any = DOCUMENTS) -> Any:
    return read_paper(SimpleUploadedFile(name, content, "text/html"), kinds)


def refusal(content: bytes, name: str = "plan.pdf", kinds: Any = DOCUMENTS) -> str:
    with pytest.raises(BadPaper) as bad:
        read(content, name, kinds)
    assert str(bad.value)
    return bad.value.code


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (papers.pdf(), "pdf", "application/pdf"),
        (papers.docx(), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (OLD_WORD, "doc", "application/msword"),
    ],
)
def test_a_document_is_told_by_its_content_and_named_after_it(content: bytes, kind: str, content_type: str) -> None:
    paper = read(content, "综合预案.exe")
    assert paper == (f"综合预案.{kind}", content, content_type)
    assert refusal(content, "综合预案.pdf", ()) == "not_a_scan"


@pytest.mark.parametrize(("form", "kind"), [("PNG", "png"), ("JPEG", "jpg")])
def test_a_scan_may_be_a_picture(form: str, kind: str) -> None:
    assert read(papers.picture(form), "备案.heic", SCANS).name == f"备案.{kind}"
    assert refusal(papers.picture(form)) == "not_a_document"


def test_what_is_none_of_them_is_refused_whatever_its_name() -> None:
    assert refusal(b"<html><script>1</script></html>") == "not_a_document"
    assert refusal(papers.zipped("xl/workbook.xml"), "plan.docx") == "not_a_document"
    assert refusal(papers.docx(), "scan.pdf", SCANS) == "not_a_scan"
    assert refusal(plan_papers.OLD_OFFICE + b"\0" * 500, "table.xls") == "not_a_document"
    assert refusal(b"") == "empty"


def test_what_is_damaged_locked_or_alive_is_refused_with_its_reason() -> None:
    assert refusal(b"%PDF-1.7 cut off") == "damaged"
    assert refusal(papers.pdf(locked=True)) == "locked"
    assert refusal(plan_papers.OLD_OFFICE + b"\0" * 500, "plan.docx") == "locked"  # how Word encrypts
    assert refusal(papers.with_part(papers.docx(), "word/vbaProject.bin"), "plan.docx") == "macros"
    assert refusal(papers.picture()[:40], "scan.png", SCANS) == "damaged"


def test_what_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_papers, "LARGEST", 10)
    assert refusal(papers.pdf()) == "too_large"
    monkeypatch.undo()
    monkeypatch.setattr(plan_papers, "MOST_PIXELS", 11)
    assert refusal(papers.picture(), "scan.png", SCANS) == "too_large"


def test_a_name_that_leads_elsewhere_is_only_a_name() -> None:
    assert read(papers.pdf(), "../../etc/passwd").name == "passwd.pdf"
    assert read(papers.pdf(), ".pdf").name == "pdf.pdf"
