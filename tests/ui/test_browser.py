import pytest

pytestmark = pytest.mark.browser

BUTTON = (
    '<button data-listen data-start="听" data-stop="停" aria-pressed="false" hidden>'
    "<span data-listen-label>听</span></button>"
    "<div data-listen-text><p>先开窗。再关阀！</p><p>到外面<svg><title>不读</title></svg>打电话</p>"
    "<p data-listen-skip>不读</p></div><p>也不读</p>"
)
VOICE = """
window.spoken = []; window.cancelled = 0; let voices = %s; const bell = new EventTarget();
const engine = {getVoices: () => voices, speak: (u) => { spoken.push(u); }, cancel: () => { cancelled += 1; },
  addEventListener: (...a) => bell.addEventListener(...a),
  removeEventListener: (...a) => bell.removeEventListener(...a)};
Object.defineProperty(window, "speechSynthesis", {value: engine});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
window.load = (list) => { voices = list; bell.dispatchEvent(new Event("voiceschanged")); };
"""
FAKE_AUDIO = """
window.played = 0;
window.Audio = class extends EventTarget {
  constructor() { super(); this.paused = true; this.currentTime = 0; this.duration = 125; window.audio = this; }
  play() { this.paused = false; played += 1; this.dispatchEvent(new Event("play")); return Promise.resolve(); }
  pause() { this.paused = true; this.dispatchEvent(new Event("pause")); }
};
"""

COUNTS_SENDING = """
window.sent = 0;
addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
"""


def test_without_a_chinese_voice_there_is_no_listen_button(open_page):
    page = open_page(BUTTON, before=VOICE % '[{lang: "en-US"}]')
    assert page.locator("[data-listen]").is_hidden()


def test_the_button_appears_when_a_chinese_voice_arrives(open_page):
    page = open_page(BUTTON, before=VOICE % "[]")
    assert page.locator("[data-listen]").is_hidden()
    page.evaluate('load([{lang: "zh-CN"}])')
    assert page.locator("[data-listen]").is_visible()
    assert page.evaluate("spoken.length") == 0


def test_the_text_is_read_sentence_by_sentence_and_then_stops(open_page):
    page = open_page(BUTTON, before=VOICE % '[{lang: "zh-CN"}]')
    button = page.locator("[data-listen]")
    button.click()
    assert (button.get_attribute("aria-pressed"), button.inner_text()) == ("true", "停")
    for _sentence in range(3):
        page.evaluate("spoken[spoken.length - 1].onend()")
    assert page.evaluate("spoken.map((one) => one.text)") == ["先开窗。", "再关阀！", "到外面打电话"]
    assert (button.get_attribute("aria-pressed"), button.inner_text()) == ("false", "听")


def test_a_second_press_stops_and_nothing_more_is_read(open_page):
    page = open_page(BUTTON, before=VOICE % '[{lang: "zh-CN"}]')
    page.locator("[data-listen]").click()
    page.locator("[data-listen]").click()
    page.evaluate("spoken[0].onend()")
    assert page.evaluate("[spoken.length, cancelled]") == [1, 1]


def test_a_recorded_file_plays_pauses_and_tells_its_time(open_page):
    markup = (
        '<div class="listen"><button data-listen data-audio="/a.mp3" data-start="听" data-stop="停" hidden>'
        "<span data-listen-label>听</span><span data-listen-time></span></button>"
        "<progress data-listen-progress hidden></progress></div>"
    )
    page = open_page(markup, before=FAKE_AUDIO)
    button = page.locator("[data-listen]")
    assert page.evaluate("played") == 0
    button.click()
    page.evaluate('audio.currentTime = 61; audio.dispatchEvent(new Event("timeupdate"))')
    assert (button.get_attribute("aria-pressed"), button.inner_text()) == ("true", "停1:01 / 2:05")
    assert page.locator("progress").get_attribute("value") == "61"
    button.click()
    assert page.evaluate("audio.paused") is True
    assert button.get_attribute("aria-pressed") == "false"


