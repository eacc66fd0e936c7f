// Ticking items for an evaluator: how many there are, and a whole section at once. The server refuses too many either way.
(() => {
  const form = document.querySelector("[data-count-ticks]");
  if (!form) return;
  const most = Number(form.dataset.countTicks);
  const told = form.querySelector("[data-ticked]");
  const boxes = [...form.querySelectorAll("[name=items]")];

  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    const text = n > most ? told.dataset.sayOver : told.dataset.say;
    told.textContent = text.replace("{n}", n).replace("{most}", most);
    told.toggleAttribute("data-over", n > most);
  };

  form.addEventListener("change", (event) => {
    if (event.target.hasAttribute("data-fixed")) event.target.checked = true;
    count();
  });

  for (const button of form.querySelectorAll("[data-tick-all]")) {
    const inside = [...button.closest("[data-section]").querySelectorAll("[name=items]")];
    button.hidden = false;
    button.addEventListener("click", () => {
      const all = inside.every((box) => box.checked);
      for (const box of inside) box.checked = !all || box.hasAttribute("data-fixed");
      count();
    });
  }
  count();
})();
