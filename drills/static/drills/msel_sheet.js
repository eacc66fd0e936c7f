// The sheet of the table of events. Each row is sent by itself when the hand leaves it or rests; what is not sent yet is
// kept on this device and survives the page. Two tabs do not write over each other: a row that changed meanwhile comes
// back with what changed, and a person decides.
(() => {
  const sheet = window.drillSheet;
  const root = document.querySelector("[data-sheet]");
  if (!root) return;
  const REST = 1200; // milliseconds without a key until a row is sent
  const say = {};
  for (const name of Object.keys(root.dataset)) {
    if (name.startsWith("say")) say[name[3].toLowerCase() + name.slice(4)] = root.dataset[name];
  }
  const find = (name) => root.querySelector(`[data-${name}]`);
  const body = find("rows");
  const template = find("row-template");
  const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  let box = null;
  let frozen = "";
  let undo = null; // what Ctrl+Z brings back
  let resting = 0;
  const rows = () => [...body.children].map((element) => element.drillRow).filter(Boolean);
  const byPk = (pk) => rows().find((row) => row.pk === pk);
  const chores = []; // moves and removals, in their order

  // ── What is to be said next ────────────────────────────────────────────────
  const errands = new sheet.Errands({ next, changed: told });

  function next() {
    if (frozen) return null;
    const row = rows().find((each) => each.waits && !each.blank);
    if (row) return () => save(row);
    if (chores.length) {
      return async () => {
        await chores[0]();
        chores.shift();
      };
    }
    return null;
  }

  const before = (row) => {
    let element = row.element.previousElementSibling;
    while (element && !(element.drillRow && element.drillRow.pk)) element = element.previousElementSibling;
    return element ? element.drillRow.pk : null;
  };

  async function save(row) {
    const sent = row.fields;
    const message = { pk: row.pk, seen: row.seen, fields: sent };
    if (row.pk === null) Object.assign(message, { after: before(row), first: before(row) === null && rows().length > 1 });
    row.state("saving", say.saving);
    const { status, reply } = await sheet.ask(root.dataset.save, message, token);
    if (status === 200) {
      const unknown = row.pk === null;
      row.taken(reply.row, sent);
      if (row.removed && unknown) chores.push(() => sendRemoval(row)); // deleted while it was on its way
      row.state("saved", say.saved);
      if (!row.dirty) forget(row);
      learn(reply.state);
    } else if (status === 422) {
      row.faults(reply.errors);
    } else if (status === 409 && (reply.code === "stale" || reply.code === "gone")) {
      clash(row, reply);
    } else {
      halt(status, reply);
    }
  }

  // Nothing more can be saved from this page.
  function halt(status, reply) {
    frozen = say.frozen;
    if (status === 401) frozen = say.signedOut;
    if (reply.code === "too_many") frozen = say.tooMany;
    errands.stop();
    told();
  }

  function learn(state) {
    for (const row of rows()) {
      row.remark((row.pk && state.remarks[row.pk]) || []);
      row.clock(row.pk && state.clocks[row.pk]);
    }
    const parts = [];
    if (state.grave) parts.push(`${state.grave} ${say.grave}`);
    if (state.hints) parts.push(`${state.hints} ${say.hints}`);
    find("counts").textContent = parts.join(" · ");
    const general = find("general");
    general.textContent = "";
    for (const text of state.general) general.append(Object.assign(document.createElement("li"), { textContent: text }));
    general.hidden = !state.general.length;
  }

  // ── What the page tells ────────────────────────────────────────────────────
  function told() {
    const open = rows().filter((row) => row.dirty && !row.blank);
    const status = find("status");
    let kind = "saved";
    let text = say.allSaved;
    if (frozen) [kind, text] = ["error", frozen];
    else if (open.some((row) => row.clash || row.refused)) [kind, text] = ["error", say.faults];
    else if (open.length || chores.length) {
      [kind, text] = errands.failing ? ["waiting", box && box.persistent ? say.offline : say.volatile] : ["saving", say.saving];
    }
    if (status.dataset.status !== kind || status.textContent !== text) {
      status.dataset.status = kind;
      status.textContent = text;
    }
    for (const row of open) {
      if (frozen || (errands.failing && row.waits)) row.state("waiting", say.waiting);
    }
    find("empty").hidden = rows().length > 0;
  }

  // ── Kept on this device until it is said ───────────────────────────────────
  function keep(row) {
    if (box) box.put(row.key, { pk: row.pk, seen: row.seen, fields: row.fields });
  }

  function forget(row) {
    if (box) box.remove(row.key);
  }

  async function recover() {
    box = await window.Outbox.open(`msel-${root.dataset.sheet}`);
    for (const { key, value } of await box.all()) {
      let row = value.pk === null ? null : byPk(value.pk);
      if (!row) {
        row = new sheet.Row(template, null, say);
        row.pk = value.pk;
        row.seen = value.seen;
        body.append(row.element);
      } else if (row.seen !== value.seen) {
        row.seen = value.seen; // typed on an older row: the server will say what changed
      }
      row.key = key;
      row.show(value.fields);
      if (!row.dirty) forget(row);
    }
    errands.now();
  }

  // ── Two hands on one row ───────────────────────────────────────────────────
  function clash(row, reply) {
    const notice = find("clash-template").content.firstElementChild.cloneNode(true);
    const text = reply.code === "gone" ? say.gone : say.stale;
    notice.querySelector("[data-clash-text]").textContent = text;
    if (reply.row) notice.querySelector("[data-clash-changed]").textContent = row.changes(reply.row.fields, say.now).join("；");
    row.clash = notice;
    row.state("clash", say.waiting);
    row.element.after(notice);
    const settle = () => {
      notice.remove();
      row.clash = null;
      row.state("", "");
    };
    notice.querySelector("[data-mine]").addEventListener("click", () => {
      settle();
      if (reply.code === "gone") row.pk = null;
      row.seen = reply.row ? reply.row.seen : "";
      row.base = reply.row ? reply.row.fields : {};
      enterRow(row);
      errands.now();
    });
    notice.querySelector("[data-theirs]").addEventListener("click", () => {
      settle();
      forget(row);
      if (!reply.row) row.element.remove();
      else {
        row.seen = reply.row.seen;
        row.base = reply.row.fields;
        row.show(reply.row.fields);
        enterRow(row);
      }
      told();
    });
  }

  // ── What a hand does ───────────────────────────────────────────────────────
  const enterRow = (row, field) => {
    const cell = sheet.cellAt(row.element, field || "offset_seconds");
    cell.focus();
  };

  const grown = (number) => {
    const found = /^(.*?)(\d+)$/.exec(number);
    return found ? [found[1], Number(found[2]), found[2].length] : null;
  };

  function nextNumber() {
    const known = rows().map((row) => grown(row.fields.number)).filter(Boolean);
    const [head, count, width] = known.reduce((best, each) => (each[1] > best[1] ? each : best), ["", 0, 2]);
    return `${head}${String(count + 1).padStart(width, "0")}`;
  }

  function add(after, field) {
    if (frozen) return;
    const row = new sheet.Row(template, null, say);
    const above = after && after.drillRow;
    if (above) {
      row.cells.phase.value = above.fields.phase;
      row.cells.kind.value = above.fields.kind;
      row.cells.mode.value = above.fields.mode;
    }
    row.cells.number.value = nextNumber();
    row.base = row.fields;
    if (after) (above.clash || after).after(row.element);
    else body.append(row.element);
    enterRow(row, field);
    told();
  }

  function move(element, down) {
    const row = element.drillRow;
    const list = rows();
    const place = list.indexOf(row) + (down ? 1 : -1);
    if (frozen || !list[place]) return;
    const active = document.activeElement;
    if (down) list[place].element.after(element);
    else list[place].element.before(element);
    if (row.clash) element.after(row.clash);
    active.focus();
    chores.push(async () => {
      if (row.pk === null || row.removed) return; // a new row says its place when it is saved
      const { status, reply } = await sheet.ask(root.dataset.move, { pk: row.pk, after: before(row) }, token);
      if (status === 200) learn(reply.state);
      else if (reply.code !== "gone") halt(status, reply);
    });
    errands.now();
  }

  function remove(element) {
    const row = element.drillRow;
    if (frozen) return;
    const list = rows();
    const place = list.indexOf(row);
    const beside = list[place + 1] || list[place - 1];
    if (row.clash) row.clash.remove();
    row.removed = true;
    row.element.remove();
    forget(row);
    undo = { row, after: list[place - 1] || null, fields: row.fields };
    offerUndo(row);
    if (beside) enterRow(beside);
    else document.querySelector("[data-add]").focus();
    if (row.pk !== null) chores.push(() => sendRemoval(row));
    errands.now();
    told();
  }

  async function sendRemoval(row) {
    if (!row.removed) return; // brought back before it was sent
    row.sent = true;
    const { status, reply } = await sheet.ask(root.dataset.remove, { pk: row.pk, seen: row.seen }, token);
    if (status === 200) learn(reply.state);
    else if (reply.code === "stale") {
      bringBack(row, undo && undo.row === row ? undo.after : null);
      clash(row, reply);
    } else halt(status, reply);
  }

  function bringBack(row, after) {
    row.removed = false;
    if (after && after.element.isConnected) after.element.after(row.element);
    else body.prepend(row.element);
    if (undo && undo.row === row) closeUndo();
  }

  function restoreRemoved() {
    if (!undo) return;
    const { row, after, fields } = undo;
    bringBack(row, after);
    if (row.sent) {
      // Gone on the server: it comes in anew, with all it said.
      Object.assign(row, { pk: null, seen: "", base: {}, sent: false, key: `new-${Date.now()}` });
    }
    row.show(fields);
    enterRow(row);
    if (row.dirty) keep(row);
    errands.now();
    told();
  }

  function offerUndo(row) {
    find("toast-text").textContent = `${say.deleted} ${row.fields.number} ${row.fields.title}`.trim();
    find("toast").hidden = false;
  }

  function closeUndo() {
    undo = null;
    find("toast").hidden = true;
  }

  function restore(element, field) {
    const row = element.drillRow;
    row.cells[field].value = row.base[field] || "";
    typed(row);
  }

  function typed(row) {
    if (row.refused) row.faults({});
    row.state("", "");
    row.fit();
    if (row.dirty && !row.blank) keep(row);
    clearTimeout(resting);
    resting = setTimeout(() => errands.now(), REST);
    told();
  }

  // ── Ears ───────────────────────────────────────────────────────────────────
  sheet.keys(body, { add, move, remove, restore });

  const rowAt = (event) => {
    const element = event.target.closest("tr");
    return element && element.drillRow;
  };

  body.addEventListener("input", (event) => {
    const row = rowAt(event);
    if (row) typed(row);
  });

  body.addEventListener("focusout", (event) => {
    const row = rowAt(event);
    const inside = event.relatedTarget && row && row.element.contains(event.relatedTarget);
    if (row && !inside && row.waits) errands.now();
  });

  body.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (!row) return;
    if (event.target.closest("[data-up]")) move(row.element, false);
    else if (event.target.closest("[data-down]")) move(row.element, true);
    else if (event.target.closest("[data-delete]")) remove(row.element);
  });

  document.querySelector("[data-add]").addEventListener("click", () => {
    const list = rows();
    add(list.length ? list[list.length - 1].element : null);
  });
  find("undo").addEventListener("click", restoreRemoved);
  document.addEventListener("keydown", (event) => {
    const undoing = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!undoing || !undo) return;
    const row = document.activeElement.closest && document.activeElement.closest("tr");
    if (row && row.drillRow && row.drillRow.dirty) return; // first what was typed here
    event.preventDefault();
    restoreRemoved();
  });

  // Cells of a worksheet go through their check; a text without tabs is typed where the caret stands.
  body.addEventListener("paste", (event) => {
    const cell = event.target.closest("td[data-field]");
    const text = (event.clipboardData || window.clipboardData).getData("text/plain");
    const lines = text.trim().split(/\r?\n/);
    const table = text.indexOf("\t") >= 0 || (lines.length > 1 && event.target.tagName === "INPUT");
    if (!cell || !table || frozen) return;
    event.preventDefault();
    sendCells(text, cell.dataset.field.replace("_seconds", "").replace("offset", "time"));
  });
  document.addEventListener("paste", (event) => {
    if (event.target.closest && event.target.closest("input, textarea, select")) return;
    const text = (event.clipboardData || window.clipboardData).getData("text/plain");
    if (text.indexOf("\t") >= 0 && !frozen) sendCells(text, "number");
  });

  async function sendCells(text, first) {
    const form = find("paste");
    form.elements.cells.value = text;
    form.elements.first.value = first;
    await errands.now();
    form.submit();
  }

  // What works on the whole table waits until every row is saved.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-settled]") || form.dataset.settled === "now") return;
    event.preventDefault();
    await errands.now();
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-busy");
    if (rows().some((row) => row.dirty && !row.blank) || chores.length) return told();
    form.dataset.settled = "now";
    form.submit();
    return undefined;
  });

  addEventListener("beforeunload", (event) => {
    const open = rows().some((row) => row.dirty && !row.blank) || chores.length;
    if (!open || (box && box.persistent && !chores.length)) return;
    event.preventDefault();
    event.returnValue = "";
  });
  document.addEventListener("outbox-volatile", told);

  // ── Begin ──────────────────────────────────────────────────────────────────
  body.append(...read("msel-rows").map((each) => new sheet.Row(template, each, say).element));
  sheet.fit(rows());
  learn(read("msel-state"));
  told();
  recover();
})();