ELDER = (
    '<div class="elder-bar"><button data-elder-size="-1">A−</button><button data-elder-size="1">A+</button>'
    '<a href="?elder=0" data-elder-off>退出</a></div><a href="?elder=1" data-elder-on>大字</a><p id="text">字</p>'
)


def size_of(page):
    return page.evaluate('getComputedStyle(document.getElementById("text")).fontSize')


def test_large_print_goes_from_18_to_30_points_and_is_remembered(open_page):
    page = open_page(ELDER)
    page.locator("[data-elder-on]").click()
    sizes = [size_of(page)]
    while page.locator("[data-elder-size='1']").is_enabled():
        page.locator("[data-elder-size='1']").click()
        sizes.append(size_of(page))
    assert sizes == ["24px", "28px", "32px", "36px", "40px"]
    again = open_page(ELDER, context=page.context)
    assert size_of(again) == "40px"
    again.locator("[data-elder-off]").click()
    assert size_of(open_page(ELDER, context=page.context)) == "18px"


def test_a_poster_opens_large_print_by_its_address(open_page):
    page = open_page(ELDER, query="?elder=1")
    assert size_of(page) == "24px"
    assert size_of(open_page(ELDER, context=page.context)) == "24px"


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(open_page):
    markup = (
        '<header class="top"><div class="wrap"><nav class="menu" id="menu"><a href="#a">甲</a></nav>'
        '<button class="aid aid-menu" data-menu aria-controls="menu" aria-expanded="false">菜单</button></div></header>'
    )
    page = open_page(markup)
    button, menu = page.locator("[data-menu]"), page.locator("#menu")
    assert menu.is_hidden()
    button.press("Enter")
    assert (menu.is_visible(), button.get_attribute("aria-expanded")) == (True, "true")
    page.keyboard.press("Escape")
    assert (menu.is_hidden(), button.get_attribute("aria-expanded")) == (True, "false")


def test_an_unanswered_question_is_pointed_out_before_the_quiz_is_sent(open_page):
    question = (
        '<fieldset class="question"><legend data-missing="请选">{0}</legend>'
        '<label class="option"><input type="radio" name="{0}" value="0"><span>甲</span></label></fieldset>'
    )
    count = '<p data-quiz-count="已答 {n} / 2"></p><button>交</button>'
    page = open_page(f"<form data-quiz>{question.format('a')}{question.format('b')}{count}</form>")
    page.locator("[name=a]").check()
    assert page.locator("[data-quiz-count]").inner_text() == "已答 1 / 2"
    page.locator("button").click()
    assert page.evaluate(
        '[...document.querySelectorAll(".question-missing legend")].map((one) => one.textContent)'
    ) == ["b"]
    assert page.evaluate("document.activeElement.name") == "b"
    assert "a=" not in page.url


def test_a_form_is_sent_once_however_often_it_is_pressed(open_page):
    page = open_page(
        '<form method="post" action="/never"><button type="submit">存</button></form>',
        before=COUNTS_SENDING,
    )
    page.locator("button").click()
    page.locator("button").click()
    assert page.evaluate("sent") == 1


def test_a_dialog_opens_and_closes_without_sending(open_page):
    page = open_page(
        '<button data-dialog="sure">删</button>'
        '<dialog class="dialog" id="sure"><div><button data-dialog-close>不</button></div></dialog>'
    )
    page.locator("[data-dialog]").click()
    assert page.locator("#sure").is_visible()
    page.locator("[data-dialog-close]").click()
    assert page.locator("#sure").is_hidden()


def test_copying_says_what_happened(open_page):
    page = open_page(
        '<input id="link" value="https://example.test/v/1">'
        '<button data-copy="#link" data-done="已复制" data-failed="没成功">复制</button>',
        before="document.execCommand = () => true;",
    )
    page.locator("[data-copy]").click()
    assert page.locator("[role=status]").inner_text() == "已复制"
