// What is offered below a search field while somebody types: a combobox with a list. Without this script, or without a
// network, the field is the plain form it was.
const PAUSE = 200; // milliseconds without a key
const ENOUGH = /[\u3007\u3400-\u9fff\uf900-\ufaff]|[^\W_]{2}/; // one Chinese character, or two letters or digits

function element(name, attributes, text) {
  const made = document.createElement(name);
  for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
  made.textContent = text || "";
  return made;
}

function equip(form, number) {
  const field = form.querySelector("input[type=search]");
  const id = `suggestions-${number}`;
  const list = element("ul", { class: "suggestions", id, role: "listbox", "aria-label": form.dataset.suggestLabel, hidden: "" });
  const status = element("span", { class: "visually-hidden", role: "status" });
  const answers = new Map();
  let timer = null;
  let wanted = "";
  let typed = field.value.trim();

  const options = () => [...list.children];
  const current = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  function mark(place) {
    options().forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
    const marked = options()[place];
    if (marked) {
      field.setAttribute("aria-activedescendant", marked.id);
      marked.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function open(on) {
    list.hidden = !on;
    field.setAttribute("aria-expanded", String(on));
    if (!on) mark(-1);
  }

  function close() {
    clearTimeout(timer);
    wanted = "";
    status.textContent = "";
    open(false);
  }

  function option({ text, url, kind, language }, at) {
    const line = element("li", { role: "option", id: `${id}-${at}`, "aria-selected": "false", "data-url": url });
    line.append(element("span", language ? { lang: language } : {}, text), element("small", {}, kind));
    return line;
  }

  function show(found) {
    list.textContent = "";
    list.append(...found.map(option));
    open(found.length > 0);
    status.textContent = found.length ? form.dataset.suggestCount.replace("{n}", found.length) : "";
  }

  async function ask(text) {
    wanted = text;
    try {
      if (!answers.has(text)) {
        const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { credentials: "omit" });
        if (!response.ok) return;
        answers.set(text, (await response.json()).suggestions);
      }
      if (wanted === text && document.activeElement === field) show(answers.get(text));
    } catch (offline) {
      // Nothing is offered; the field sends what is typed all the same.
    }
  }

  function heard(event) {
    // While pinyin is being composed, the letters are not yet what is meant.
    if (event.isComposing) return;
    const text = field.value.trim();
    if (text === typed) return;
    typed = text;
    close();
    list.textContent = "";
    if (ENOUGH.test(text)) timer = setTimeout(ask, PAUSE, text);
  }

  function step(by) {
    if (list.hidden && list.children.length) return open(true);
    const count = list.children.length + 1; // the field itself is one of the stops
    if (count > 1) mark(((current() + 1 + by + count) % count) - 1);
  }

  function pressed(event) {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      step(by);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && current() >= 0) {
      event.preventDefault();
      location.assign(options()[current()].dataset.url);
    }
  }

  // A search field has no list in the eyes of screen readers; a text field may be a combobox.
  field.type = "text";
  const role = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
  for (const key of Object.keys(role)) field.setAttribute(key, role[key]);
  form.append(list, status);
  field.addEventListener("input", heard);
  field.addEventListener("compositionend", () => setTimeout(heard, 0, {}));
  field.addEventListener("keydown", pressed);
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-url]");
    if (line) location.assign(line.dataset.url);
  });
}

document.querySelectorAll("form[data-suggest]").forEach(equip);
