"""Scripts for a page that has, or lacks, a voice to read with; Debian's Chromium has none of its own."""


def voices(*languages: str) -> str:
    """A speech engine with a voice for each language; what it is asked to say is in `spoken`, each at once at its end."""
    return f"""
window.spoken = [];
window.SpeechSynthesisUtterance = function (text) {{ this.text = text; }};
const voices = {list(languages)}.map((lang) => ({{ lang, name: lang, localService: true }}));
Object.defineProperty(window, "speechSynthesis", {{ value: {{
  getVoices: () => voices, addEventListener() {{}}, removeEventListener() {{}}, cancel() {{}},
  speak(one) {{ window.spoken.push([one.lang, one.text]); setTimeout(() => one.onend && one.onend(), 0); }},
}} }});
"""
