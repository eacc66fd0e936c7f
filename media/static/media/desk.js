// The list of files: each is sent as soon as it is chosen, one after the other, while the form is filled in.
(() => {
  const root = document.querySelector("[data-desk]");
  if (!root || !window.FileParts) return;
  const form = root.querySelector("[data-desk-form]");
  const field = root.querySelector("[data-files]");
  const drop = field.closest(".drop");
  const list = root.querySelector("[data-upload-list]");
  const model = root.querySelector("[data-upload-template]").content.firstElementChild;
  const status = root.querySelector("[data-desk-status]");
  const save = form.querySelector("[data-save]");
  const words = root.dataset;
  const part = Number(words.part);
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const queue = [];
  let busy = false;
  let saveThen = false;

  field.removeAttribute("name"); // what was sent in parts is not sent once more with the form
  root.querySelectorAll("[data-script]").forEach((part) => (part.hidden = false));
  root.querySelectorAll("[data-no-script]").forEach((part) => (part.hidden = true));

  const megabytes = (size) => (size < 1e6 ? `${Math.max(1, Math.round(size / 1e3))} KB` : `${(size / 1e6).toFixed(1)} MB`);
  const show = (row, word, percent, more) => {
    row.querySelector("[data-row-state]").textContent = more || words[word] || word;
    const bar = row.querySelector("progress");
    bar.value = percent;
    bar.hidden = false;
  };

  function add(file) {
    const row = model.cloneNode(true);
    row.querySelector("[data-row-name]").textContent = file.name;
    row.querySelector("[data-row-size]").textContent = megabytes(file.size);
    row.querySelector("[data-row-retry]").addEventListener("click", () => put(file, row));
    row.querySelector("[data-row-drop]").addEventListener("click", () => {
      const waiting = queue.findIndex((one) => one.row === row);
      if (waiting >= 0) queue.splice(waiting, 1);
      row.remove();
    });
    list.append(row);
    put(file, row);
  }

  function put(file, row) {
    row.classList.remove("is-refused");
    row.querySelector("[data-row-failed]").hidden = true;
    show(row, "queued", 0);
    queue.push({ file, row });
    work();
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (queue.length) {
      const { file, row } = queue.shift();
      await sendOne(file, row);
    }
    busy = false;
    status.textContent = words.done;
    if (saveThen && !list.querySelector(".is-refused")) form.submit();
    saveThen = false;
  }

  async function sendOne(file, row) {
    row.querySelector("[data-row-drop]").hidden = true;
    try {
      const told = await window.FileParts.send(file, {
        start: words.start,
        part,
        csrf,
        tell: (word, percent, more) => show(row, word, percent, more),
        begun: (started) => takePlaceOf(started.token, row),
      });
      await arrived(told, row);
    } catch (failed) {
      refuse(row, failed instanceof window.FileParts.Refused ? failed.message : words.unreadable);
    }
  }

  // The same file may stand in the list already: from before a reload, or from another tab.
  function takePlaceOf(token, row) {
    const there = list.querySelector(`[data-upload="${token}"]`);
    if (there && there !== row) there.remove();
    row.dataset.upload = token;
  }

  async function arrived(told, row) {
    const answer = await fetch(words.row.replace(words.any, uuid(told.token)), { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return show(row, "arrived", 100);
    const holder = document.createElement("ul");
    holder.innerHTML = await answer.text();
    row.replaceWith(holder.firstElementChild);
  }

  const uuid = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  function refuse(row, reason) {
    row.classList.add("is-refused");
    const failed = row.querySelector("[data-row-failed]");
    failed.querySelector("[data-row-reason]").textContent = reason || words.failed;
    failed.hidden = false;
    row.querySelector("progress").hidden = true;
    row.querySelector("[data-row-state]").textContent = "";
    row.querySelector("[data-row-drop]").hidden = false;
  }

  const take = (files) => [...files].forEach(add);
  field.addEventListener("change", () => {
    take(field.files);
    field.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });

  form.addEventListener("submit", (event) => {
    const remover = event.submitter && event.submitter !== save;
    if (!busy || remover) return;
    event.preventDefault();
    saveThen = true;
    status.textContent = words.then;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!busy) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // Terms and consent are asked only where they are needed.
  function fold() {
    for (const piece of form.querySelectorAll("[data-when]")) {
      const [name, value] = piece.dataset.when.split("=");
      const chosen = form.querySelector(`[name=${name}]:checked`) || form.querySelector(`select[name=${name}]`);
      piece.hidden = !chosen || !value.split("|").includes(chosen.value);
    }
  }
  form.addEventListener("change", fold);
  fold();

  // How far the copies of films are.
  const kept = root.querySelector("[data-kept]");
  async function look() {
    if (!kept.querySelector("[data-goes-on]")) return;
    try {
      const answer = await fetch(kept.dataset.kept, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) kept.innerHTML = await answer.text();
    } catch (cut) {
      // Asked again in a moment.
    }
    setTimeout(look, 4000);
  }
  setTimeout(look, 4000);
})();
