// Choosing a venue: the last used first, the others found by typing a part of the name or the village, one that is not
// there yet named. The select of the form keeps the answer; without scripts it is the answer.
(() => {
  const root = document.querySelector("[data-venue]");
  if (!root) return;
  const FOUND = 6;
  const READY = 4; // without a word looked for
  const form = root.closest("form");
  const say = Words.of(form);
  const { venue, new_name: name } = form.elements;
  const part = (key) => root.querySelector(`[data-venue-${key}]`);
  const find = root.querySelector("#venue-find");
  const list = root.querySelector("#venue-list");
  const fields = part("fields"); // absent for whoever may not name one
  const options = [...venue.options].filter((option) => option.value);
  const shapeless = (text) => text.toLowerCase().replace(/\s+/g, "");
  const texts = new Map(options.map((option) => [option, shapeless(option.text + option.dataset.about)]));
  let naming = false;
  let at = -1;

  const recent = () => {
    const used = options.filter((option) => option.dataset.recent);
    return used.length ? used : options;
  };
  const found = (asked) => options.filter((option) => texts.get(option).includes(asked));

  const row = (option, number) => {
    const item = document.createElement("li");
    Object.assign(item, { id: `venue-${number}`, className: "venue-option" });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const label = Object.assign(document.createElement("b"), { textContent: option.text });
    const about = Object.assign(document.createElement("span"), { textContent: option.dataset.about, className: "meta" });
    item.append(label, about);
    item.addEventListener("click", () => choose(option.value));
    return item;
  };

  // Up and down by keyboard, round and round.
  const point = (to) => {
    const items = [...list.children];
    if (!items.length) return;
    at = (to + items.length) % items.length;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    find.setAttribute("aria-activedescendant", items[at].id);
  };

  const look = () => {
    const asked = shapeless(find.value);
    const shown = asked ? found(asked).slice(0, FOUND) : recent().slice(0, READY);
    list.textContent = "";
    shown.forEach((option, number) => list.appendChild(row(option, number)));
    list.hidden = !shown.length;
    part("hint").hidden = !shown.length;
    const used = shown.some((option) => option.dataset.recent);
    part("hint").textContent = say(asked ? "matches" : used ? "recent" : "all");
    part("none").hidden = !asked || Boolean(shown.length);
    if (part("new")) part("new-text").textContent = asked ? say("new-named", { name: find.value.trim() }) : say("new");
    find.setAttribute("aria-expanded", String(Boolean(shown.length)));
    at = -1;
    find.removeAttribute("aria-activedescendant");
  };

  // What the select says, shown.
  const settle = () => {
    const option = venue.value ? venue.selectedOptions[0] : null;
    naming = Boolean(fields) && !option && (naming || Boolean(name.value));
    part("chosen").hidden = !option;
    part("search").hidden = Boolean(option) || naming;
    if (fields) fields.hidden = !naming;
    part("name").textContent = option ? option.text : "";
    part("about").textContent = option ? option.dataset.about : "";
    const guide = option ? option.dataset.guide : "";
    part("guide").hidden = !guide;
    if (guide) part("guide").querySelector("a").href = guide;
    look();
  };

  const complain = (wrong) => {
    find.classList.toggle("is-invalid", wrong);
    if (wrong) find.setAttribute("aria-invalid", "true");
    else find.removeAttribute("aria-invalid");
  };

  const told = () => venue.dispatchEvent(new Event("change", { bubbles: true }));

  function choose(value) {
    venue.value = value;
    naming = false;
    if (fields) name.value = "";
    find.value = "";
    complain(false);
    settle();
    told();
    part("change").focus({ preventScroll: true });
  }

  const change = () => {
    venue.value = "";
    naming = false;
    if (fields) name.value = "";
    settle();
    told();
    find.focus();
  };

  find.addEventListener("input", (event) => {
    event.stopPropagation(); // a word looked for is no draft
    look();
  });
  find.addEventListener("keydown", (event) => {
    const shown = [...list.children];
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(Math.max(at, 0) - 1);
    else if (event.key === "Enter") {
      const item = shown[at] || (shown.length === 1 && shown[0]);
      if (item) item.click();
    } else return;
    event.preventDefault();
  });
  part("change").addEventListener("click", change);
  if (fields) {
    part("new").addEventListener("click", () => {
      naming = true;
      name.value = find.value.trim();
      settle();
      told();
      (name.value ? form.elements.new_kind : name).focus();
    });
    part("back").hidden = false;
    part("back").firstElementChild.addEventListener("click", change);
  }

  venue.hidden = true;
  root.querySelector("label[for]").setAttribute("for", "venue-find");
  part("pick").hidden = false;
  settle();

  // The select is hidden, so its error shows on the field that is not. `label()`: the name that stands in the form; `place()`: the village or township.
  window.VenuePick = {
    complain: () => {
      if (part("search").hidden) return;
      complain(true);
      find.focus({ preventScroll: true });
      root.scrollIntoView({ block: "center" });
    },
    settle: () => {
      naming = false;
      settle();
    },
    label: () => (venue.value ? venue.selectedOptions[0].text : fields ? name.value.trim() : ""),
    place: () => {
      if (venue.value) return venue.selectedOptions[0].dataset.about.split(" · ").pop();
      const chosen = fields && form.elements.new_division.selectedOptions[0];
      return chosen && chosen.value ? chosen.text : "";
    },
  };
})();
