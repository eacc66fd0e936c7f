// What was answered, kept on this device before anything else happens: the last answer to each question, with its
// revision, until the server has acknowledged that very revision. IndexedDB; where a browser refuses it, localStorage;
// where it refuses that too, memory (and the page says so).
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const OPENING = 4000; // milliseconds; some WebViews never answer

  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const within = (promise, milliseconds) =>
    Promise.race([
      promise,
      new Promise((_resolve, reject) => setTimeout(() => reject(new Error("too slow")), milliseconds)),
    ]);

  class InDatabase {
    static async open() {
      const request = indexedDB.open("exam-room", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("answers", { keyPath: ["sitting", "slot"] });
      };
      const store = new InDatabase();
      store.db = await within(asked(request), OPENING);
      store.db.onversionchange = () => store.db.close();
      store.durable = true;
      return store;
    }

    async all(sitting) {
      const found = this.db.transaction("answers", "readonly").objectStore("answers");
      return asked(found.getAll(IDBKeyRange.bound([sitting, 0], [sitting, Infinity])));
    }

    write(act) {
      return new Promise((resolve, reject) => {
        // Strict: on the disk, not only on its way there.
        const transaction = this.db.transaction("answers", "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve();
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
        act(transaction.objectStore("answers"));
      });
    }

    put(entry) {
      return this.write((store) => store.put(entry));
    }

    forget(sitting) {
      return this.write((store) => store.delete(IDBKeyRange.bound([sitting, 0], [sitting, Infinity])));
    }
  }

  class InLocalStorage {
    static open() {
      localStorage.setItem("exam-room-probe", "1");
      localStorage.removeItem("exam-room-probe");
      const store = new InLocalStorage();
      store.durable = true;
      return store;
    }

    keys(sitting) {
      return Object.keys(localStorage).filter((key) => key.startsWith(`exam-answer/${sitting}/`));
    }

    async all(sitting) {
      return this.keys(sitting).map((key) => JSON.parse(localStorage.getItem(key)));
    }

    async put(entry) {
      localStorage.setItem(`exam-answer/${entry.sitting}/${entry.slot}`, JSON.stringify(entry));
    }

    async forget(sitting) {
      for (const key of this.keys(sitting)) localStorage.removeItem(key);
    }
  }

  class InMemory {
    constructor() {
      this.entries = new Map();
      this.durable = false;
    }

    async all(sitting) {
      return [...this.entries.values()].filter((entry) => entry.sitting === sitting);
    }

    async put(entry) {
      this.entries.set(`${entry.sitting}/${entry.slot}`, entry);
    }

    async forget() {
      this.entries.clear();
    }
  }

  // The same answer is kept in a second place when the first one fails in the middle of an exam (disk full, storage
  // cleared by the system): the page then goes on, and asks to stay connected.
  class Journal {
    constructor(store, sitting) {
      this.store = store;
      this.sitting = sitting;
      this.spare = new InMemory();
      this.queue = Promise.resolve();
    }

    get durable() {
      return this.store.durable;
    }

    async all() {
      try {
        return await this.store.all(this.sitting);
      } catch (refused) {
        this.store = this.spare;
        return [];
      }
    }

    // One after the other: an acknowledgement must never overtake the answer it belongs to.
    put(entry) {
      this.queue = this.queue.then(() => this.keep({ ...entry, sitting: this.sitting }));
      return this.queue;
    }

    async keep(entry) {
      try {
        await within(this.store.put(entry), OPENING);
      } catch (refused) {
        this.store = this.spare;
        await this.store.put(entry);
      }
    }

    async forget() {
      await this.queue;
      try {
        await this.store.forget(this.sitting);
      } catch (refused) {
        // Nothing is lost by keeping it.
      }
    }
  }

  room.openJournal = async (sitting) => {
    for (const Store of [InDatabase, InLocalStorage]) {
      try {
        return new Journal(await Store.open(), sitting);
      } catch (refused) {
        // The next one.
      }
    }
    return new Journal(new InMemory(), sitting);
  };

  // Small things of one sitting that may be lost without harm: marks, the place, the wish to hand in.
  room.note = (sitting, name, value) => {
    const key = `exam-note/${sitting}/${name}`;
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(key));
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch (refused) {
      // Without storage the page still works.
    }
    return null;
  };
})();
