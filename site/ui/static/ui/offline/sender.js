// Sends the records that a box of the outbox holds: the record first, then its files one by one, in the words of
// records/sent.py. Every request may be repeated without harm; an entry leaves the phone only when the server has all of it
// or somebody deletes it.
// An entry: {uid, user, written, title, fields, files: [{uid, kind, name, blob, refused}], sent: {number, url}, refused}.
(() => {
  const PATIENCE = 20000; // milliseconds for an answer
  const PATIENCE_FILE = 120000;
  const FIRST = 4000;
  const LONGEST = 120000;

  // `word`: "ok", the code of a refusal, "signed_out", "not_allowed", "stale" (form token), or "nothing": no answer.
  const ask = async (url, options, patience) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), patience);
    const asked = { credentials: "same-origin", cache: "no-store", redirect: "manual", signal: giveUp.signal, ...options };
    try {
      return await told(await fetch(url, asked));
    } catch (unreachable) {
      return { word: "nothing", reply: {} };
    } finally {
      clearTimeout(timer);
    }
  };

  const told = async (response) => {
    if (response.type === "opaqueredirect") return { word: "signed_out", reply: {} };
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    const reply = isJson ? await response.json() : {};
    if (isJson && response.status < 500) return { word: reply.code, reply };
    return { word: { 403: "stale", 404: "not_allowed", 413: "too_large" }[response.status] || "nothing", reply };
  };

  class Sender {
    // `urls`: ready, send, file (with `nobody` in the place of the record's uid). `changed()` hears of every step.
    // `prepare(file, entry)`: the blob to send, where it is not the one that was kept.
    constructor({ box, urls, nobody, changed, prepare = (file) => file.blob }) {
      Object.assign(this, { box, urls, nobody, changed, prepare });
      this.standing = "idle"; // or "sending", "waiting", "signed_out", "not_allowed"
      this.current = null; // uid of the entry on its way
      this.user = null; // who is signed in, as far as the server was asked
      this.failures = 0;
      this.flying = null;
      this.token = "";
      addEventListener("online", () => {
        this.token = "";
        this.now();
      });
      document.addEventListener("visibilitychange", () => document.hidden || this.now());
    }

    // Sends at once; who asks while a round is on its way waits for one more.
    now() {
      clearTimeout(this.timer);
      const before = this.flying || Promise.resolve();
      const mine = before.then(() => this.round());
      this.flying = mine;
      mine.then(() => {
        if (this.flying === mine) this.flying = null;
      });
      return mine;
    }

    async round() {
      const entries = (await this.box.all()).map(({ value }) => value);
      const nothingToSend = !entries.some((entry) => this.isOpen(entry));
      if (nothingToSend && this.token) return this.rest("idle");
      const ready = await this.enter();
      if (nothingToSend) return this.rest(ready === "nothing" ? "idle" : ready);
      if (ready !== "ok") return this.rest(ready === "nothing" ? "waiting" : ready);
      for (const entry of entries.filter((each) => each.user === this.user && this.isOpen(each))) {
        this.current = entry.uid;
        this.stand("sending");
        const word = await this.deliver(entry);
        if (word !== "ok") return this.rest(word === "nothing" || word === "stale" ? "waiting" : word);
      }
      this.failures = 0;
      return this.rest("idle");
    }

    isOpen(entry) {
      return !entry.refused && (!entry.sent || entry.files.some((file) => !file.refused));
    }

    rest(standing) {
      this.current = null;
      if (standing === "waiting") {
        this.failures += 1;
        const pause = Math.min(LONGEST, FIRST * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
        this.timer = setTimeout(() => this.now(), pause);
      }
      this.stand(standing);
    }

    stand(standing) {
      this.standing = standing;
      this.changed();
    }

    // A fresh form token: the page may be an old one from the device, its session over and another begun since.
    async enter() {
      const { word, reply } = await ask(this.urls.ready, {}, PATIENCE);
      if (word !== "ok") return word;
      this.user = reply.user;
      this.token = reply.token;
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = reply.token;
      return "ok";
    }

    async post(url, body, patience) {
      const send = () => ask(url, { method: "POST", body, headers: { "X-CSRFToken": this.token } }, patience);
      const first = await send();
      if (first.word !== "stale" || (await this.enter()) !== "ok") return first;
      return send();
    }

    async deliver(entry) {
      if (!entry.sent) {
        const word = await this.record(entry);
        if (word !== "ok" || entry.refused) return word;
      }
      for (const file of entry.files.filter((each) => !each.refused)) {
        const word = await this.file(entry, file);
        if (word !== "ok") return word;
      }
      if (entry.files.length) return "ok"; // some were refused: they wait for a person
      await this.box.remove(entry.uid);
      this.changed(entry);
      return "ok";
    }

    async record(entry) {
      const age = Math.max(0, Math.round((Date.now() - entry.written) / 1000));
      const body = new FormData();
      body.append("record", JSON.stringify({ uid: entry.uid, user: entry.user, age, fields: entry.fields }));
      const { word, reply } = await this.post(this.urls.send, body, PATIENCE);
      if (word === "ok") entry.sent = { number: reply.number, url: reply.url };
      else if (["invalid", "somebody_else", "forged", "too_large"].includes(word)) {
        entry.refused = { code: word, errors: reply.errors || {} };
      } else return word;
      return this.keep(entry);
    }

    async file(entry, file) {
      const body = new FormData();
      body.append("uid", file.uid);
      body.append("kind", file.kind);
      body.append("file", await this.prepare(file, entry), file.name);
      const url = this.urls.file.replace(this.nobody, entry.uid);
      const { word, reply } = await this.post(url, body, PATIENCE_FILE);
      if (word === "ok") entry.files = entry.files.filter((each) => each !== file);
      else if (word === "refused" || word === "too_large") file.refused = reply.reason || word;
      else if (word === "unknown") {
        entry.sent = null; // the server forgot the record, as after a restored backup: all of it once more
        await this.keep(entry);
        return "nothing";
      } else return word;
      return this.keep(entry);
    }

    async keep(entry) {
      await this.box.put(entry.uid, entry);
      this.changed();
      return "ok";
    }
  }

  window.Sender = Sender;
})();
