// 记一笔: the time is taken at the first press, to the second; what was seen, a photo and the item it belongs to may
// follow or not. A note that is being written survives a killed page.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  field.Notes = class {
    constructor(face, { root, store, clock, say, items, drillTime }) {
      Object.assign(this, { root, store, clock, say, items, drillTime });
      this.find = field.find(face);
      this.dialog = root.querySelector("#note");
      this.form = this.dialog.querySelector("[data-note-form]");
      this.part = field.find(this.dialog);
      this.words = field.words(this.form);
      this.draft = null;
      this.listen();
    }

    listen() {
      this.root.querySelector("[data-note]").addEventListener("click", () => this.open());
      this.part("note-text").addEventListener("input", () => this.keepDraft());
      for (const word of this.dialog.querySelectorAll("[data-word]")) {
        word.addEventListener("click", () => this.add(word.textContent));
      }
      if (this.part("note-item")) this.part("note-item").addEventListener("change", () => this.keepDraft());
      this.part("note-photo").addEventListener("change", (event) => this.take(event.target));
      this.part("note-drop").addEventListener("click", () => this.drop());
      field.onSubmit(this.form, () => this.keep()); // closed with the back key, it waits for the next press
      field.onSubmit(this.root.querySelector("[data-take-back-form]"), () => this.backTaken());
    }

    // ── One note ─────────────────────────────────────────────────────────────
    open() {
      this.draft = this.store.recall("draft") || this.begun();
      field.write(this.part("note-at"), field.hour(this.moment()));
      const drill = this.drillTime(this.moment());
      field.write(this.part("note-drill"), drill && this.words("drill", { time: drill }));
      this.part("note-text").value = this.draft.text;
      this.offerItems();
      this.picture(null);
      field.show(this.part("note-fault"), false);
      this.dialog.showModal();
      this.dialog.querySelector("h2").focus(); // the keyboard comes when it is wanted
      this.store.note("draft", this.draft);
    }

    begun() {
      return { uid: Outbox.uuid(), at: Date.now(), stamp: this.clock.stamp(), text: "", item: "" };
    }

    // Of the first press, by the server's clock as the phone knew it then.
    moment() {
      return this.draft.at + (this.draft.stamp.skew || 0);
    }

    offerItems() {
      const select = this.part("note-item");
      if (!select) return;
      const items = this.items();
      field.show(this.part("note-about"), items.length > 0);
      const known = new Set([...select.options].map((option) => option.value));
      for (const item of items) {
        if (!known.has(String(item.pk))) select.append(new Option(`${item.code} ${item.text}`, item.pk));
      }
      select.value = this.draft.item || "";
    }

    keepDraft() {
      const select = this.part("note-item");
      Object.assign(this.draft, { text: this.part("note-text").value, item: select ? select.value : "" });
      this.store.note("draft", this.draft);
    }

    add(word) {
      const area = this.part("note-text");
      area.value = area.value.trim() ? `${area.value.trim()}，${word}` : word;
      this.keepDraft();
    }

    async take(input) {
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      try {
        this.picture(await field.smaller(file));
        field.show(this.part("note-fault"), false);
      } catch (unreadable) {
        field.write(this.part("note-fault"), this.words("badPhoto"));
        field.show(this.part("note-fault"), true);
      }
    }

    picture(blob) {
      const preview = this.part("note-preview");
      if (this.address) URL.revokeObjectURL(this.address);
      this.blob = blob;
      this.address = blob ? URL.createObjectURL(blob) : "";
      if (blob) preview.src = this.address;
      else preview.removeAttribute("src");
      field.show(preview, Boolean(blob));
    }

    async keep() {
      this.keepDraft();
      const { uid, at, stamp, text, item } = this.draft;
      const photo = Boolean(this.blob);
      // The photo first: a note that speaks of one has it.
      if (photo) await this.store.photo(uid, this.blob);
      await this.store.act("observation", {
        uid,
        at,
        stamp,
        shown: { drill: this.drillTime(this.moment()) },
        payload: {
          text: text.trim() || (photo ? "" : this.words("bare")),
          photo,
          evaluation_item: item ? Number(item) : null,
        },
      });
      await this.close();
    }

    drop() {
      return this.close();
    }

    async close() {
      this.picture(null);
      this.draft = null;
      await this.store.forget("draft");
      this.dialog.close();
    }

    // ── The list ─────────────────────────────────────────────────────────────
    all() {
      return this.store.all("observation");
    }

    paint() {
      const notes = this.all().reverse();
      field.show(this.find("notes-none"), !notes.length);
      field.fill(this.find("notes"), this.find("note-row"), notes, (act) => act.uid, (row, act) => this.row(row, act));
    }

    row(row, act) {
      const find = field.find(row);
      field.write(find("when"), field.hour(act.at));
      field.write(find("drill-time"), act.drill ? this.words("drill", { time: act.drill }) : "");
      const unsent = act.state === "waiting" || this.store.pictures.has(act.uid);
      field.write(find("sent"), this.say(unsent ? "kept" : "sent"));
      field.write(find("text"), act.payload.text);
      const item = this.items().find((each) => each.pk === act.payload.evaluation_item);
      field.write(find("about"), item ? `${item.code} ${item.text}` : "");
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      find("take-back").addEventListener("click", () => this.takeBack(act));
    }

    takeBack(act) {
      const dialog = this.root.querySelector("#take-back");
      dialog.querySelector("input").value = "";
      this.goes = act;
      dialog.showModal();
    }

    async backTaken() {
      const dialog = this.root.querySelector("#take-back");
      const reason = dialog.querySelector("input").value.trim();
      if (!reason || !this.goes) return;
      await this.store.act("correction", { payload: { of: this.goes.uid, reason } });
      this.goes = null;
      dialog.close();
    }
  };
})();
