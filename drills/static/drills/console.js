// The console between two looks at the server: counts the clock on, brings in the parts of the page that have changed,
// says when the network is gone. Every button is a plain form; here it is only sent without leaving the page.
(() => {
  const root = document.querySelector("[data-console]");
  if (!root) return;
  const { words, write, span, hour, Clock } = window.DrillField;
  const PAUSE = 2000; // milliseconds between two looks
  const PATIENCE = 8000;
  const say = words(root);
  const clock = new Clock();
  clock.heard(Number(root.dataset.now), performance.now());
  const find = (name) => root.querySelector(`[data-${name}]`);
  const lost = find("lost");
  const shown = new Map(); // what each part of the page looked like when it was last brought in
  let tag = "";
  let lostSince = 0;
  let notSent = ""; // what was pressed meanwhile
  let failedAt = 0; // an answer to what was asked before says nothing about now

  // ── Seconds ────────────────────────────────────────────────────────────────
  const spoken = (milliseconds) => {
    const whole = Math.floor(Math.abs(milliseconds) / 1000);
    const values = { m: Math.floor(whole / 60), s: whole % 60 };
    return say(values.m ? "minutes" : "seconds", values);
  };

  const tick = () => {
    const now = clock.now();
    for (const each of root.querySelectorAll("[data-clock]")) {
      const { elapsed, at, running } = each.dataset;
      write(each, span((Number(elapsed) + (running === undefined ? 0 : Math.max(0, now - Number(at)))) / 1000));
    }
    for (const each of root.querySelectorAll(".console-next [data-due]")) {
      const left = Number(each.dataset.due) - now;
      write(each, say(left > 0 ? "in" : "since", { span: spoken(left) }));
      each.closest(".console-next").classList.toggle("is-due", left <= 0);
    }
    for (const each of root.querySelectorAll("[data-ago]")) {
      write(each, say("ago", { span: spoken(now - Number(each.dataset.ago)) }));
    }
  };

  // ── Parts of the page ──────────────────────────────────────────────────────
  // What differs although nothing has changed: form tokens, times that are counted here.
  const sameAs = (part) => {
    const bare = part.cloneNode(true);
    for (const each of bare.querySelectorAll("[data-ago], .console-next [data-due], [data-clock]")) each.textContent = "";
    for (const each of bare.querySelectorAll("[data-clock]")) for (const name of ["data-at", "data-elapsed"]) each.removeAttribute(name);
    for (const each of bare.querySelectorAll("input[type=hidden]")) each.removeAttribute("value");
    for (const each of bare.querySelectorAll(".console-next")) each.classList.remove("is-due");
    for (const each of bare.querySelectorAll("details")) each.removeAttribute("open");
    for (const each of bare.querySelectorAll("[aria-busy]")) each.removeAttribute("aria-busy");
    return bare.outerHTML;
  };

  // Somebody is writing in it: it changes when he is done.
  const isInUse = (part) =>
    [...part.querySelectorAll("input:not([type=hidden])")].some((each) => each === document.activeElement || each.value);

  const bringIn = (html, force) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of page.querySelectorAll("[data-swap]")) {
      const part = document.getElementById(fresh.id);
      const look = sameAs(fresh);
      if (!part || shown.get(fresh.id) === look || (!force && isInUse(part))) continue;
      shown.set(fresh.id, look);
      const open = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.replaceWith(document.importNode(fresh, true));
      if (!force) for (const id of open) if (document.getElementById(id)) document.getElementById(id).open = true;
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    }
    tick();
  };

  // ── The network ────────────────────────────────────────────────────────────
  const isConnected = (yes, asked) => {
    if (yes && asked < failedAt) return;
    if (!yes) failedAt = performance.now();
    if (yes && lostSince) write(find("said"), say("back"));
    if (yes) [lostSince, notSent] = [0, ""];
    else lostSince = lostSince || clock.now();
    lost.hidden = yes;
    write(lost, yes ? "" : `${notSent} ${say("lost", { time: hour(lostSince) })}`.trim());
    find("net").toggleAttribute("data-off", !yes);
  };

  const ask = async (url, options) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    const begun = performance.now();
    try {
      const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: giveUp.signal, ...options });
      if (answer.status >= 500) throw new Error(String(answer.status));
      const html = answer.status === 304 ? "" : await answer.text();
      const told = Number(answer.headers.get("X-Now"));
      if (told) clock.heard(told, performance.now() - begun);
      return { answer, html, begun };
    } finally {
      clearTimeout(timer);
    }
  };

  let looking = 0;
  const look = async () => {
    clearTimeout(looking);
    try {
      const { answer, html, begun } = await ask(root.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
      // Signed out, or not allowed any more: the page says so itself.
      if (answer.redirected || answer.status === 404) location.reload();
      else if (html) {
        tag = answer.headers.get("ETag") || "";
        bringIn(html, false);
      }
      isConnected(true, begun);
    } catch (error) {
      isConnected(false);
    }
    looking = setTimeout(look, PAUSE);
  };

  // ── What somebody does ─────────────────────────────────────────────────────
  let pressed = null; // event.submitter is younger than some browsers here
  root.addEventListener("click", (event) => {
    pressed = event.target.closest("button[type=submit]") || pressed;
    for (const each of root.querySelectorAll("details[data-pop][open]:not(.console-row):not(.more)")) {
      if (!each.contains(event.target)) each.open = false;
    }
  });

  const send = async (form) => {
    const body = new FormData(form);
    if (pressed && pressed.form === form && pressed.name) body.append(pressed.name, pressed.value);
    pressed = null;
    try {
      const { answer, html, begun } = await ask(form.action, { method: "POST", body });
      // Signed out meanwhile, or refused: nothing was done, and the page as it comes back shows it.
      if (!answer.ok || !html.includes('id="run-head"')) {
        location.reload();
        return;
      }
      form.reset();
      bringIn(html, true);
      isConnected(true, begun);
      const told = [...document.querySelectorAll("#run-messages li")].map((each) => each.textContent.trim()).join(" ");
      write(find("said"), told || say("sent"));
      const again = document.getElementById(form.dataset.key || "");
      if (again && document.activeElement === document.body) again.focus();
    } catch (error) {
      notSent = say("notSent");
      isConnected(false);
    } finally {
      form.removeAttribute("aria-busy");
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
      look();
    }
  };

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.hasAttribute("data-act")) return;
    event.preventDefault();
    send(event.target);
  });

  // ── Keys ───────────────────────────────────────────────────────────────────
  const sure = document.getElementById("sure");
  const press = (key) => {
    const button = root.querySelector(`form[data-key=${key}] button`);
    if (button) button.click();
  };

  if (sure) {
    sure.querySelector("[data-sure-yes]").addEventListener("click", () => {
      sure.close();
      press("release");
    });
  }

  document.addEventListener("keydown", (event) => {
    if (!sure || sure.open) return; // whoever only watches has no keys
    if (event.ctrlKey && event.key === "Enter") {
      const form = root.querySelector("form[data-key=release]");
      if (!form) return;
      event.preventDefault();
      write(sure.querySelector("[data-sure-what]"), form.dataset.what);
      sure.showModal();
      sure.querySelector("[data-sure-yes]").focus();
    } else if (event.altKey && event.code === "KeyP") {
      event.preventDefault();
      press("pause");
    } else if (event.altKey && event.code === "KeyN") {
      const next = document.getElementById("next");
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  });

  for (const part of root.querySelectorAll("[data-swap]")) shown.set(part.id, sameAs(part));
  setInterval(tick, 250);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("online", look);
  addEventListener("offline", () => isConnected(false));
  tick();
  look();
})();
