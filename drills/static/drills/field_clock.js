// The server's clock and the drill's, as this phone can know them: told by every answer, carried on between two answers
// by the phone's own clocks. The phone's time of day is never believed, only how much of it has passed.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const SAME = 2000; // milliseconds
  const OLD = 120000;

  field.Clock = class {
    constructor() {
      this.best = Infinity;
      this.skew = null; // server minus phone, in milliseconds; null: never heard
      this.heardAt = 0; // by the phone's time of day
      this.page = Math.random().toString(36).slice(2);
    }

    // `server` as it said; `took` the milliseconds of question and answer: the middle of them is the moment meant. A slow
    // answer does not overrule a quick one, unless the quick one is old.
    heard(server, took) {
      const now = Date.now();
      const measured = Math.round(server - (now - took / 2));
      const old = now - this.heardAt > OLD || now < this.heardAt;
      const set = this.skew !== null && Math.abs(measured - this.skew) > SAME + took;
      if (took > this.best + 500 && !old && !set) return;
      Object.assign(this, { best: took, skew: measured, heardAt: now });
      this.start(server + took / 2);
    }

    // What an earlier page on this phone heard last.
    recall(skew) {
      if (this.skew !== null || !Number.isFinite(skew)) return;
      this.skew = skew;
      this.start(Date.now() + skew);
    }

    start(server) {
      this.server = server;
      this.at = performance.now();
      this.day = Date.now();
    }

    // Some phones stop the one clock while they sleep, and a person may set the other back: the longer time counts.
    now() {
      if (this.at === undefined) return Date.now();
      return this.server + Math.max(performance.now() - this.at, Date.now() - this.day, 0);
    }

    // How long ago the server was heard, in milliseconds.
    silence() {
      return this.heardAt ? Math.max(0, Date.now() - this.heardAt) : Infinity;
    }

    // ── What an event is stamped with ────────────────────────────────────────
    // `offset` changes when somebody, or the network, sets the phone's clock while the page is open.
    stamp() {
      return { skew: this.skew, offset: Math.round(Date.now() - performance.now()), page: this.page };
    }

    // The skew of the moment a stamp was made; null leaves it to the batch, which is told by its arrival. A phone gets the
    // right time with its network: what was stamped before that keeps the skew of then. Where the clock was not set since,
    // but the skew is another, it was wrong already, and today's is the true one.
    skewOf({ skew, offset, page }) {
      if (skew === null || this.skew === null || Math.abs(this.skew - skew) < SAME || page !== this.page) return skew;
      const set = Math.abs(this.stamp().offset - offset) > SAME;
      return set ? skew : this.skew;
    }
  };

  // The drill's clock runs on by itself from what the last poll said; `told` is {running, elapsed, at}.
  field.drillSeconds = (told, serverNow) => {
    if (!told) return 0;
    const since = told.running ? Math.max(0, serverNow - Date.parse(told.at)) / 1000 : 0;
    return told.elapsed + since;
  };
})();
