// The evaluator's sheet: each choice saves itself. "Saved" is said only when the server has taken it; what it has not is
// tried again, and the page asks before it is left. Without this script every item has its own button.
(() => {
  const root = document.querySelector("[data-sheet]");
  if (!root) return;
  const say = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), root.dataset[name]);
  const LOW = ["0", "1"];
  const PATIENCE = 10000; // milliseconds for one reply
  const [FIRST, LONGEST] = [2000, 30000];
  const unsaved = new Set();

  class Score {
    constructor(form) {
      this.form = form;
      this.reason = form.querySelector("[name=reason]");
      this.box = form.querySelector("[data-score-reason]");
      this.note = form.querySelector("[data-score-note]");
      this.state = form.querySelector("[data-score-state]");
      this.flying = false;
      this.again = false;
      this.failures = 0;
      this.timer = 0;
      form.querySelector("[data-score-save]").hidden = true;
      this.note.addEventListener("click", () => this.open());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.changed();
      });
      // Arrow keys pass over the values on their way: only the one they stop at is saved.
      form.addEventListener("change", () => this.later(400));
      this.reason.addEventListener("input", () => this.later(1200));
      this.show();
    }

    get value() {
      const chosen = this.form.querySelector("[name=value]:checked");
      return chosen ? chosen.value : "";
    }

    get lacksReason() {
      return LOW.includes(this.value) && !this.reason.value.trim();
    }

    open() {
      this.box.hidden = false;
      this.note.hidden = true;
      this.reason.focus();
    }

    show() {
      const low = LOW.includes(this.value);
      const wanted = low || Boolean(this.reason.value) || document.activeElement === this.reason;
      this.box.hidden = !wanted;
      this.note.hidden = wanted || !this.value;
      this.reason.required = low;
    }

    tell(text, kind = "") {
      if (this.state.textContent !== text) this.state.textContent = text;
      this.form.dataset.state = kind;
    }

    later(pause) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.changed(), pause);
      unsaved.add(this);
      this.show();
    }

    changed() {
      clearTimeout(this.timer);
      this.show();
      unsaved.add(this);
      if (!this.value) this.tell(say("sayValue"), "asks");
      else if (this.lacksReason) this.tell(say("sayReason"), "asks");
      else this.send();
    }

    async send() {
      if (this.flying) {
        this.again = true;
        return;
      }
      this.flying = true;
      this.again = false;
      if (!this.failures) this.tell(say("saySaving"));
      try {
        this.took(await this.ask());
      } catch (unreachable) {
        this.failures += 1;
        this.tell(say("sayWaiting"), "waits");
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.changed(), Math.min(LONGEST, FIRST * 2 ** (this.failures - 1)));
      }
      this.flying = false;
      if (this.again) this.changed();
    }

    // Resolves with what to say; rejects where the server said nothing and asking again is of use.
    async ask() {
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), PATIENCE);
      try {
        const answer = await fetch(root.dataset.sheet, {
          method: "POST",
          body: new URLSearchParams(new FormData(this.form)),
          headers: { "X-Requested-With": "fetch" },
          credentials: "same-origin",
          signal: giveUp.signal,
        });
        if (answer.status >= 500) throw new Error(String(answer.status));
        const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
        if (answer.redirected || !isJson) return { code: "refused", text: say("saySignedOut") };
        return await answer.json();
      } finally {
        clearTimeout(timer);
      }
    }

    took(reply) {
      this.failures = 0;
      if (reply.code !== "ok") {
        this.tell(reply.text, "asks");
        return;
      }
      if (!this.again) unsaved.delete(this);
      this.tell(say("saySaved", { time: reply.saved }), "saved");
      const given = document.querySelector("[data-sheet-given]");
      if (given) given.textContent = reply.given;
    }
  }

  const scores = [...root.querySelectorAll("[data-score]")].map((form) => new Score(form));

  addEventListener("online", () => scores.filter((score) => score.failures).forEach((score) => score.changed()));
  addEventListener("beforeunload", (event) => {
    if (!unsaved.size) return;
    event.preventDefault();
    event.returnValue = say("sayLeave");
  });
})();
