// How many have signed in by now, asked again while the page is looked at.
(() => {
  const place = document.querySelector("[data-signed]");
  if (!place) return;
  const EVERY = 5000;
  let known = Number(place.textContent);

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.signed, { credentials: "same-origin", cache: "no-store" });
      const { signed } = answer.ok && !answer.redirected ? await answer.json() : { signed: known };
      if (signed !== known) location.reload(); // the names and the button with it
      known = signed;
    } catch (unreachable) {
      // The next time.
    }
  };

  setInterval(look, EVERY);
})();
