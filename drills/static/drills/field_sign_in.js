// Who is there: by scanning role cards, by ticking the list, by counting the heads of a group. All of it works without
// network; a card that was scanned is looked at by the server later, so its whole word goes with the event.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const CARD = /\/drills\/field\/((\d+)\.(\d+)~[^/]+)\/?/;
  const LINE = /^part:(\d+)$/; // of a sign-in sheet

  // What a code says: {pk, epoch, card}; null for anything else.
  field.readCode = (text) => {
    const card = CARD.exec(text);
    if (card) return { pk: Number(card[2]), epoch: Number(card[3]), card: card[1] };
    const line = LINE.exec(text.trim());
    return line ? { pk: Number(line[1]) } : null;
  };

  // The head-count of a group: a number and how it was come by.
  field.onHeads = (form, act) => {
    field.onSubmit(form, async () => {
      const count = form.querySelector("[data-count]");
      const basis = form.querySelector("[name=basis]:checked");
      if (!basis || count.value === "" || !count.checkValidity()) return;
      await act({ count: Number(count.value), basis: basis.value });
      form.reset();
      count.blur();
    });
  };

  field.SignIn = class {
    constructor(face, { root, store, sound }) {
      Object.assign(this, { root, store, sound });
      this.find = field.find(face);
      this.list = this.find("people");
      this.say = field.words(this.list);
      this.people = [];
      this.find("find").addEventListener("input", () => this.paint());
      field.onSubmit(this.find("number"), () => this.typed());
      this.scanner = new field.Scanner(root, (text) => this.scanned(text));
      this.find("scan").addEventListener("click", () => this.scanner.open());
      this.scanner.offered().then((offered) => {
        field.show(this.find("scan"), offered);
        field.show(this.find("no-scan"), !offered);
      });
    }

    packed({ people = [] }) {
      this.people = people;
      this.paint();
    }

    // ── Who has come ─────────────────────────────────────────────────────────
    signOf(person) {
      const acts = this.store.all("checkin").filter((act) => act.payload.part === person.pk);
      if (acts.length) return { at: acts[0].at, act: acts[0] };
      // Taken back here since the list came.
      const back = this.store.all("correction").some((act) => act.payload.of === person.uid);
      return person.at && !back && !person.group ? { at: Date.parse(person.at) } : null;
    }

    headsOf(group) {
      const acts = this.store.all("headcount").filter((act) => act.payload.part === group.pk);
      const last = acts[acts.length - 1];
      if (last) return { ...last.payload, at: last.at };
      return group.at && group.group ? { count: group.count, basis: group.basis, at: Date.parse(group.at) } : null;
    }

    paint() {
      const sought = this.find("find").value.trim();
      const fits = (person) =>
        !sought || [person.name, person.place, person.unit, String(person.pk)].some((word) => word.includes(sought));
      const named = this.people.filter((person) => !person.group);
      const groups = this.people.filter((person) => person.group);
      field.show(this.find("people-none"), !this.people.length);
      const template = (person) => this.find(person.group ? "group-row" : "person");
      field.fill(this.list, template, [...groups, ...named].filter(fits), (person) => person.pk, (row, person) => {
        if (person.group) this.groupRow(row, person);
        else this.personRow(row, person);
      });
      this.sum(named, groups);
    }

    sum(named, groups) {
      const heads = groups.reduce((sum, group) => sum + ((this.headsOf(group) || {}).count || 0), 0);
      const come = named.filter((person) => this.signOf(person)).length;
      const line = this.find("come");
      field.write(line, field.words(line)("come", { n: come, all: named.length, m: heads }));
    }

    write(element, ...words) {
      field.write(element, words.filter(Boolean).join(" · "));
    }

    personRow(row, person) {
      const find = field.find(row);
      const sign = this.signOf(person);
      field.write(find("name"), person.name);
      this.write(find("what"), this.say("card", { n: person.pk }), person.role, person.place, person.unit);
      field.show(find("tick"), !sign);
      field.show(find("here"), Boolean(sign));
      if (sign) field.write(find("here").querySelector("span"), this.say("at", { time: field.hour(sign.at).slice(0, 5) }));
      field.show(find("undo"), Boolean(sign && sign.act && !sign.act.elsewhere));
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      find("tick").addEventListener("click", field.once(() => this.sign(person, { how: "list" })));
      // The button to undo comes where the one to sign in was: the second click of a double one is not meant for it.
      find("undo").addEventListener("click", field.once(async (event) => event.detail < 2 && this.undo(person)));
    }

    groupRow(row, group) {
      const find = field.find(row);
      const heads = this.headsOf(group);
      field.write(find("name"), group.name);
      const expected = this.say("expected", { n: group.expected });
      this.write(find("what"), this.say("card", { n: group.pk }), group.place, group.unit, expected);
      field.show(find("here"), Boolean(heads));
      if (heads) {
        const words = heads.basis === "estimated" ? "estimated" : "heads";
        field.write(find("here").querySelector("span"), this.say(words, { n: heads.count, time: field.hour(heads.at).slice(0, 5) }));
      }
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      field.onHeads(row.querySelector("form"), async (counted) => {
        await this.store.act("headcount", { payload: { part: group.pk, ...counted } });
      });
    }

    // ── Signing somebody in ──────────────────────────────────────────────────
    // Twice is once: who has come has come. What came of it, in words.
    async sign(person, { how, card }) {
      if (person.group) return this.say("group", { name: person.name });
      if (this.signOf(person)) return this.say("before", { name: person.name });
      await this.store.act("checkin", { payload: { part: person.pk, how, ...(card ? { card } : {}) } });
      return this.say("done", { name: person.name });
    }

    async undo(person) {
      const sign = this.signOf(person);
      if (!sign || !sign.act) return;
      await this.store.act("correction", { payload: { of: sign.act.uid, reason: this.say("mistake") } });
    }

    async scanned(text) {
      const code = field.readCode(text);
      const person = code && this.people.find((each) => each.pk === code.pk);
      if (!person) return this.say("foreign");
      if (code.epoch !== undefined && code.epoch < person.epoch) return this.say("old", { name: person.name });
      const said = await this.sign(person, code.card ? { how: "qr", card: code.card } : { how: "list" });
      this.sound.beep(1);
      return said;
    }

    // The number on the card, or enough of a name.
    async typed() {
      const input = this.find("find");
      const sought = input.value.trim();
      if (!sought) return;
      const exact = this.people.filter((person) => String(person.pk) === sought || person.name === sought);
      const found = exact.length ? exact : this.people.filter((person) => person.name.includes(sought));
      let said = this.say("unknown");
      if (found.length > 1) said = this.say("several");
      else if (found.length) said = await this.sign(found[0], { how: "list" });
      if (found.length === 1 && !found[0].group) input.value = "";
      field.write(this.find("sign-in-said"), said);
      field.show(this.find("sign-in-said"), true);
      this.paint();
    }
  };
})();
