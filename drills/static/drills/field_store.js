// What was done on this phone: first kept, then shown as done, then sent. Four boxes of the outbox for each part: events
// not acknowledged yet, photos, everything ever done here (so that it can be read without network), and small notes.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  class Store {
    static async open(part, clock) {
      const store = new Store();
      const names = ["events", "photos", "acts", "notes"];
      const boxes = await Promise.all(names.map((name) => Outbox.open(`field-${part}-${name}`)));
      names.forEach((name, place) => (store[name] = boxes[place]));
      store.clock = clock;
      store.turn = Promise.resolve();
      store.told = new Map();
      store.changed = () => {};
      await store.read();
      return store;
    }

    async read() {
      const [events, acts, notes, photos] = await Promise.all(
        [this.events, this.acts, this.notes, this.photos].map((box) => box.all()),
      );
      this.unsent = new Map(events.map(({ key, value }) => [key, value]));
      this.done = new Map(acts.map(({ key, value }) => [key, value]));
      this.small = new Map(notes.map(({ key, value }) => [key, value]));
      this.pictures = new Set(photos.map(({ key }) => key));
      await this.takeUp();
    }

    // The number and the hash go on where this device stopped. Where the storage was cleared it is another device.
    async takeUp() {
      const tail = this.small.get("tail");
      this.device = tail ? tail.device : Outbox.uuid();
      this.seq = tail ? tail.seq : 0;
      this.last = tail ? tail.last : "";
      for (const { device, event } of this.unsent.values()) {
        // Kept, but the page died before it noted so.
        if (device === this.device && event.device_seq > this.seq) [this.seq, this.last] = [event.device_seq, event.hash];
      }
      if (!tail) await this.note("tail", { device: this.device, seq: this.seq, last: this.last });
      for (const [uid, { event, stamp }] of this.unsent) {
        if (!this.done.has(uid)) this.done.set(uid, this.actOf(event, stamp));
      }
    }

    get persistent() {
      return this.events.persistent && this.notes.persistent;
    }

    get waiting() {
      return this.unsent.size + this.pictures.size;
    }

    // One after the other: each hash covers the one before it. `at` (milliseconds of the phone) and `stamp` (of the clock
    // then) where it was not now. `shown` is kept with it on this phone and not sent.
    act(kind, { item = null, payload = {}, at = Date.now(), stamp = this.clock.stamp(), uid = Outbox.uuid(), shown = {} } = {}) {
      const made = this.turn.then(async () => {
        const bare = { uid, kind, item, payload, device_seq: this.seq + 1, device_time: new Date(at).toISOString() };
        const event = await DrillChain.link(bare, this.last);
        const entry = { device: this.device, event, stamp };
        await this.events.put(uid, entry);
        [this.seq, this.last] = [event.device_seq, event.hash];
        await this.note("tail", { device: this.device, seq: this.seq, last: this.last });
        this.unsent.set(uid, entry); // from here on it is sent: its number is never given again
        const act = Object.assign(this.actOf(event, stamp), shown);
        await this.keep(act);
        this.changed();
        return act;
      });
      this.turn = made.catch(() => {});
      return made;
    }

    actOf(event, stamp) {
      const { uid, kind, item, payload } = event;
      // By the server's clock, as far as the phone knew it then.
      const at = Date.parse(event.device_time) + (stamp.skew || 0);
      return { uid, kind, item, payload, at, state: "waiting", reason: "" };
    }

    // The server has answered for it: taken and known need not be sent again; refused stays to be seen.
    async receipt({ uid, verdict, reason }) {
      const act = this.done.get(uid);
      if (act) {
        await this.keep(Object.assign(act, { state: verdict === "refused" ? "refused" : "taken", reason: reason || "" }));
      }
      this.unsent.delete(uid);
      await this.events.remove(uid);
    }

    // What the server has of this part and this phone does not: said on another phone, or before the storage was cleared.
    async learn(said) {
      for (const { uid, kind, item, payload, at } of said) {
        if (this.done.has(uid)) continue;
        await this.keep({ uid, kind, item, payload, at: Date.parse(at), state: "taken", reason: "", elsewhere: true });
      }
    }

    // Everything done of these kinds that was neither refused nor taken back, oldest first.
    all(...kinds) {
      const known = this.told.get(kinds.join());
      if (known) return known;
      const back = new Set();
      for (const act of this.done.values()) {
        if (act.kind === "correction" && act.state !== "refused") back.add(act.payload.of);
      }
      const stands = (act) => kinds.includes(act.kind) && act.state !== "refused" && !back.has(act.uid);
      const found = [...this.done.values()].filter(stands).sort((one, other) => one.at - other.at);
      this.told.set(kinds.join(), found);
      return found;
    }

    // Every act and its fate goes through here: what `all` has told before is stale then.
    keep(act) {
      this.told.clear();
      this.done.set(act.uid, act);
      return this.acts.put(act.uid, act);
    }

    refused() {
      return [...this.done.values()].filter((act) => act.state === "refused" && !act.seen);
    }

    async seen(uid) {
      const act = this.done.get(uid);
      if (act) await this.keep(Object.assign(act, { seen: true }));
    }

    // ── Photos and notes ─────────────────────────────────────────────────────
    async photo(uid, blob) {
      this.pictures.add(uid);
      await this.photos.put(uid, blob);
    }

    async photoSent(uid) {
      this.pictures.delete(uid);
      await this.photos.remove(uid);
    }

    // Small things of this part. Of no account is lost when one is.
    note(name, value) {
      this.small.set(name, value);
      return this.notes.put(name, value);
    }

    recall(name) {
      return this.small.get(name);
    }

    forget(name) {
      this.small.delete(name);
      return this.notes.remove(name);
    }
  }

  field.Store = Store;
})();
