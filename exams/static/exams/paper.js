// The paper on the screen: one question at a time, the answer sheet, marks, keys. It knows nothing of the network.
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const LETTERS = "ABCDEFGHI";

  room.Paper = class {
    constructor(root, { sitting, answered }) {
      this.root = root;
      this.sitting = sitting;
      this.answered = answered; // called with (slot, given) when the candidate has chosen
      this.questions = [...root.querySelectorAll("[data-slot]")];
      this.cells = [...root.querySelectorAll("[data-cell]")];
      this.marked = new Set(room.note(sitting, "marked") || []);
      this.locked = false;
      this.listen();
      this.cells.forEach((_cell, index) => this.paint(index));
      this.show(Math.min(room.note(sitting, "place") || 0, this.questions.length - 1), { quietly: true });
    }

    part(name) {
      return this.root.querySelector(`[data-room-${name}]`);
    }

    listen() {
      this.root.addEventListener("change", (event) => {
        const question = event.target.closest("[data-slot]");
        if (question) this.choose(question);
      });
      this.root.addEventListener("click", (event) => {
        const go = event.target.closest("[data-go]");
        if (go) return this.show(this.place + Number(go.dataset.go));
        const cell = event.target.closest("[data-cell]");
        if (cell) {
          const dialog = cell.closest("dialog");
          if (dialog) dialog.close();
          return this.show(this.cells.indexOf(cell));
        }
        if (event.target.closest("[data-mark]")) this.toggleMark();
        return undefined;
      });
      document.addEventListener("keydown", (event) => this.key(event));
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        event.preventDefault(); // else the arrows would change the answer
        this.show(this.place + (event.key === "ArrowRight" ? 1 : -1));
        return;
      }
      const letter = event.key.length === 1 ? event.key.toUpperCase() : "";
      const position = /[1-9]/.test(letter) ? Number(letter) - 1 : LETTERS.slice(0, 6).indexOf(letter || "-");
      const input = this.inputs(this.questions[this.place])[position];
      if (position < 0 || !input || input.disabled) return;
      event.preventDefault();
      input.focus();
      input.click();
    }

    inputs(question) {
      return [...question.querySelectorAll("input")];
    }

    slotOf(question) {
      return Number(question.dataset.slot);
    }

    given(question) {
      return this.inputs(question)
        .filter((input) => input.checked)
        .map((input) => Number(input.value))
        .sort((one, other) => one - other);
    }

    choose(question) {
      if (this.locked) return;
      this.answered(this.slotOf(question), this.given(question));
      this.paint(this.questions.indexOf(question));
    }

    // What the journal or the server knows is put into the inputs.
    fill(slot, given) {
      const index = this.questions.findIndex((question) => this.slotOf(question) === slot);
      if (index < 0) return;
      for (const input of this.inputs(this.questions[index])) input.checked = given.includes(Number(input.value));
      this.paint(index);
    }

    show(place, { quietly = false } = {}) {
      if (place < 0 || place >= this.questions.length) return;
      this.place = place;
      this.questions.forEach((question, index) => {
        question.hidden = index !== place;
      });
      this.cells.forEach((cell, index) => {
        if (index === place) cell.setAttribute("aria-current", "true");
        else cell.removeAttribute("aria-current");
      });
      const last = place === this.questions.length - 1;
      this.part("back").disabled = place === 0;
      this.part("next").hidden = last;
      this.part("finish").hidden = !last;
      this.paintMark();
      room.note(this.sitting, "place", place);
      if (quietly) return;
      window.scrollTo(0, 0);
      this.questions[place].focus({ preventScroll: true });
    }

    toggleMark() {
      if (this.marked.has(this.place)) this.marked.delete(this.place);
      else this.marked.add(this.place);
      room.note(this.sitting, "marked", [...this.marked]);
      this.paint(this.place);
      this.paintMark();
    }

    paintMark() {
      this.part("mark").setAttribute("aria-pressed", String(this.marked.has(this.place)));
    }

    // `state` is "saved", "local" or "late"; told by the network's side through `told`.
    told(slot, state) {
      const index = this.questions.findIndex((question) => this.slotOf(question) === slot);
      if (index < 0) return;
      this.questions[index].dataset.state = state;
      const line = this.questions[index].querySelector("[data-room-line]");
      room.write(line, room.words(this.root)(`line${state[0].toUpperCase()}${state.slice(1)}`));
      this.paint(index);
    }

    paint(index) {
      const [cell, question] = [this.cells[index], this.questions[index]];
      const answered = this.given(question).length > 0;
      const local = question.dataset.state === "local";
      cell.toggleAttribute("data-answered", answered);
      cell.toggleAttribute("data-local", local);
      cell.toggleAttribute("data-marked", this.marked.has(index));
      const say = room.words(this.root);
      const words = [answered ? say("cellAnswered") : say("cellOpen")];
      if (local) words.push(say("cellLocal"));
      if (this.marked.has(index)) words.push(say("cellMarked"));
      cell.setAttribute("aria-label", `${say("cell", { n: index + 1 })}${say("comma")}${words.join(say("comma"))}`);
      this.count();
    }

    count() {
      const open = this.open();
      for (const element of this.root.querySelectorAll("[data-room-open]")) room.write(element, String(open));
      const bar = this.part("bar");
      bar.value = this.questions.length - open;
    }

    open() {
      return this.questions.filter((question) => !this.given(question).length).length;
    }

    lock() {
      this.locked = true;
      for (const question of this.questions) for (const input of this.inputs(question)) input.disabled = true;
    }

    unlock() {
      this.locked = false;
      for (const question of this.questions) for (const input of this.inputs(question)) input.disabled = false;
    }
  };

  // The answer sheet stands beside the question on a wide screen and in a dialog on a narrow one: one element, moved.
  room.placeSheet = (root) => {
    const sheet = root.querySelector("[data-sheet]");
    const side = root.querySelector("[data-sheet-side]");
    const inside = root.querySelector("[data-sheet-inside]");
    const dialog = inside.closest("dialog");
    const wide = window.matchMedia("(min-width: 1000px)");
    const move = () => {
      const beside = wide.matches && !document.documentElement.hasAttribute("data-elder");
      if (beside && dialog.open) dialog.close();
      (beside ? side : inside).append(sheet);
      side.hidden = !beside;
    };
    wide.addListener(move); // addEventListener came to these lists after the WebViews we care for
    new MutationObserver(move).observe(document.documentElement, { attributes: true, attributeFilter: ["data-elder"] });
    move();
  };
})();
