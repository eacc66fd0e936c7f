// Large print: on, off, and five steps from 18 to 30 points. The links work without this script; it spares a reload.
const LAST = 5;
const root = document.documentElement;

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch (refused) {
    // The mode still holds for this page.
  }
}

function turn(on) {
  root.toggleAttribute("data-elder", on);
  keep("elder", on ? "1" : "0");
  window.scrollTo(0, 0);
  const next = document.querySelector(on ? "[data-elder-size='1']" : "[data-elder-on]");
  if (next) next.focus();
}

function step(by) {
  const size = Math.min(LAST, Math.max(1, current() + by));
  root.setAttribute("data-size", size);
  keep("elder-size", size);
  show();
}

function current() {
  return Number(root.getAttribute("data-size")) || 1;
}

function show() {
  for (const button of document.querySelectorAll("[data-elder-size]")) {
    const by = Number(button.dataset.elderSize);
    button.disabled = by < 0 ? current() === 1 : current() === LAST;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-elder-size]");
  if (button) return step(Number(button.dataset.elderSize));
  const link = event.target.closest("[data-elder-on], [data-elder-off]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  turn(link.hasAttribute("data-elder-on"));
});
show();
