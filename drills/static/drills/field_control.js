// For whoever runs the drill from a phone: what is to be released next, counted down by the drill's clock, and who has not
// confirmed what is out.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const STAYS = 30000; // milliseconds that a released row stays in its place, lest the next one slip under the thumb
  const PAUSE = 1500; // between two releases

  field.Control = class {
    constructor(face, { store, clock, drill, badge }) {
      Object.assign(this, { store, clock, drill, badge });
      this.find = field.find(face);
      this.list = this.find("due");
      this.say = field.words(this.list);
      this.due = [];
      this.missing = [];
      this.known = new Map(); // item → as it was told last, for the rows that stay
      this.shown = []; // their numbers, in the order of the list
      this.last = 0;
    }

    polled(poll) {
      this.due = poll.due || [];
      this.missing = poll.unacknowledged || [];
      this.due.forEach((item) => this.known.set(item.pk, item));
      this.paint();
    }

    // What was just released stays where it was, behind the row that stood before it.
    rows() {
      const order = this.due.map((item) => item.pk);
      this.shown.forEach((pk, place) => {
        const act = this.releaseOf({ pk });
        if (order.includes(pk) || !act || this.clock.now() - act.at > STAYS) return;
        const before = this.shown.slice(0, place).reverse().find((each) => order.includes(each));
        order.splice(order.indexOf(before) + 1, 0, pk);
      });
      this.shown = order;
      return order.map((pk) => this.known.get(pk));
    }

    // Seconds until it is due; null for what waits for a condition, or for the drill's clock to go on.
    left(item) {
      if (item.due_after !== null && item.due_after >= 0) return this.drill.begun() ? item.due_after - this.drill.seconds() : null;
      return item.due_at ? (Date.parse(item.due_at) - this.clock.now()) / 1000 : null;
    }

    paint() {
      const rows = this.rows();
      field.show(this.find("due-none"), !rows.length);
      field.fill(this.list, this.find("due-row"), rows, (item) => item.pk, (row, item) => this.row(row, item));
      const first = this.list.querySelector("details");
      if (first && !this.list.querySelector("details[open]") && !this.list.dataset.touched) first.open = true;
      this.badge(rows.filter((item) => !this.releaseOf(item) && this.isDue(item)).length);
      this.paintMissing();
    }

    isDue(item) {
      const left = this.left(item);
      return left !== null && left <= 0;
    }

    releaseOf(item) {
      return this.store.all("inject_released").find((act) => act.item === item.pk);
    }

    row(row, item) {
      const find = field.find(row);
      const done = this.releaseOf(item);
      field.write(find("number"), item.number);
      field.write(find("title"), item.title);
      field.write(find("text"), item.text);
      field.write(find("way"), [item.mode_name, [item.sender, item.receiver].filter(Boolean).join(" → ")].filter(Boolean).join(" · "));
      field.write(find("expected"), item.expected ? this.say("expected", { text: item.expected }) : "");
      field.write(find("when"), done ? "" : this.when(item));
      row.dataset.stands = done ? "done" : this.isDue(item) ? "due" : "";
      field.show(find("release"), !done && this.drill.takes());
      field.show(find("released"), Boolean(done));
      if (done) {
        const words = done.state === "waiting" ? "kept" : "released";
        field.write(find("released").querySelector("span"), this.say(words, { time: field.hour(done.at) }));
      }
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      row.querySelector("summary").addEventListener("click", () => (this.list.dataset.touched = "1"));
      find("release").addEventListener("click", field.once(() => this.release(this.known.get(item.pk))));
    }

    when(item) {
      const left = this.left(item);
      if (left === null) return item.condition ? this.say("condition", { text: item.condition }) : "";
      return left > 0 ? this.say("in", { time: field.span(left) }) : this.say("due", { time: field.span(-left) });
    }

    async release(item) {
      if (this.releaseOf(item) || Date.now() - this.last < PAUSE) return;
      this.last = Date.now();
      await this.store.act("inject_released", { item: item.pk, payload: { title: item.title, text: item.text } });
    }

    // One line for each message that somebody has not confirmed.
    paintMissing() {
      const lines = new Map();
      for (const { item, number, name } of this.missing) {
        if (!lines.has(item)) lines.set(item, { item, number, names: [] });
        lines.get(item).names.push(name);
      }
      field.show(this.find("missing-head"), lines.size > 0);
      field.fill(this.find("missing"), this.find("missing-row"), [...lines.values()], (line) => line.item, (row, line) => {
        field.write(row.querySelector("b"), line.number);
        field.write(row.querySelector("span"), line.names.join("、"));
      });
    }
  };
})();
