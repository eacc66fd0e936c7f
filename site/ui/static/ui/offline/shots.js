// The photos and papers chosen in a form: shown small, taken out again, kept with the draft. A shot: {uid, kind, name,
// blob}. Words of the form: "many", and those of Photos ("unreadable", "heic", "large").
(() => {
  class Shots {
    // `list` and `row`: where they stand, and the template of one. `most`: how many. `changed()`: keep the draft now.
    // `kindOf(input)`: what the files of a field are; a sign-in sheet may be a PDF.
    constructor({ form, list, row, most, say, show, changed, kindOf = () => "photo" }) {
      Object.assign(this, { form, list, row, most, say, show, changed, kindOf });
      this.all = [];
      this.fitting = Promise.resolve();
      for (const input of form.querySelectorAll("input[type=file]")) {
        input.addEventListener("change", () => {
          this.fitting = this.fitting.then(() => this.add(input));
        });
      }
    }

    set(shots) {
      this.all = shots;
      this.paint();
    }

    async add(input) {
      const kind = this.kindOf(input);
      const refusals = [];
      for (const file of [...input.files]) {
        if (this.all.length >= this.most) {
          refusals.push(this.say("many"));
          break;
        }
        try {
          const blob = await Photos.fit(file, { pdf: kind === "sign_in" });
          this.all.push({ uid: Outbox.uuid(), kind, name: file.name, blob });
        } catch (refused) {
          refusals.push(this.say(refused.why || "unreadable", { name: file.name }));
        }
      }
      input.value = "";
      if (refusals.length) this.show({ [input.name]: refusals });
      await this.changed(); // a photo is shown when it is kept
      this.paint();
    }

    paint() {
      this.list.textContent = "";
      this.list.hidden = !this.all.length;
      for (const shot of this.all) this.list.appendChild(this.rowOf(shot));
    }

    rowOf(shot) {
      const row = this.row.content.firstElementChild.cloneNode(true);
      const picture = row.querySelector("img");
      if (shot.blob.type === "image/jpeg") picture.src = URL.createObjectURL(shot.blob);
      picture.onload = () => URL.revokeObjectURL(picture.src);
      row.querySelector("[data-shot-name]").textContent = shot.name;
      const remove = row.querySelector("[data-shot-drop]");
      remove.setAttribute("aria-label", `${remove.textContent} ${shot.name}`);
      remove.addEventListener("click", () => {
        this.all = this.all.filter((each) => each !== shot);
        this.changed();
        this.paint();
      });
      return row;
    }
  }

  window.Shots = Shots;
})();
