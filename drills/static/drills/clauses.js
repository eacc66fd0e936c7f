// The clauses of a draft: rows are added, moved and removed in place. The order of the rows is what is sent.
(() => {
  const form = document.querySelector("[data-clauses]");
  if (!form) return;
  const rows = form.querySelector("[data-rows]");
  const blank = form.querySelector("template[data-row]");
  const told = form.querySelector("[data-told]");
  let changed = false;

  const place = (row) => Array.from(rows.children).indexOf(row) + 1;
  const tell = (word, n) => {
    told.textContent = form.dataset[word].replace("{n}", n);
    changed = true;
  };

  function add(after) {
    const row = blank.content.firstElementChild.cloneNode(true);
    rows.insertBefore(row, after ? after.nextElementSibling : null);
    row.querySelector("[name=number]").focus();
    return row;
  }

  const acts = {
    up(row) {
      const other = row.previousElementSibling;
      if (other) rows.insertBefore(row, other);
      tell("sayMoved", place(row));
    },
    down(row) {
      const other = row.nextElementSibling;
      if (other) rows.insertBefore(other, row);
      tell("sayMoved", place(row));
    },
    remove(row) {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      if (!rows.children.length) add();
      else next.querySelector("[name=number]").focus();
      tell("sayRemoved");
    },
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-add]");
    if (!button) return;
    event.preventDefault();
    if (button.hasAttribute("data-add")) {
      add();
      return;
    }
    acts[button.dataset.do](button.closest(".clause-row"));
    if (button.isConnected) button.focus();
  });

  // Alt with an arrow moves the clause one stands in, as in the tables of office programs.
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest(".clause-row");
    const act = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!row || !act || !event.altKey) return;
    event.preventDefault();
    acts[act](row);
    event.target.focus();
  });

  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
