// 紧急停演. Whoever holds the button for a second freezes his phone and says by its red page what to shout; whoever hears
// of it through the poll gets the same page and confirms. Nobody is told that all know before they have confirmed.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const HOLD = 1000; // milliseconds

  // `done` after a full second; `short` for a touch that was none; `keyed` for a press of a key or a reader's click.
  field.hold = (button, { done, short, keyed }) => {
    let timer = 0;
    let by = "";

    const begin = (how) => {
      if (timer) return;
      by = how;
      button.classList.add("field-held");
      timer = setTimeout(() => {
        end();
        done();
      }, HOLD);
    };
    const end = () => {
      clearTimeout(timer);
      timer = 0;
      button.classList.remove("field-held");
    };
    const broken = () => {
      if (!timer) return;
      end();
      if (by === "key") keyed();
      else short();
    };

    button.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      if (button.setPointerCapture) button.setPointerCapture(event.pointerId);
      begin("pointer");
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(name, broken);
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      begin("key");
    });
    button.addEventListener("keyup", (event) => {
      if (event.key === "Enter" || event.key === " ") broken();
    });
    button.addEventListener("blur", end);
    // A screen reader clicks without touching.
    button.addEventListener("click", (event) => event.detail === 0 && !timer && keyed());
  };

  field.Red = class {
    constructor(root, { store, clock, alarm, live }) {
      Object.assign(this, { root, store, clock, alarm, live });
      this.page = root.querySelector("[data-red]");
      this.find = field.find(this.page);
      this.say = field.words(this.page);
      this.mayCorrect = root.dataset.role !== "observer";
      this.called = null; // what the last poll said
      this.listen();
    }

    listen() {
      const hint = this.root.querySelector("[data-hold-hint]");
      const dialog = this.root.querySelector("#stop-sure");
      const sure = () => !dialog.open && dialog.showModal();
      field.hold(this.root.querySelector("[data-hold=stop]"), {
        done: () => this.call(),
        keyed: sure,
        short: () => {
          hint.hidden = false;
          clearTimeout(this.hinting);
          this.hinting = setTimeout(() => (hint.hidden = true), 4000);
        },
      });
      this.root.querySelector("[data-stop-sure]").addEventListener("click", () => {
        dialog.close();
        this.call();
      });
      field.hold(this.page.querySelector("[data-hold=mistake]"), {
        done: () => this.mistake(),
        keyed: () => this.mistake(),
        short: () => {},
      });
      this.find("red-ack").addEventListener("click", field.once(() => this.confirm()));
      this.find("red-close").addEventListener("click", () => this.dismiss());
    }

    // The red page first: the storage must not keep it waiting.
    call() {
      if (this.own()) return;
      this.pending = { kind: "stop", state: "waiting", at: this.clock.now(), payload: {} };
      this.paint();
      this.store.act("stop", { payload: { text: "" } }).then(() => {
        this.pending = null;
        this.paint();
      });
    }

    // A call of this phone that is not settled yet: on its way, or open at the server.
    own() {
      if (this.pending) return this.pending;
      const calls = [...this.store.done.values()].filter((act) => act.kind === "stop" && !act.seen);
      const back = this.store.all("correction").map((act) => act.payload.of);
      return calls.reverse().find((act) => !back.includes(act.uid)) || null;
    }

    // Only while it has not left this phone: afterwards everybody stands still, and the director decides.
    async mistake() {
      const own = this.own();
      if (!own || own.state !== "waiting" || !own.uid) return;
      await this.store.act("correction", { payload: { of: own.uid, reason: this.say("mistake") } });
      await this.store.seen(own.uid);
      this.paint();
    }

    async confirm() {
      const stop = this.called;
      if (!stop) return;
      await this.store.act("stop_ack", { payload: { stop: stop.uid } });
    }

    confirmed() {
      const stop = this.called;
      const here = stop && this.store.all("stop_ack").find((act) => act.payload.stop === stop.uid);
      return here || (stop && stop.acked && !stop.mine ? { state: "taken" } : null);
    }

    // `fresh`: an answer of the server, no memory of one. What it does not speak of any more is over.
    async polled(poll, fresh) {
      this.called = poll.stop || null;
      const own = this.own();
      // Lifted, or never taken: the call is settled once the server has answered for it and names no open stop.
      if (fresh && own && own.uid && own.state === "taken" && !this.called) await this.store.seen(own.uid);
      this.paint();
    }

    async dismiss() {
      const own = this.own();
      if (own && own.uid) await this.store.seen(own.uid);
      this.paint();
    }

    paint() {
      const own = this.own();
      const shown = Boolean(own || this.called);
      if (shown && this.page.hidden) this.freeze();
      else if (!shown && !this.page.hidden) this.thaw();
      if (!shown) return;
      const confirmed = this.confirmed();
      const waits = Boolean(this.called) && !confirmed && !this.called.mine && !own;
      field.show(this.find("red-ack"), waits);
      field.show(this.page.querySelector("[data-hold=mistake]"), Boolean(own && own.uid && own.state === "waiting" && this.mayCorrect));
      field.show(this.find("red-close"), Boolean(own && own.state === "refused" && !this.called));
      field.write(this.find("red-fate"), this.fate(own, confirmed));
      const missing = (this.called && this.called.missing) || [];
      const line = this.find("red-missing");
      field.show(line, missing.length > 0);
      field.write(line, field.words(line)("missing", { names: missing.join("、") }));
    }

    fate(own, confirmed) {
      if (own && own.state === "refused") return this.say("refused");
      if (own && own.state === "waiting") return this.say("notSent");
      if (own) return this.say("sent", { time: field.hour(own.at) });
      if (confirmed && !confirmed.at) return this.say("confirmedElsewhere");
      if (confirmed) {
        return this.say(confirmed.state === "waiting" ? "confirmedKept" : "confirmed", { time: field.hour(confirmed.at) });
      }
      const { at, by } = this.called;
      return this.say(by ? "byWhom" : "by", { time: field.hour(Date.parse(at)), name: by });
    }

    freeze() {
      for (const dialog of this.root.querySelectorAll("dialog[open]")) dialog.close();
      this.page.hidden = false;
      document.body.classList.add("field-frozen");
      for (const each of [...this.page.parentElement.children]) if (each !== this.page) each.setAttribute("inert", "");
      this.page.focus();
      this.alarm();
    }

    thaw() {
      this.page.hidden = true;
      document.body.classList.remove("field-frozen");
      for (const each of [...this.page.parentElement.children]) each.removeAttribute("inert");
      this.live();
    }
  };
})();
