// Marking by keyboard: a number and Enter leads to the next line of the rubric, after the last one to the next answer.
(() => {
  const form = document.querySelector("[data-marking]");
  if (!form) return;
  const lines = Array.from(form.querySelectorAll("[data-line]"));
  const sum = form.querySelector("[data-sum]");

  // In hundredths: fractions of points are never floats.
  const hundredths = (line) => Math.round(Number(line.value) * 100);

  function add() {
    const typed = lines.filter((line) => line.value.trim() && line.checkValidity());
    sum.textContent = typed.length ? String(typed.reduce((all, line) => all + hundredths(line), 0) / 100) : "–";
  }

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-line]")) return;
    const next = lines[lines.indexOf(event.target) + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
  form.addEventListener("input", add);
  sum.parentElement.hidden = false;
  add();
  // Where a screen keyboard would hide the answer the focus stays where it is.
  const first = form.querySelector(".is-invalid") || lines[0];
  if (window.matchMedia("(any-pointer: fine)").matches) first.focus();
})();
