// The menu of a phone, and menus in <details> that close when one looks elsewhere.
const button = document.querySelector("[data-menu]");
const menu = button && document.getElementById(button.getAttribute("aria-controls"));

function open(on) {
  menu.toggleAttribute("data-open", on);
  button.setAttribute("aria-expanded", String(on));
}

if (menu) {
  button.addEventListener("click", (event) => {
    open(!menu.hasAttribute("data-open"));
    // The menu stands before its button: who came by keyboard (no pointer, no count of clicks) is led into it.
    if (!event.detail && menu.hasAttribute("data-open")) menu.querySelector("a").focus();
  });
} else if (button) {
  button.hidden = true;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menu && menu.hasAttribute("data-open")) {
    open(false);
    button.focus();
  }
  for (const details of document.querySelectorAll("details[data-closes][open]")) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const details of document.querySelectorAll("details[data-closes][open]")) {
    if (!details.contains(event.target)) details.open = false;
  }
});
