// The clock of a lesson. The server counts; this tells it when somebody is learning and shows what it answers.
// Other scripts of the page speak with it through `lesson` below and the event "lesson:told".
(function () {
  const root = document.getElementById("lesson");
  if (!root || !root.dataset.open) return;
  const EVERY = Number(root.dataset.every) * 1000;
  const IDLE = Number(root.dataset.idle);
  const RETRY = Math.min(5000, EVERY);
  const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const dialog = document.querySelector("[data-still]");
  const lesson = {
    root,
    playing: true, // a film says when
    film: false,
    position: () => "",
    send,
    update,
  };
  window.lesson = lesson;

  let segment = null;
  let busy = false;
  let cut = false; // no network: nothing is counted, whatever the server still holds open
  let timer = 0;
  let stopped = root.dataset.through ? "finished" : ""; // why nothing is counted until somebody acts
  let touched = performance.now();

  // ── What the server says ───────────────────────────────────────────────────
  async function send(url, fields, leaving) {
    const body = new URLSearchParams(fields);
    const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch" };
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin", keepalive: Boolean(leaving) });
    if (answer.redirected || answer.status === 403) return { open: false, why: "signed_out" };
    if (answer.status >= 500) throw new Error(answer.status);
    const told = await answer.json().catch(() => ({ open: false, why: "closed" }));
    told.status = answer.status;
    return told;
  }

  function show(told) {
    const set = (name, text) => {
      const place = document.querySelector(`[data-${name}]`);
      if (place && text !== undefined) place.textContent = text;
    };
    set("line", told.line);
    set("hours", told.hours);
    const bar = document.querySelector("[data-bar]");
    if (bar && told.earned !== undefined) bar.value = told.earned;
    if (told.reasons) listReasons(told.reasons);
    root.dispatchEvent(new CustomEvent("lesson:told", { detail: told }));
  }

  function listReasons(reasons) {
    const list = document.querySelector("[data-reasons]");
    list.textContent = "";
    for (const [reason, time] of reasons) {
      const item = document.createElement("li");
      item.textContent = `${reason}: ${time}`.replace(/: (?=\D*\d)/, document.documentElement.lang.startsWith("zh") ? "：" : ": ");
      list.append(item);
    }
    document.querySelector("[data-no-reasons]").hidden = reasons.length > 0;
  }

  function notice(name, on) {
    const place = root.querySelector(`[data-notice="${name}"]`);
    if (place) place.hidden = !on;
    if (name !== "offline") return;
    cut = on;
    showState();
  }
  lesson.notice = notice;

  function showState() {
    const state = document.querySelector("[data-state]");
    const on = Boolean(segment) && !cut;
    const words = on ? state.dataset.on : stopped === "finished" ? state.dataset.full : state.dataset.off;
    if (state.textContent !== words) state.textContent = words;
    state.classList.toggle("timer-on", on);
  }

  // ── Open, sign, close ──────────────────────────────────────────────────────
  function wanted() {
    return lesson.playing && !stopped && document.visibilityState === "visible";
  }

  function device() {
    try {
      let name = sessionStorage.getItem("lesson-device");
      if (!name) sessionStorage.setItem("lesson-device", (name = Math.random().toString(36).slice(2, 14)));
      return name;
    } catch (refused) {
      return "no-storage";
    }
  }

  async function update() {
    if (busy) return;
    if (wanted() && !segment) await open();
    else if (!wanted() && segment) await close(document.visibilityState === "visible" ? "left" : "hidden");
    showState();
  }

  async function guarded(act) {
    busy = true;
    try {
      took(await act());
      notice("offline", false);
      return true;
    } catch (failed) {
      notice("offline", true);
      later(RETRY);
      return false;
    } finally {
      busy = false;
      showState();
      if (segment && !wanted()) update(); // left while the answer was on its way
    }
  }

  function open() {
    return guarded(() => send(root.dataset.open, { device: device(), position: lesson.position() }));
  }

  function beat() {
    const idle = Math.round((performance.now() - touched) / 1000);
    if (!lesson.film && idle > IDLE) return close("idle");
    const fields = { position: lesson.position(), idle };
    if (document.visibilityState !== "visible") fields.hidden = "on";
    return guarded(() => send(address(root.dataset.beat), fields));
  }

  // Sent even while the page goes away; what comes back then is nobody's to read.
  async function close(ending) {
    const url = address(root.dataset.close);
    segment = null;
    clearTimeout(timer);
    showState();
    if (ending === "idle") ask();
    try {
      show(await send(url, { ending, position: lesson.position() }, true));
    } catch (failed) {
      notice("offline", !navigator.onLine);
    }
    if (wanted()) update();
  }

  function address(pattern) {
    return pattern.replace("/0/", `/${segment}/`);
  }

  function took(told) {
    const ended = segment && !told.open;
    segment = told.open ? told.segment : null;
    if (!told.open) stop(told.why, ended);
    show(told);
    if (told.open) later(EVERY);
  }

  function stop(why, ended) {
    const again = ended && (why === "network" || why === "hidden");
    if (again) return later(0);
    if (why === "idle") return ask();
    // "left": the same window, doubled, has taken over.
    const word = why === "left" ? "second_player" : why;
    stopped = word;
    notice(word, true);
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (busy) return later(RETRY);
      return segment && wanted() ? beat() : update();
    }, wait);
  }

  // ── Signs of life ──────────────────────────────────────────────────────────
  function ask() {
    stopped = "idle";
    if (dialog.showModal && !dialog.open) dialog.showModal();
    else dialog.setAttribute("open", "");
  }

  function goOn(name) {
    notice(name, false);
    stopped = "";
    touched = performance.now();
    update();
  }

  for (const kind of ["pointerdown", "touchstart", "keydown", "scroll", "wheel"]) {
    document.addEventListener(kind, () => (touched = performance.now()), { passive: true, capture: true });
  }
  dialog.querySelector("[data-go-on]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => goOn("idle"));
  root.querySelector("[data-here]").addEventListener("click", () => goOn("second_player"));
  document.addEventListener("visibilitychange", update);
  window.addEventListener("pagehide", () => segment && close("left"));
  window.addEventListener("pageshow", (event) => event.persisted && update());
  window.addEventListener("offline", () => notice("offline", true));
  window.addEventListener("online", () => later(0));
  root.addEventListener("lesson:sign", () => segment && !busy && beat());
  showState();
  window.addEventListener("DOMContentLoaded", update); // after the film has said that it does not play yet
})();
