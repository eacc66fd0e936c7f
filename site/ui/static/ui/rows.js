// Another row of a formset: a copy of the template with the next number, at the end, with the cursor in it.
(() => {
  const rows = document.querySelector("[data-rows]");
  const more = document.querySelector("[data-rows-add]");
  if (!rows || !more) return;
  const template = document.querySelector("[data-rows-template]").content.firstElementChild;
  const total = document.getElementById(`id_${rows.dataset.rows}-TOTAL_FORMS`);
  const numbered = ["name", "id", "for"];

  function fill(row, number) {
    for (const element of row.querySelectorAll("[name], [id], [for]")) {
      for (const name of numbered) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", number));
      }
    }
  }

  more.hidden = false;
  more.addEventListener("click", () => {
    const row = template.cloneNode(true);
    fill(row, total.value);
    total.value = Number(total.value) + 1;
    rows.append(row);
    row.querySelector("input:not([type=hidden]), textarea").focus();
  });
})();
