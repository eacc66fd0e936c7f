// Released messages, newest first: confirmed with one press, answered with a few words. A new one is heard and felt where
// the browser allows it.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  field.Sound = class {
    constructor() {
      this.on = false;
      // Browsers let a page sound only after somebody has touched it.
      document.addEventListener("pointerdown", () => this.context && this.context.resume().catch(() => {}));
    }

    turn(on) {
      this.on = on;
      if (on) this.beep(1);
    }

    beep(times) {
      if (navigator.vibrate) navigator.vibrate(Array(times * 2 - 1).fill(200));
      if (this.on) this.tones(times);
    }

    // An emergency stop is heard whether the sound is on or not.
    alarm() {
      if (navigator.vibrate) navigator.vibrate(Array(9).fill(300));
      this.tones(6);
    }

    tones(times) {
      const Context = window.AudioContext || window.webkitAudioContext;
      if (!this.context && Context) this.context = new Context();
      if (!this.context || this.context.state === "closed") return;
      this.context.resume().catch(() => {});
      for (let turn = 0; turn < times; turn += 1) {
        const [tone, loud] = [this.context.createOscillator(), this.context.createGain()];
        const begin = this.context.currentTime + turn * 0.4;
        tone.frequency.value = 880;
        loud.gain.setValueAtTime(0.4, begin);
        loud.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
        tone.connect(loud).connect(this.context.destination);
        tone.start(begin);
        tone.stop(begin + 0.3);
      }
    }
  };

  field.Messages = class {
    constructor(face, { root, store, sound, say, live, badge }) {
      Object.assign(this, { root, store, sound, say, live, badge });
      this.find = field.find(face);
      this.items = [];
      this.seen = new Set(store.recall("seen") || []);
      this.answers = Boolean(root.dataset.answers);
      const button = this.find("sound");
      const turn = (on) => {
        button.setAttribute("aria-pressed", String(on));
        this.sound.turn(on);
        this.store.note("sound", on);
      };
      button.addEventListener("click", () => turn(button.getAttribute("aria-pressed") !== "true"));
      if (store.recall("sound")) button.setAttribute("aria-pressed", "true");
      this.sound.on = Boolean(store.recall("sound"));
    }

    polled(poll, fresh) {
      this.items = [...poll.items].sort((one, other) => Date.parse(other.released_at) - Date.parse(one.released_at));
      const news = this.items.filter((item) => !this.seen.has(item.pk));
      if (fresh && news.length) {
        for (const item of news) {
          this.seen.add(item.pk);
          // That it has reached a phone is known only now, and to nobody else.
          if (item.for_me) this.store.act("delivered", { item: item.pk });
        }
        this.store.note("seen", [...this.seen]);
        this.sound.beep(3);
        this.live(this.say("new", { title: news[0].title }));
      }
      this.paint();
    }

    paint() {
      field.show(this.find("messages-none"), !this.items.length);
      field.fill(this.find("messages"), this.find("message"), this.items, (item) => item.pk, (row, item) => this.row(row, item));
      const open = this.answers ? this.items.filter((item) => item.for_me && !this.ackOf(item)).length : 0;
      this.badge(open);
    }

    // Here, on another phone of the same part, or by radio to a controller.
    ackOf(item) {
      const here = this.store.all("ack").find((act) => act.item === item.pk);
      return here || (item.acked_at ? { at: Date.parse(item.acked_at), state: "taken" } : null);
    }

    row(row, item) {
      const find = field.find(row);
      field.write(find("when"), field.hour(Date.parse(item.released_at)));
      field.write(find("from"), [item.mode_name, item.sender].filter(Boolean).join(" · "));
      field.write(find("title"), item.title);
      field.write(find("text"), item.text);
      field.show(find("text"), Boolean(item.text) && item.text !== item.title);
      if (this.answers) this.answerOf(row, find, item);
    }

    answerOf(row, find, item) {
      const ack = this.ackOf(item);
      field.show(find("ack"), !ack && item.for_me);
      field.show(find("acked"), Boolean(ack));
      field.show(find("respond"), Boolean(ack) && item.for_me);
      if (ack) field.write(find("acked").querySelector("span"), `${this.say("acked", { time: field.hour(ack.at) })} · ${this.fate(ack)}`);
      const said = this.store.all("response").filter((act) => act.item === item.pk);
      field.fill(find("said"), { content: LINE }, said, (act) => act.uid, (line, act) => {
        field.write(line, `${field.hour(act.at)} ${act.payload.text} · ${this.fate(act)}`);
      });
      if (!row.dataset.listens) this.listen(row, find, item);
    }

    listen(row, find, item) {
      row.dataset.listens = "1";
      find("ack").addEventListener("click", field.once(async () => {
        if (this.ackOf(item)) return;
        await this.store.act("ack", { item: item.pk });
      }));
      field.onSubmit(find("respond"), async () => {
        const area = find("respond").querySelector("textarea");
        const text = area.value.trim();
        if (!text) return;
        area.value = "";
        await this.store.act("response", { item: item.pk, payload: { text } });
      });
    }

    fate(act) {
      return this.say(act.state === "waiting" ? "kept" : "sent");
    }
  };

  const LINE = document.createDocumentFragment();
  LINE.append(document.createElement("li"));
})();
