// The invigilator's board, live: asks every few seconds for the counts and for the lines that have changed. A board
// that nobody looks at does not ask.
(() => {
  const root = document.querySelector("[data-board]");
  if (!root) return;
  const EVERY = 5000; // milliseconds
  const PATIENCE = 10000;
  const rows = new Map([...root.querySelectorAll("[data-board-row]")].map((row) => [row.dataset.boardRow, row]));
  const at = document.querySelector("[data-board-at]");
  const lost = root.querySelector("[data-board-lost]");
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  function paint(line) {
    const row = rows.get(String(line.pk));
    if (!row) return;
    row.dataset.stamp = line.stamp;
    row.dataset.place = line.place;
    for (const cell of row.querySelectorAll("[data-board-cell]")) {
      const value = line[cell.dataset.boardCell];
      write(cell, value === null || value === "" ? "–" : String(value));
    }
    for (const action of row.querySelectorAll("[data-when]")) {
      action.hidden = !action.dataset.when.split(" ").includes(line.place);
    }
  }

  async function ask() {
    const known = [...rows].map(([pk, row]) => `${pk}.${row.dataset.stamp}`).join(",");
    const query = new URLSearchParams({ known, organisation: root.dataset.organisation });
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), PATIENCE);
    try {
      const response = await fetch(`${root.dataset.board}?${query}`, { cache: "no-store", signal: giveUp.signal });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (!response.ok || !isJson) throw new Error(String(response.status));
      const reply = await response.json();
      write(at, reply.at);
      for (const element of root.querySelectorAll("[data-board-count]")) {
        write(element, String(reply.counts[element.dataset.boardCount]));
      }
      reply.rows.forEach(paint);
      lost.hidden = true;
    } catch (unreachable) {
      lost.hidden = false;
    } finally {
      clearTimeout(timer);
    }
  }

  let asking = false;
  async function round() {
    if (asking || document.visibilityState === "hidden") return;
    asking = true;
    await ask();
    asking = false;
  }

  setInterval(round, EVERY);
  document.addEventListener("visibilitychange", round);
})();
