from learning.rendering import lesson_html


def test_headings_points_steps_paragraphs_and_bold():
    text = (
        "## 先关阀门\n\n闻到燃气味，\n**不碰**任何电开关。\n\n- 关阀门\n- 开窗\n\n1. 出门\n2. 打电话\n### 然后\n等人来"
    )
    assert lesson_html(text) == (
        "<h2>先关阀门</h2>\n<p>闻到燃气味，<strong>不碰</strong>任何电开关。</p>\n<ul><li>关阀门</li><li>开窗</li></ul>\n"
        "<ol><li>出门</li><li>打电话</li></ol>\n<h3>然后</h3>\n<p>等人来</p>"
    )


def test_whatever_else_is_typed_is_text():
    assert lesson_html('<script>alert("x")</script> & **<b>**') == (
        "<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; <strong>&lt;b&gt;</strong></p>"
    )


def test_latin_lines_keep_their_space():
    assert lesson_html("one\ntwo") == "<p>one two</p>"


def test_nothing_is_nothing():
    assert lesson_html("") == "<p></p>"


def test_2026_is_no_step():
    assert lesson_html("2026 年起") == "<p>2026 年起</p>"
