// The server's clock, as this device can know it: told by every reply, carried on by the device's own clocks between
// two replies. The device's time of day is never believed, only how much of it has passed.
(() => {
  const room = (window.examRoom = window.examRoom || {});

  room.ServerClock = class {
    constructor(now) {
      this.best = Infinity;
      this.heard(now, 0);
    }

    // `now` in milliseconds as the server said it; `took` the milliseconds that the question and its answer were under
    // way. A slow reply does not overrule a quick one, unless the quick one is old.
    heard(now, took) {
      const since = this.at === undefined ? Infinity : this.passed();
      if (took > this.best + 500 && since < 120000) return;
      this.best = took;
      this.server = now + took / 2;
      this.at = performance.now();
      this.day = Date.now();
    }

    // Some phones stop the one clock while they sleep, and a person may set the other: the longer time counts, and the
    // next reply puts it right.
    passed() {
      return Math.max(performance.now() - this.at, Date.now() - this.day, 0);
    }

    now() {
      return this.server + this.passed();
    }
  };

  room.asClock = (milliseconds) => {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
  };

  // The words of a page stand in its markup: data-say-saved="Saved {n}". `say("saved", {n: 3})` fills them.
  room.words = (element) => (name, values = {}) => {
    const text = element.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || "";
    return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  };

  room.write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text; // unchanged text is not read out again
  };
})();
