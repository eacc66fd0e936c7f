// Small things every script of the field pages needs: words, times of day, lists that are painted again and again.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  // The words of a page stand in its markup: data-say-unsent="Not sent: {n}". `say("unsent", {n: 3})` fills them.
  field.words = (element) => (name, values = {}) => {
    const text = element.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || "";
    return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  };

  // Unchanged text is not read out again.
  field.write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  field.find = (root) => (name) => root.querySelector(`[data-${name}]`);

  const two = (number) => String(number).padStart(2, "0");

  // Seconds as 0:23:41: to the second, rounded down, as a clock does.
  field.span = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(two).join(":");
  };

  // Time of day on the county's clock, whatever zone the phone is set to.
  const BEIJING = 8 * 3600000;
  field.hour = (milliseconds) => new Date(milliseconds + BEIJING).toISOString().slice(11, 19);

  // Brings the children of `list` in line with `rows`. A row keeps its element as long as its key is there, so that what
  // is being typed into it stays. `paint(element, row)` writes into a copy of the template's one element; `template` may
  // be a function that chooses one for the row.
  field.fill = (list, template, rows, keyOf, paint) => {
    const known = new Map([...list.children].map((element) => [element.dataset.key, element]));
    let place = list.firstElementChild;
    for (const row of rows) {
      const key = String(keyOf(row));
      let element = known.get(key);
      if (element) known.delete(key);
      else {
        const chosen = typeof template === "function" ? template(row) : template;
        element = chosen.content.firstElementChild.cloneNode(true);
        element.dataset.key = key;
      }
      paint(element, row);
      if (element === place) place = place.nextElementSibling;
      else list.insertBefore(element, place);
    }
    for (const element of known.values()) element.remove();
  };

  // One press is one act: a second press while the first is under way does nothing.
  field.once = (act) => {
    let busy = false;
    return async (...given) => {
      if (busy) return;
      busy = true;
      try {
        await act(...given);
      } finally {
        busy = false;
      }
    };
  };

  // The page never leaves for a form of its own.
  field.onSubmit = (form, act) => {
    const once = field.once(act);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      once();
    });
  };

  field.show = (element, shown) => {
    if (element && element.hidden === shown) element.hidden = !shown;
  };
})();
