// What was done and the server has not taken yet, kept on this device before it is shown as done: IndexedDB, in the
// order in which it was put. Where the browser refuses it, memory: `persistent` is then false, the page must say so,
// and the document hears "outbox-volatile".
(() => {
  const OPENING = 4000; // milliseconds; some WebViews never answer

  const within = (promise) =>
    Promise.race([
      promise,
      new Promise((_resolve, reject) => setTimeout(() => reject(new Error("too slow")), OPENING)),
    ]);

  const NAME = "drill-outbox"; // of the first room that had one: under another name, what waits on phones were lost

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const opened = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      // The number counts up by itself and is the order; a box holds each key once.
      const entries = request.result.createObjectStore("entries", { autoIncrement: true });
      entries.createIndex("box", "box");
      entries.createIndex("key", ["box", "key"], { unique: true });
    };
    return within(asked(request));
  };

  class Box {
    constructor(name, db) {
      this.name = name;
      this.db = db;
      this.persistent = Boolean(db);
      this.memory = new Map();
      this.queue = Promise.resolve();
      if (db) {
        // Another tab with a newer page wants to change the database: let it.
        db.onversionchange = () => db.close();
        db.onclose = () => this.lose();
      }
    }

    lose() {
      if (!this.persistent) return;
      this.persistent = false;
      document.dispatchEvent(new CustomEvent("outbox-volatile"));
    }

    write(act) {
      return new Promise((resolve, reject) => {
        // Strict: on the disk, not only on its way there.
        const transaction = this.db.transaction("entries", "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve();
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
        const entries = transaction.objectStore("entries");
        const request = entries.index("key").getKey([this.name, act.key]);
        request.onsuccess = () => act.then(entries, request.result);
      });
    }

    // One after the other, whether the last one worked or not: a removal must never overtake its own put.
    inTurn(act) {
      const done = this.queue.then(act);
      this.queue = done.catch(() => {});
      return done;
    }

    // Put again, a key keeps its place.
    put(key, value) {
      return this.inTurn(async () => {
        const entry = { box: this.name, key, value };
        const keep = (entries, place) => (place === undefined ? entries.add(entry) : entries.put(entry, place));
        try {
          if (!this.db) throw new Error("no database");
          await within(this.write({ key, then: keep }));
          this.memory.delete(key);
        } catch (refused) {
          this.memory.set(key, value);
          this.lose();
        }
      });
    }

    remove(key) {
      return this.inTurn(async () => {
        this.memory.delete(key);
        if (!this.db) return;
        const drop = (entries, place) => place !== undefined && entries.delete(place);
        try {
          await within(this.write({ key, then: drop }));
        } catch (refused) {
          this.lose(); // It will be sent again, and the server knows it by its key.
        }
      });
    }

    async stored() {
      if (!this.db) return [];
      try {
        const index = this.db.transaction("entries", "readonly").objectStore("entries").index("box");
        return await within(asked(index.getAll(this.name)));
      } catch (refused) {
        this.lose();
        return [];
      }
    }

    all() {
      return this.inTurn(async () => {
        const stored = (await this.stored()).filter((entry) => !this.memory.has(entry.key));
        const spare = [...this.memory].map(([key, value]) => ({ key, value }));
        return [...stored.map(({ key, value }) => ({ key, value })), ...spare];
      });
    }

    async count() {
      return (await this.all()).length;
    }
  }

  const open = async (name) => {
    let db = null;
    try {
      db = await opened();
    } catch (refused) {
      document.dispatchEvent(new CustomEvent("outbox-volatile"));
    }
    // Asks the browser not to clear us when the phone is full; it may say no.
    if (db && navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    return new Box(name, db);
  };

  // A key that nobody else makes. `crypto.randomUUID` is of younger browsers and of secure pages only.
  const uuid = () => {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  window.Outbox = { open, uuid };
})();
