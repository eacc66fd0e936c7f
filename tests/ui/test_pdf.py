import io

import pypdf
import pytest
from django.template import engines

from ui import pdf

LINES = ["示例县应急管理局培训证明", "姓名：王䶮  学时：24", "二〇二六年十一月"]


def rendered(body, monkeypatch):
    page = engines["django"].from_string(
        f'<html lang="zh-Hans"><head><title>证明</title></head><body>{body}</body></html>'
    )
    monkeypatch.setattr(pdf, "render_to_string", lambda _template, context: page.render(context))
    return pypdf.PdfReader(io.BytesIO(pdf.render_pdf("page.html", {"lines": LINES})))


def test_a_document_holds_its_chinese_text_word_for_word(monkeypatch):
    reader = rendered("{% for line in lines %}<p>{{ line }}</p>{% endfor %}", monkeypatch)
    found = [" ".join(line.split()) for line in reader.pages[0].extract_text().splitlines() if line.strip()]
    assert found == [" ".join(line.split()) for line in LINES]
    assert reader.trailer["/Root"]["/Lang"] == "zh-Hans"
    assert reader.metadata.title == "证明"


def test_our_own_drawings_may_be_shown(monkeypatch):
    reader = rendered('<img src="/static/ui/favicon.svg" alt="盾"><p>好</p>', monkeypatch)
    assert reader.pages[0].extract_text().strip() == "好"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.test/x.png",
        "file:///etc/passwd",
        "ftp://example.test/x",
        "/etc/passwd",
        "/static/../../../etc/passwd",
        "/static/ui/none.svg",
    ],
)
def test_nothing_else_is_fetched(monkeypatch, address):
    with pytest.raises(pdf.RefusedFetch):
        rendered(f'<img src="{address}" alt="">', monkeypatch)


def test_without_a_chinese_font_it_says_so_instead_of_printing_boxes(monkeypatch, tmp_path):
    tool = tmp_path / "fc-list"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setattr(pdf.shutil, "which", lambda _name: str(tool))
    pdf.require_chinese_font.cache_clear()
    with pytest.raises(pdf.NoChineseFont, match="fonts-noto-cjk"):
        pdf.render_pdf("page.html", {})
    pdf.require_chinese_font.cache_clear()
