// Looks for check questions without losing what was typed or chosen above.
(function () {
  const place = document.querySelector("[data-find]");
  if (!place) return;
  const words = place.querySelector("[data-find-words]");
  const found = place.querySelector("[data-found]");

  async function find() {
    try {
      const answer = await fetch(`${place.dataset.find}?q=${encodeURIComponent(words.value)}`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      found.innerHTML = await answer.text();
    } catch (failed) {
      found.textContent = found.dataset.failed;
    }
  }

  place.querySelector("[data-find-go]").addEventListener("click", find);
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });
})();
