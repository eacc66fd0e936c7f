// Texts while they are written: each pause is an answer, and so is leaving the field or the page; who writes on without
// a pause is saved all the same. How many characters stand there is said beside the field.
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const PAUSE = 2000; // milliseconds without a key
  const LONGEST = 15000; // milliseconds of writing without an answer

  room.Writing = class {
    // `commit(question)` takes what stands there for an answer; `touched()` is told when something waits for that.
    constructor({ commit, touched }) {
      Object.assign(this, { commit, touched });
      this.open = new Map(); // question → {timer, since}
      addEventListener("pagehide", () => this.flush());
      document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush());
    }

    typed(question) {
      const { timer, since } = this.open.get(question) || { since: Date.now() };
      clearTimeout(timer);
      const wait = Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now()));
      this.open.set(question, { since, timer: setTimeout(() => this.close(question), wait) });
      room.countWritten(question);
      this.touched();
    }

    has(question) {
      return this.open.has(question);
    }

    close(question) {
      const open = this.open.get(question);
      if (!open) return;
      clearTimeout(open.timer);
      this.open.delete(question);
      this.commit(question);
    }

    flush() {
      for (const question of [...this.open.keys()]) this.close(question);
    }
  };

  room.countWritten = (question) => {
    const line = question.querySelector("[data-written]");
    if (!line) return;
    const field = question.querySelector("[data-writing]");
    const say = room.words(question.closest("[data-room]"));
    room.write(line, say("written", { n: field.value.length, all: field.maxLength }));
  };

  for (const question of document.querySelectorAll("[data-slot]")) room.countWritten(question);
})();
