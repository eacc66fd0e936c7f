// While a certificate is being made: ask every three seconds, for two minutes at most, then leave it to the reader.
(() => {
  const waiting = document.querySelector("[data-certificate]");
  if (!waiting) return;
  const page = waiting.querySelector("a").href;
  let left = 40;

  const ask = async () => {
    left -= 1;
    try {
      const answer = await fetch(waiting.dataset.certificate, { method: "HEAD", credentials: "same-origin" });
      const kind = answer.headers.get("Content-Type") || "";
      if (answer.ok && kind.startsWith("image/")) {
        location.replace(page);
        return;
      }
    } catch (error) {
      // Offline for a moment: the next turn asks again.
    }
    if (left > 0) setTimeout(ask, 3000);
  };

  setTimeout(ask, 3000);
})();
