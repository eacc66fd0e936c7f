// A number with a button on each side. Held down nothing happens: a tap is a step, so a glove makes no thousands.
(() => {
  for (const row of document.querySelectorAll("[data-stepper]")) {
    const input = row.querySelector("input");
    const step = Number(row.dataset.step);
    const move = (by) => {
      const value = Math.max(0, Math.min(Number(input.max), (Number(input.value) || 0) + by));
      input.value = value || "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    for (const [name, by] of [["less", -step], ["more", step]]) {
      const button = row.querySelector(`[data-${name}]`);
      button.hidden = false;
      button.addEventListener("click", () => move(by));
    }
  }
})();
