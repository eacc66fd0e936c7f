// What an evaluator's team should do: one press says whether it was done, and the time of the press is the time it was.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  field.Expected = class {
    constructor(face, { store, badge }) {
      Object.assign(this, { store, badge });
      this.find = field.find(face);
      this.list = this.find("expected-list");
      this.say = field.words(this.list);
      this.items = [];
    }

    polled(poll) {
      this.items = poll.expected || [];
      this.paint();
    }

    verdictOf(item) {
      const acts = this.store.all("verdict").filter((act) => act.item === item.pk);
      const last = acts[acts.length - 1];
      if (last) return { verdict: last.payload.verdict, at: last.at };
      return item.verdict ? { verdict: item.verdict, at: Date.parse(item.verdict_at) } : null;
    }

    paint() {
      field.show(this.find("expected-none"), !this.items.length);
      field.fill(this.list, this.find("expected-row"), this.items, (item) => item.pk, (row, item) => this.row(row, item));
      this.badge(this.items.filter((item) => item.state === "released" && !this.verdictOf(item)).length);
    }

    row(row, item) {
      const find = field.find(row);
      const stands = this.verdictOf(item);
      field.write(find("number"), item.number);
      field.write(find("what"), item.expected);
      const since = item.released_at ? this.say("released", { time: field.hour(Date.parse(item.released_at)) }) : "";
      const within = item.within ? this.say("within", { n: Math.round(item.within / 6) / 10 }) : "";
      field.write(find("about"), [item.title, item.responsible, since, within].filter(Boolean).join(" · "));
      for (const button of row.querySelectorAll(".field-values button")) {
        button.setAttribute("aria-pressed", String(Boolean(stands) && stands.verdict === button.value));
      }
      row.querySelector(".field-values").setAttribute("aria-label", item.expected);
      field.show(find("kept"), Boolean(stands));
      if (stands) field.write(find("kept").querySelector("span"), this.say("saved", { time: field.hour(stands.at) }));
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      const once = field.once((value) => this.press(item, value));
      row.querySelector(".field-values").addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) once(button.value);
      });
    }

    async press(item, verdict) {
      const stands = this.verdictOf(item);
      if (stands && stands.verdict === verdict) return;
      await this.store.act("verdict", { item: item.pk, payload: { verdict, text: "" } });
    }
  };
})();
