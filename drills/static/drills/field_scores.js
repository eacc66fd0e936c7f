// The items an evaluator looks at in the field: six buttons of one size, nothing preset. What needs no reason is recorded
// with the press; at 0 and 1 the reason comes first. A later value takes the place of an earlier one until the sheet is
// handed in.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const LOW = ["0", "1"];

  field.Scores = class {
    constructor(face, { store, notes, badge }) {
      Object.assign(this, { store, notes, badge });
      this.find = field.find(face);
      this.list = this.find("scores");
      this.say = field.words(this.list);
      this.items = [];
      this.known = {}; // what the server had when the pack was made
      this.open = new Map(); // item → the value chosen and not recorded
      this.closed = false;
    }

    packed({ evaluation = [], scores = {}, handed_in: closed = false }) {
      Object.assign(this, { items: evaluation, known: scores, closed });
      this.paint();
    }

    // What stands: the last press on this phone, else what the server knew.
    valueOf(item) {
      const acts = this.store.all("score").filter((act) => act.payload.item === item.pk);
      const last = acts[acts.length - 1];
      return last ? { ...last.payload, at: last.at, state: last.state } : this.known[item.pk];
    }

    paint() {
      field.show(this.find("handed-in"), this.closed);
      field.show(this.find("scores-none"), !this.items.length && !this.closed);
      field.fill(this.list, this.find("score"), this.items, (item) => item.pk, (row, item) => this.row(row, item));
      const done = this.items.filter((item) => this.valueOf(item)).length;
      field.write(this.find("scored"), this.items.length ? this.say("of", { n: done, all: this.items.length }) : "");
      this.badge(this.items.length - done);
    }

    row(row, item) {
      const find = field.find(row);
      field.write(find("code"), item.code);
      field.write(find("text"), item.text);
      field.show(find("veto"), item.veto);
      const stands = this.valueOf(item);
      const chosen = this.open.has(item.pk) ? this.open.get(item.pk) : stands && stands.value;
      for (const button of row.querySelectorAll(".field-values button")) {
        button.setAttribute("aria-pressed", String(button.value === chosen));
        button.disabled = this.closed;
      }
      row.querySelector(".field-values").setAttribute("aria-label", `${item.code} ${item.text}`);
      field.show(find("why"), this.open.has(item.pk) && !this.closed);
      field.show(find("kept"), Boolean(stands) && !this.open.has(item.pk));
      if (stands) {
        const at = stands.at ? this.say("saved", { time: field.hour(stands.at) }) : this.say("savedBefore");
        field.write(find("kept").querySelector("span"), [at, stands.reason].filter(Boolean).join(" · "));
        field.show(find("more"), !this.closed);
      }
      if (this.open.has(item.pk)) this.evidence(row, item);
      if (!row.dataset.listens) this.listen(row, find, item);
    }

    listen(row, find, item) {
      row.dataset.listens = "1";
      const once = field.once((value) => this.press(row, item, value));
      row.querySelector(".field-values").addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button && !this.closed) once(button.value);
      });
      find("keep").addEventListener("click", field.once(() => this.record(row, item)));
      find("more").addEventListener("click", () => this.unfold(row, item, this.valueOf(item).value));
    }

    press(row, item, value) {
      if (LOW.includes(value)) {
        this.unfold(row, item, value);
        row.querySelector("textarea").focus();
        return Promise.resolve();
      }
      if (this.open.has(item.pk)) {
        // Reason and evidence lie open: they are recorded together with the value.
        this.open.set(item.pk, value);
        this.paint();
        return Promise.resolve();
      }
      const stands = this.valueOf(item);
      if (stands && stands.value === value) return Promise.resolve();
      return this.send(item, value, "", stands ? stands.evidence : []);
    }

    unfold(row, item, value) {
      const first = !this.open.has(item.pk);
      this.open.set(item.pk, value);
      this.paint();
      if (!first) return;
      const stands = this.valueOf(item) || { reason: "", evidence: [] };
      row.querySelector("textarea").value = stands.reason || "";
      for (const box of row.querySelectorAll("[data-evidence] input")) {
        box.checked = (stands.evidence || []).includes(box.closest("li").dataset.key);
      }
    }

    evidence(row, item) {
      const list = row.querySelector("[data-evidence]");
      const notes = this.notes().reverse();
      // Those that belong to the item first.
      notes.sort((one, other) => (other.payload.evaluation_item === item.pk) - (one.payload.evaluation_item === item.pk));
      field.fill(list, this.find("evidence-row"), notes, (act) => act.uid, (line, act) => {
        field.write(line.querySelector("span"), `${field.hour(act.at)} ${act.payload.text}`);
      });
      field.write(row.querySelector("[data-evidence-count]"), String(notes.length));
      field.show(row.querySelector(".field-evidence"), notes.length > 0);
    }

    async record(row, item) {
      const value = this.open.get(item.pk);
      const reason = row.querySelector("textarea").value.trim();
      const fault = row.querySelector("[data-fault]");
      const missing = LOW.includes(value) && !reason;
      field.write(fault, missing ? this.say("reason") : "");
      field.show(fault, missing);
      if (missing) {
        row.querySelector("textarea").focus();
        return;
      }
      const ticked = [...row.querySelectorAll("[data-evidence] input:checked")];
      this.open.delete(item.pk);
      await this.send(item, value, reason, ticked.map((box) => box.closest("li").dataset.key));
    }

    async send(item, value, reason, evidence) {
      await this.store.act("score", { payload: { item: item.pk, value, reason, evidence: evidence || [] } });
    }
  };
})();
