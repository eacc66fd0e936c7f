// One row of the sheet: its cells, what the server knows of it, what is still to be said about it.
(() => {
  const sheet = (window.drillSheet = window.drillSheet || {});

  const same = (one, other) => Object.keys(one).every((name) => one[name] === (other[name] || ""));

  // Long texts show all of their lines. All heights are read before one is written: a table of hundreds of rows is
  // laid out once.
  sheet.fit = (rows) => {
    const areas = [];
    for (const row of rows) areas.push(...row.areas);
    for (const area of areas) area.style.height = "auto";
    const heights = areas.map((area) => area.scrollHeight);
    areas.forEach((area, place) => {
      area.style.height = `${heights[place] + 2}px`;
    });
  };

  sheet.Row = class {
    // `told` is { pk, seen, fields } as the server gives it; without it the row is new.
    constructor(template, told, say) {
      this.element = template.content.firstElementChild.cloneNode(true);
      this.element.drillRow = this;
      this.say = say;
      this.pk = told ? told.pk : null;
      this.seen = told ? told.seen : "";
      this.key = told ? `row-${told.pk}` : `new-${Date.now()}-${Math.random().toString(36).slice(2)}`;
      this.cells = {};
      this.notes = {};
      for (const cell of this.element.querySelectorAll("td[data-field]")) {
        const field = cell.querySelector("input, select, textarea");
        const said = cell.querySelector(".cell-said");
        said.id = `${this.key}-${cell.dataset.field}`;
        field.setAttribute("aria-describedby", said.id);
        this.cells[cell.dataset.field] = field;
        this.notes[cell.dataset.field] = said;
      }
      this.areas = [...this.element.querySelectorAll("textarea")];
      this.base = told ? told.fields : this.fields;
      this.removed = false;
      this.refused = false; // as it stands the server does not take it
      this.clash = null;
      if (told) this.show(told.fields);
    }

    get fields() {
      const told = {};
      for (const name of Object.keys(this.cells)) told[name] = this.cells[name].value;
      return told;
    }

    get dirty() {
      return !same(this.fields, this.base);
    }

    // A new row in which nobody has typed anything yet.
    get blank() {
      return this.pk === null && !this.dirty;
    }

    // Whether something is to be sent that can be sent.
    get waits() {
      return this.dirty && !this.refused && !this.clash && !this.removed;
    }

    show(fields) {
      for (const name of Object.keys(this.cells)) {
        const cell = this.cells[name];
        const value = fields[name] === undefined ? "" : fields[name];
        if (cell.value !== value) cell.value = value;
      }
      this.fit();
    }

    fit() {
      if (this.element.isConnected) sheet.fit([this]);
    }

    // The server has taken what was sent; what was typed since then stays and is sent next. What it wrote in its own way
    // (a time, a number) is shown where nobody is typing.
    taken(told, sent) {
      const typed = this.fields;
      this.pk = told.pk;
      this.seen = told.seen;
      this.base = told.fields;
      const shown = {};
      for (const name of Object.keys(typed)) {
        const busy = document.activeElement === this.cells[name];
        const touched = typed[name] !== sent[name];
        shown[name] = touched || (busy && name !== "number") ? typed[name] : told.fields[name];
        if (busy && !touched) this.base = { ...this.base, [name]: typed[name] };
      }
      this.show(shown);
      this.faults({});
    }

    // `errors`: what is wrong, by cell.
    faults(errors) {
      this.refused = Object.keys(errors).length > 0;
      for (const name of Object.keys(this.cells)) {
        const wrong = Object.prototype.hasOwnProperty.call(errors, name);
        this.cells[name].setAttribute("aria-invalid", wrong ? "true" : "false");
        this.note(name, wrong ? errors[name] : "", wrong ? "error" : "");
      }
      const other = errors.__all__;
      this.state(this.refused ? "error" : "", other || (this.refused ? this.say.waiting : ""));
    }

    note(name, text, kind) {
      const place = this.notes[name];
      if (place.textContent === text && place.dataset.kind === kind) return;
      place.textContent = text;
      place.hidden = !text;
      place.dataset.kind = kind;
    }

    // What a careful planner would say; an error of the same cell comes first.
    remark(remarks) {
      if (this.refused) return;
      const byCell = {};
      for (const one of remarks) {
        if (!this.cells[one.field]) continue;
        const there = byCell[one.field];
        byCell[one.field] = { text: there ? `${there.text} ${one.text}` : one.text, grave: one.grave || (there && there.grave) };
      }
      for (const name of Object.keys(this.cells)) {
        const one = byCell[name];
        this.note(name, one ? one.text : "", one ? (one.grave ? "grave" : "hint") : "");
      }
    }

    // What somebody else wrote since this row was read, in words.
    changes(fields, now) {
      const changed = Object.keys(this.cells).filter((name) => fields[name] !== (this.base[name] || ""));
      return changed.map((name) => {
        const cell = this.cells[name];
        const option = cell.options && [...cell.options].find((each) => each.value === fields[name]);
        return `${cell.parentElement.dataset.label} ${now} ${(option ? option.text : fields[name]) || "–"}`;
      });
    }

    clock(text) {
      this.element.querySelector("[data-clock]").textContent = text || "";
    }

    // kind: "", saved, saving, waiting, error, clash
    state(kind, text) {
      const cell = this.element.querySelector("[data-state]");
      if (cell.dataset.state === kind && cell.firstElementChild.textContent === (text || "")) return;
      cell.dataset.state = kind;
      cell.firstElementChild.textContent = text || "";
    }
  };
})();
