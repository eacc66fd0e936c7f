// The keys of the sheet: Enter and the arrows go from cell to cell as in a worksheet, the rest is told to `does`.
(() => {
  const sheet = (window.drillSheet = window.drillSheet || {});

  const rowOf = (cell) => cell.closest("tr");
  const fieldOf = (cell) => cell.closest("td").dataset.field;

  sheet.cellAt = (row, field) => row && row.querySelector(`td[data-field="${field}"] > :first-child`);

  const enter = (cell) => {
    if (!cell) return false;
    cell.focus();
    if (cell.select) cell.select();
    return true;
  };

  const neighbour = (row, down) => {
    let next = row;
    do {
      next = down ? next.nextElementSibling : next.previousElementSibling;
    } while (next && !next.drillRow);
    return next;
  };

  const vertical = (cell, down) => enter(sheet.cellAt(neighbour(rowOf(cell), down), fieldOf(cell)));

  const horizontal = (cell, right) => {
    const cells = [...rowOf(cell).querySelectorAll("td[data-field] > :first-child")];
    return enter(cells[cells.indexOf(cell) + (right ? 1 : -1)]);
  };

  // Whether the caret stands where an arrow would leave the cell.
  const atEdge = (cell, key) => {
    if (cell.tagName === "SELECT") return key === "ArrowLeft" || key === "ArrowRight";
    const start = cell.selectionStart;
    const end = cell.selectionEnd;
    const all = start === 0 && end === cell.value.length;
    if (key === "ArrowLeft") return all || (start === 0 && end === 0);
    if (key === "ArrowRight") return all || (start === cell.value.length && end === start);
    if (cell.tagName !== "TEXTAREA") return true;
    if (key === "ArrowUp") return all || cell.value.slice(0, start).indexOf("\n") < 0;
    return all || cell.value.slice(end).indexOf("\n") < 0;
  };

  const newLine = (cell) => {
    cell.setRangeText("\n", cell.selectionStart, cell.selectionEnd, "end");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // An open list of suggestions takes Enter and the arrows for itself; composing Chinese does too.
  const busy = (event) => event.isComposing || event.keyCode === 229;

  sheet.keys = (body, does) => {
    const acts = {
      Enter: (event, cell) => {
        if (event.ctrlKey || event.metaKey) return does.add(rowOf(cell));
        if (event.altKey) return cell.tagName === "TEXTAREA" && newLine(cell);
        if (!vertical(cell, !event.shiftKey) && !event.shiftKey) does.add(rowOf(cell), fieldOf(cell));
        return undefined;
      },
      ArrowUp: (event, cell) => (event.altKey ? does.move(rowOf(cell), false) : vertical(cell, false)),
      ArrowDown: (event, cell) => (event.altKey ? does.move(rowOf(cell), true) : vertical(cell, true)),
      ArrowLeft: (event, cell) => horizontal(cell, false),
      ArrowRight: (event, cell) => horizontal(cell, true),
      Delete: (event, cell) => does.remove(rowOf(cell)),
      Escape: (event, cell) => does.restore(rowOf(cell), fieldOf(cell)),
    };

    body.addEventListener("keydown", (event) => {
      const cell = event.target;
      const act = acts[event.key];
      if (!act || busy(event) || !cell.closest("td[data-field]")) return;
      const modified = event.ctrlKey || event.metaKey;
      if (event.key === "Delete" && !modified) return;
      if (event.key.startsWith("Arrow")) {
        if (modified || event.shiftKey) return;
        if (!event.altKey && !atEdge(cell, event.key)) return;
        if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) return;
      }
      event.preventDefault();
      act(event, cell);
    });
  };
})();
