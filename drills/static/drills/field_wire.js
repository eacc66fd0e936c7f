// Between this phone and the server: asks how things stand, sends what was done here, in order, until each event has its
// receipt. Every request may be repeated without harm. Without network it tries again at longer and longer intervals
// that differ from phone to phone; at once when the network is back or somebody looks at the page.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const PATIENCE = 12000; // milliseconds for one answer
  const PHOTO_PATIENCE = 60000;
  const FIRST = 1500;
  const LONGEST = 30000;
  const BATCH = 50;
  const LIVELY = 4000; // between two polls while the drill runs
  const CALM = 15000;
  const MEASURE = 60000;

  class Refusal extends Error {
    constructor(status, told, pause) {
      super(told.code || String(status));
      Object.assign(this, { status, code: told.code || "", pause });
    }
  }

  // {status, told, took}; rejects with a Refusal where the server said no, with another error where it said nothing.
  const ask = async (url, options = {}, patience = PATIENCE) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), patience);
    const begun = performance.now();
    try {
      const answer = await fetch(url, { credentials: "omit", cache: "no-store", signal: giveUp.signal, ...options });
      if (answer.status === 304) return { status: 304, took: performance.now() - begun };
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.status >= 500 || (answer.ok && !isJson)) throw new Error(`no answer: ${answer.status}`);
      const told = isJson ? await answer.json() : {};
      if (!answer.ok) throw new Refusal(answer.status, told, 1000 * Number(answer.headers.get("Retry-After")) || 0);
      return { status: answer.status, told, took: performance.now() - begun, etag: answer.headers.get("ETag") };
    } finally {
      clearTimeout(timer);
    }
  };
  field.ask = ask;
  field.Refusal = Refusal;

  field.Wire = class {
    // `polled(poll)` hears every new answer, `changed()` whenever something to be shown has changed.
    constructor({ store, clock, urls, pack, polled, changed }) {
      Object.assign(this, { store, clock, urls, pack, polled, changed });
      this.failures = 0;
      this.dead = false; // the card was replaced
      this.shut = false; // the drill takes nothing at the moment
      this.etag = "";
      this.timer = 0;
      this.flying = null;
      this.size = BATCH;
      this.badPhotos = new Set();
      this.lively = false;
      addEventListener("online", () => this.now());
      addEventListener("offline", () => this.changed());
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
    }

    get online() {
      return this.failures === 0 && navigator.onLine !== false && !this.dead;
    }

    // At once. Who asks while a round is under way gets another one after it.
    now() {
      if (this.dead) return Promise.resolve();
      clearTimeout(this.timer);
      if (this.flying) {
        this.again = true;
        return this.flying;
      }
      this.again = false;
      this.flying = this.round().then((pause) => {
        this.flying = null;
        this.changed();
        if (!this.dead) this.timer = setTimeout(() => this.now(), this.again ? 0 : pause);
      });
      return this.flying;
    }

    // The poll first: what is sent then is told against a fresh measure of the clock. How long to wait for the next one.
    async round() {
      try {
        await this.poll();
        await this.send();
        await this.sendPhotos();
        this.failures = 0;
        this.shut = false;
        return (this.lively ? LIVELY : CALM) * (0.8 + Math.random() * 0.4);
      } catch (error) {
        if (error instanceof Refusal) return this.refused(error);
        this.failures += 1;
        return Math.min(LONGEST, FIRST * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
      }
    }

    // The server is there, and says no.
    refused(error) {
      this.failures = 0;
      if (error.status === 404) this.dead = true;
      else if (error.code === "not_now") this.shut = true;
      return Math.max(error.pause, LONGEST);
    }

    async poll() {
      const headers = { Accept: "application/json", "X-Device": this.store.device, "X-Waiting": this.store.waiting };
      // Now and then a whole answer: "nothing new" does not tell the time.
      if (this.etag && this.clock.silence() < MEASURE) headers["If-None-Match"] = this.etag;
      const { status, told, took, etag } = await ask(this.urls.poll, { headers });
      if (status === 304) return;
      this.etag = etag || "";
      this.hear(told, took);
    }

    hear(told, took) {
      if (told.server_time) this.clock.heard(Date.parse(told.server_time), took);
      const poll = told.poll || told;
      this.lively = ["running", "paused"].includes(poll.state);
      if (poll.version) this.polled(poll);
    }

    async send() {
      while (this.store.unsent.size) {
        const batch = this.batch();
        try {
          const { told, took } = await ask(this.urls.events, {
            method: "POST",
            headers: { Accept: "application/json", "Content-Type": "application/json" },
            body: JSON.stringify(batch),
          });
          if (!told.receipts.length) throw new Error("no receipts"); // else it would be asked for ever
          for (const receipt of told.receipts) await this.store.receipt(receipt);
          this.hear(told, took);
          this.size = BATCH;
        } catch (error) {
          if (!(await this.narrowed(error, batch))) throw error;
        }
        this.changed();
      }
    }

    // Of one device at a time: what is left of a phone that lost its storage must not pass for this one's.
    batch() {
      const waiting = [...this.store.unsent.values()];
      const { device } = waiting[0];
      const events = waiting.filter((entry) => entry.device === device).slice(0, this.size);
      return {
        device,
        device_time: new Date().toISOString(),
        skew_ms: this.clock.skew === null ? undefined : this.clock.skew,
        waiting: this.store.waiting,
        pack: this.pack,
        events: events.map(({ event, stamp }) => {
          const skew = this.clock.skewOf(stamp);
          return skew === null ? event : { ...event, skew_ms: skew };
        }),
      };
    }

    // One event that the server cannot read must not keep the others waiting: it is found by halves, and shown.
    async narrowed(error, batch) {
      if (!(error instanceof Refusal) || ![400, 413].includes(error.status)) return false;
      if (batch.events.length > 1) {
        this.size = Math.ceil(batch.events.length / 2);
        return true;
      }
      await this.store.receipt({ uid: batch.events[0].uid, verdict: "refused", reason: "payload" });
      this.size = BATCH;
      return true;
    }

    async sendPhotos() {
      for (const { key, value } of await this.store.photos.all()) {
        if (this.badPhotos.has(key)) continue;
        const form = new FormData();
        form.append("device", this.store.device);
        form.append("photo", value, `${key}.jpg`);
        try {
          await ask(this.urls.photo.replace("00000000-0000-0000-0000-000000000000", key), { method: "POST", body: form }, PHOTO_PATIENCE);
          await this.store.photoSent(key);
        } catch (error) {
          if (!(error instanceof Refusal) || ![400, 413].includes(error.status)) throw error;
          this.badPhotos.add(key); // it stays on the phone, and is shown there
        }
        this.changed();
      }
    }
  };
})();
