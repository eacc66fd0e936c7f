// A double-blind drill tells its players nothing before it begins: the page waits, and becomes another when it does.
(() => {
  const root = document.querySelector("[data-field-waiting]");
  const field = window.DrillField;
  const EVERY = 10000;

  const look = async () => {
    try {
      const answer = await fetch(root.dataset.poll, { credentials: "omit", cache: "no-store" });
      const told = answer.ok ? await answer.json() : {};
      if (told.state && told.state !== "waiting") location.reload();
    } catch (unreachable) {
      // The next time.
    }
  };

  look();
  setInterval(look, EVERY * (0.8 + Math.random() * 0.4));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  Keeper.keep("/drills/").then(({ kept }) => field.show(root.querySelector("[data-kept]"), kept));
})();
