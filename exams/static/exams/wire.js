// Plain HTTP to the exam's endpoints. Every request may be repeated without harm; what is not acknowledged is sent
// again, at longer and longer intervals that differ from phone to phone.
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const PATIENCE = 10000; // milliseconds for one reply
  const FIRST = 1000;
  const LONGEST = 30000;
  const BATCH = 50;

  room.Refusal = class extends Error {
    constructor(status, reply) {
      super(reply.code || String(status));
      this.status = status;
      this.code = reply.code || "";
      this.reply = reply;
    }
  };

  // Resolves with the reply's JSON and the milliseconds it took; rejects with a Refusal where the server said no, with
  // another error where it said nothing.
  room.ask = async (url, { method = "GET", body, keepalive = false, headers = {} } = {}) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    const begun = performance.now();
    try {
      const response = await fetch(url, {
        method,
        keepalive,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
        credentials: "same-origin",
        cache: "no-store",
        signal: giveUp.signal,
      });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (response.status >= 500 || (response.ok && !isJson)) throw new Error(`no answer: ${response.status}`);
      const reply = isJson ? await response.json() : {};
      if (!response.ok) throw new room.Refusal(response.status, reply);
      return { reply, took: performance.now() - begun };
    } finally {
      clearTimeout(timer);
    }
  };

  // Sends what `unsent()` gives until nothing is left. `send(batch)` resolves when the server has answered for it.
  // `changed()` is told whenever sending begins, ends or fails.
  room.Sender = class {
    constructor({ unsent, send, changed, refused }) {
      Object.assign(this, { unsent, send, changed, refused });
      this.failures = 0;
      this.timer = 0;
      this.flying = null;
      this.stopped = false;
      addEventListener("online", () => this.now());
    }

    get failing() {
      return this.failures > 0 || navigator.onLine === false;
    }

    // Sending at the next moment; answers given in one breath travel together.
    soon() {
      if (this.failures) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.now(), 250);
    }

    // Sending at once; resolves with true when everything is acknowledged. Who asks while a round is on its way waits
    // for that one: it goes on until nothing is left.
    now() {
      clearTimeout(this.timer);
      if (!this.flying) {
        this.flying = this.round().then((done) => {
          this.flying = null;
          this.changed();
          if (done && this.unsent().length) this.soon();
          return done;
        });
      }
      return this.flying;
    }

    async round() {
      while (!this.stopped) {
        const batch = this.unsent().slice(0, BATCH);
        if (!batch.length) return true;
        this.changed();
        try {
          await this.send(batch);
          this.failures = 0;
        } catch (error) {
          if (error instanceof room.Refusal && this.refused(error)) return false;
          this.failures += 1;
          this.again();
          return false;
        }
      }
      return false;
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
