// The parts of a paper: points and questions in all while one types, how many the bank has, another row.
(() => {
  const root = document.querySelector("[data-parts]");
  if (!root) return;
  const say = window.examRoom.words(root);
  const write = window.examRoom.write;
  const stock = JSON.parse(root.dataset.stock);
  const rows = root.querySelector("[data-parts-rows]");
  const total = root.querySelector("[name$=TOTAL_FORMS]");
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const number = (row, name) => Math.max(0, parseInt(field(row, name).value, 10) || 0);

  function add() {
    let [questions, points] = [0, 0];
    for (const row of rows.querySelectorAll("[data-part]")) {
      const [count, each] = [number(row, "count"), number(row, "points")];
      const bank = field(row, "bank").value;
      const there = ((bank && stock[bank]) || {})[field(row, "kind").value] || 0;
      const short = count > there;
      const line = row.querySelector("[data-part-there]");
      write(line, bank ? say(short ? "short" : "there", { n: there }) : "");
      line.classList.toggle("errorlist", Boolean(bank) && short);
      write(row.querySelector("[data-part-sum]"), count && each ? String(count * each) : "–");
      questions += count;
      points += count * each;
    }
    write(root.querySelector("[data-parts-questions]"), String(questions));
    write(root.querySelector("[data-parts-points]"), String(points));
  }

  const more = root.querySelector("[data-parts-add]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const row = root.querySelector("[data-parts-template]").content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("[name], [id]")) {
      for (const name of ["name", "id"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replace("__prefix__", total.value));
      }
    }
    total.value = Number(total.value) + 1;
    rows.append(row);
    field(row, "bank").focus();
  });
  root.addEventListener("input", add);
  root.addEventListener("change", add);
  add();
})();
