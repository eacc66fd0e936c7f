// What waits on this phone to be sent, what was sent while the page was open, what was not taken and why, and the
// buttons for each: the section of ui/parts/offline_tray.html. Also says whether the page opens without a network.
(() => {
  const AT_ONCE = 20000; // for so long after submitting one waits for the page of the record
  const NOBODY = "00000000-0000-0000-0000-000000000000";
  const part = (name) => document.querySelector(`[data-${name}]`);
  const say = (name, values) => Words.of(part("outbox"))(name, values);

  class Tray {
    // `box`, and `drafts` where what is being written is kept; `user`: of whom the page is; `urls`: of Sender;
    // `edit(entry)`: takes a refused one back into the form, false where that has to wait; `busy()`: somebody writes the
    // next one already; `prepare(file, entry)`: the blob to send.
    constructor({ box, drafts, user, urls, edit, busy, prepare }) {
      Object.assign(this, { box, drafts, user, edit, busy });
      this.done = []; // entries that were sent while this page was open
      this.submitted = { uid: "", at: 0 };
      this.painting = Promise.resolve();
      this.sender = new Sender({
        ...{ box, urls, nobody: NOBODY, prepare },
        changed: (sent) => {
          if (sent) this.arrived(sent);
          this.paint();
        },
      });
      part("outbox-retry").addEventListener("click", () => this.sender.now());
      document.addEventListener("outbox-volatile", () => this.paintStorage());
      addEventListener("beforeunload", (event) => {
        if (box.persistent || !box.memory.size) return;
        event.preventDefault();
        event.returnValue = ""; // before Chrome 119
      });
      this.paintStorage();
    }

    // Kept on the phone: now it may be shown as done.
    async put({ uid, title, fields, files }) {
      const entry = { uid, user: this.user, written: Date.now(), title, fields, files, sent: null, refused: null };
      await this.box.put(uid, entry);
      this.submitted = { uid, at: Date.now() };
    }

    async submit() {
      await this.paint();
      part("outbox").scrollIntoView({ block: "start" });
      this.sender.now();
    }

    arrived(entry) {
      this.done.unshift(entry);
      const waitedFor = entry.uid === this.submitted.uid && Date.now() - this.submitted.at < AT_ONCE;
      if (waitedFor && !this.busy()) location.assign(entry.sent.url);
    }

    paint() {
      this.painting = this.painting.then(() => this.paintNow());
      return this.painting;
    }

    async paintNow() {
      const all = (await this.box.all()).map(({ value }) => value);
      const me = this.sender.user || this.user;
      const mine = all.filter((entry) => entry.user === me);
      const others = all.length - mine.length;
      part("outbox").hidden = !all.length && !this.done.length;
      part("outbox-count").textContent = mine.length || others ? say("waiting", { n: all.length }) : say("none");
      part("outbox-retry").hidden = !mine.length;
      part("outbox-signed-out").hidden = this.sender.standing !== "signed_out";
      part("outbox-not-allowed").hidden = this.sender.standing !== "not_allowed";
      part("outbox-others").hidden = !others;
      part("outbox-others-text").textContent = say("others", { n: others });
      const list = part("outbox-list");
      list.textContent = "";
      for (const entry of mine) list.appendChild(this.waitingRow(entry));
      for (const entry of this.done) list.appendChild(this.doneRow(entry));
    }

    rowOf(entry, text, warn = false) {
      const row = part("outbox-row").content.firstElementChild.cloneNode(true);
      const find = (name) => row.querySelector(`[data-row-${name}]`);
      find("title").textContent = entry.title;
      find("state").textContent = text;
      find("state").classList.toggle("refused", warn);
      if (entry.sent) {
        find("open").href = entry.sent.url;
        find("open").hidden = false;
      }
      return { row, find };
    }

    doneRow(entry) {
      const { row, find } = this.rowOf(entry, say("row-done", { number: entry.sent.number }));
      find("drop").remove();
      return row;
    }

    waitingRow(entry) {
      const refusedFiles = entry.files.filter((file) => file.refused);
      const warn = Boolean(entry.refused || refusedFiles.length);
      const { row, find } = this.rowOf(entry, this.stateOf(entry, refusedFiles), warn);
      find("edit").hidden = !entry.refused;
      find("without").hidden = !refusedFiles.length;
      find("drop").hidden = this.sender.current === entry.uid || Boolean(entry.sent);
      find("edit").addEventListener("click", () => this.takeBack(entry));
      find("without").addEventListener("click", () => this.without(entry));
      find("drop").addEventListener("click", () => this.drop(entry));
      return row;
    }

    stateOf(entry, refusedFiles) {
      if (this.sender.current === entry.uid) return say("row-sending");
      if (entry.refused && entry.refused.code === "somebody_else") return say("row-elsewhere");
      if (entry.refused) {
        const why = Object.values(entry.refused.errors).flat().join(" ");
        return say("row-refused", { why: why || say("unreadable-record") });
      }
      if (refusedFiles.length) return say("row-refused", { why: refusedFiles.map((file) => file.refused).join(" ") });
      if (entry.sent) return say("row-files", { number: entry.sent.number, n: entry.files.length });
      return say("row-waiting");
    }

    // Back into the form, with what the server said beside its fields.
    async takeBack(entry) {
      if (this.busy()) {
        window.alert(say("leave-draft"));
        return;
      }
      const show = await this.edit(entry); // kept as the draft before it leaves the outbox
      await this.box.remove(entry.uid);
      await this.paint();
      show();
    }

    async without(entry) {
      entry.files = entry.files.filter((file) => !file.refused);
      if (entry.files.length || !entry.sent) await this.box.put(entry.uid, entry);
      else await this.box.remove(entry.uid);
      if (entry.sent && !entry.files.length) this.done.unshift(entry);
      await this.paint();
      this.sender.now();
    }

    async drop(entry) {
      if (!window.confirm(say("delete"))) return;
      await this.box.remove(entry.uid);
      await this.paint();
    }

    paintStorage() {
      part("outbox-volatile").hidden = this.box.persistent && this.drafts.persistent;
    }

    async keepPage(home) {
      const place = part("keeper");
      let answer = await Keeper.keep(home);
      // Opened without a network it can't be kept anew, and need not be.
      if (answer.why === "failed" && (await caches.match(location.href, { ignoreVary: true }))) answer = { kept: true };
      part("keeper-tag").hidden = !answer.kept;
      part("keeper-text").textContent = Words.of(place)(answer.kept ? "kept" : answer.why);
      place.hidden = false;
    }
  }

  window.Tray = Tray;
})();
