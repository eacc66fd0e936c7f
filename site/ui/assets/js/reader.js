// What a reader leaves behind, without a cookie: that a page was looked at, that it was of use. And the village whose
// card he opened last, kept in his own browser.
const LOOKED_AT = 8000; // milliseconds in sight before a page counts as read

const told = (url) => navigator.sendBeacon && navigator.sendBeacon(url);

const beacon = document.querySelector("[data-read]");
if (beacon) {
  let left = LOOKED_AT;
  const tick = setInterval(() => {
    if (document.hidden) return;
    left -= 1000;
    if (left > 0) return;
    clearInterval(tick);
    told(beacon.dataset.read);
  }, 1000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-vote]");
  if (!button) return;
  told(button.dataset.vote);
  const box = button.closest("[data-votes]");
  for (const one of box.querySelectorAll("[data-vote]")) one.hidden = true;
  box.querySelector("[data-thanks]").hidden = false;
});

const card = document.querySelector("[data-village]");
try {
  if (card) localStorage.setItem("village", JSON.stringify({ path: card.dataset.village, name: card.dataset.name }));
  const own = JSON.parse(localStorage.getItem("village"));
  for (const link of own ? document.querySelectorAll("[data-village-link]") : []) {
    link.href = own.path;
    link.querySelector("[data-word]").textContent = own.name;
  }
} catch (refused) {
  // The link leads to the list of villages.
}
