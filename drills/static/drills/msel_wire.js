// What the sheet says to the server, one thing after the other in the order in which it was done. Everything may be said
// twice without harm; what got no answer is said again, at longer and longer intervals.
(() => {
  const sheet = (window.drillSheet = window.drillSheet || {});
  const PATIENCE = 12000; // milliseconds for one answer
  const FIRST = 1500;
  const LONGEST = 30000;

  // Resolves with { status, reply }; rejects where nothing was said. A page instead of an answer is the way to sign in.
  sheet.ask = async (url, body, token) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams({ told: JSON.stringify(body) }),
        headers: { Accept: "application/json", "X-CSRFToken": token },
        credentials: "same-origin",
        cache: "no-store",
        signal: giveUp.signal,
      });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (response.status >= 500) throw new Error(`no answer: ${response.status}`);
      if (!isJson) return { status: response.redirected || response.status === 403 ? 401 : 404, reply: {} };
      return { status: response.status, reply: await response.json() };
    } finally {
      clearTimeout(timer);
    }
  };

  // Does what `next()` gives until it gives nothing. An errand resolves when the server has answered, whatever it said;
  // it rejects when there was no answer, and is then tried again.
  sheet.Errands = class {
    constructor({ next, changed }) {
      this.next = next;
      this.changed = changed;
      this.failures = 0;
      this.timer = 0;
      this.flying = null;
      this.stopped = false;
      addEventListener("online", () => this.now());
    }

    get failing() {
      return this.failures > 0 || navigator.onLine === false;
    }

    // Resolves when there is nothing left to say, or nothing can be said.
    now() {
      clearTimeout(this.timer);
      if (!this.flying) {
        this.flying = this.round().then(() => {
          this.flying = null;
          this.changed();
        });
      }
      return this.flying;
    }

    async round() {
      let errand = this.next();
      while (errand && !this.stopped) {
        this.changed();
        try {
          await errand();
          this.failures = 0;
        } catch (silence) {
          this.failures += 1;
          this.again();
          return;
        }
        errand = this.next();
      }
    }

    again() {
      const pause = Math.min(LONGEST, FIRST * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.now(), pause);
    }

    stop() {
      this.stopped = true;
      clearTimeout(this.timer);
    }
  };
})();
