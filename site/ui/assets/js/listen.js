// Reading aloud: a recorded file where there is one, else a voice of the text's language if this browser has one.
// Nothing ever starts by itself; a button stays hidden until it can keep its promise.
const LONGEST = 120; // characters; Chrome falls silent in the middle of longer utterances

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function show(button, on) {
  button.setAttribute("aria-pressed", String(on));
  const label = button.querySelector("[data-listen-label]");
  if (label) label.textContent = on ? button.dataset.stop : button.dataset.start;
}

let silence = null; // stops whatever is speaking now

function take(stop) {
  if (silence && silence !== stop) silence();
  silence = stop;
}

function playsFile(button) {
  const audio = new Audio();
  const box = button.closest(".listen") || document;
  const time = box.querySelector("[data-listen-time]");
  const bar = box.querySelector("[data-listen-progress]");
  const stop = () => audio.pause();
  audio.preload = "none";
  audio.src = button.dataset.audio;
  audio.addEventListener("timeupdate", () => {
    if (!audio.duration) return;
    if (time) time.textContent = `${clock(audio.currentTime)} / ${clock(audio.duration)}`;
    if (!bar) return;
    bar.hidden = false;
    bar.max = audio.duration;
    bar.value = audio.currentTime;
  });
  audio.addEventListener("play", () => show(button, true));
  for (const name of ["pause", "ended", "error"]) audio.addEventListener(name, () => show(button, false));
  audio.addEventListener("error", () => fallBack(button));
  button.addEventListener("click", () => {
    if (button.dataset.listen === "voice") return;
    if (!audio.paused) return stop();
    take(stop);
    const started = audio.play();
    if (started) started.catch(() => show(button, false));
  });
  button.hidden = false;
}

function fallBack(button) {
  button.hidden = true;
  withVoice(() => speaks(button));
}

// What is to be read, cut where the language changes: on the English site an article may still be Chinese.
const SILENT = "svg, script, figure, .visually-hidden, [data-listen-skip]";
const BLOCK = "p, li, h1, h2, h3, h4, small, dt, dd, div, section, br";

const isSilent = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches(SILENT);
const languageOf = (node) => node.parentElement.closest("[lang]").lang.slice(0, 2).toLowerCase();

function passages() {
  const found = [];
  const add = (text, language) => {
    const last = found[found.length - 1];
    if (last && (last.language === language || !text.trim())) last.text += text;
    else if (text.trim()) found.push({ text, language });
  };
  for (const part of document.querySelectorAll("[data-listen-text]")) {
    const acceptNode = (node) => (isSilent(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, { acceptNode });
    add("\n", "");
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.nodeType === Node.TEXT_NODE) add(node.data.replace(/\s+/g, " "), languageOf(node));
      else if (node.matches(BLOCK)) add("\n", "");
    }
  }
  return found;
}

function mainLanguage() {
  const length = {};
  for (const { text, language } of passages()) length[language] = (length[language] || 0) + text.length;
  const languages = Object.keys(length).sort((one, other) => length[other] - length[one]);
  return languages[0] || document.documentElement.lang.slice(0, 2).toLowerCase();
}

export function sentences(text) {
  const found = [];
  for (const sentence of text.match(/[^。！？；!?;\n]+[。！？；!?;]*/g) || []) {
    const trimmed = sentence.replace(/\s+/g, " ").trim();
    for (let at = 0; at < trimmed.length; at += LONGEST) found.push(trimmed.slice(at, at + LONGEST));
  }
  return found.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

// Mandarin before Cantonese, which calls itself zh too.
function voice(language) {
  const fitting = speechSynthesis.getVoices().filter((one) => one.lang.toLowerCase().startsWith(language));
  return fitting.find((one) => /cn|hans/i.test(one.lang)) || fitting[0];
}

function withVoice(act) {
  if (!("speechSynthesis" in window)) return;
  const language = mainLanguage();
  if (voice(language)) return act();
  const wait = () => {
    if (!voice(language)) return;
    speechSynthesis.removeEventListener("voiceschanged", wait);
    act();
  };
  speechSynthesis.addEventListener("voiceschanged", wait);
}

// Sentences with their voice; what no voice of this browser can read (a heading in the other language) is left out.
function speeches() {
  const spoken = passages().map(({ text, language }) => ({ text, own: voice(language) }));
  return [].concat(
    ...spoken.filter(({ own }) => own).map(({ text, own }) => sentences(text).map((sentence) => ({ sentence, own })))
  );
}

function speaks(button) {
  let round = 0; // an utterance that ends after a stop belongs to an older round
  const stop = () => {
    round += 1;
    speechSynthesis.cancel();
    show(button, false);
  };
  const speak = (queue, mine) => {
    if (mine !== round) return;
    if (!queue.length) return stop();
    const utterance = new SpeechSynthesisUtterance(queue[0].sentence);
    utterance.voice = queue[0].own;
    utterance.lang = queue[0].own.lang;
    utterance.rate = 0.92;
    utterance.onend = () => speak(queue.slice(1), mine);
    utterance.onerror = () => mine === round && stop();
    speechSynthesis.speak(utterance);
  };
  button.dataset.listen = "voice";
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return stop();
    take(stop);
    round += 1;
    show(button, true);
    speak(speeches(), round);
  });
  addEventListener("pagehide", stop);
  button.hidden = false;
}

for (const button of document.querySelectorAll("[data-listen]")) {
  if (button.dataset.audio) playsFile(button);
  else withVoice(() => speaks(button));
}
