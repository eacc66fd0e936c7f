// What is being written, kept on this phone a moment after every touch: a record that was begun is here again after a
// reload, or after the camera has pushed the page out of the phone's memory.
(() => {
  const PAUSE = 400; // milliseconds after the last letter

  class Draft {
    // `box`: of the outbox; `key`: whose draft; `read()`: what is kept.
    constructor({ form, box, key, read }) {
      Object.assign(this, { box, key, read });
      this.dirty = false;
      this.timer = 0;
      form.addEventListener("input", (event) => event.target.type !== "file" && this.touched());
      form.addEventListener("change", (event) => event.target.type !== "file" && this.touched());
      addEventListener("pagehide", () => this.save());
      document.addEventListener("visibilitychange", () => document.hidden && this.save());
    }

    touched() {
      this.dirty = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }

    save() {
      clearTimeout(this.timer);
      return this.dirty ? this.box.put(this.key, this.read()) : undefined;
    }

    async forget() {
      clearTimeout(this.timer);
      this.dirty = false;
      await this.box.remove(this.key);
    }

    async kept() {
      const found = (await this.box.all()).find(({ key }) => key === this.key);
      if (found) this.dirty = true;
      return found && found.value;
    }
  }

  window.Draft = Draft;
})();
