// A page on which something is recorded in one form. What is written is kept on this phone first and then sent; a record
// that was begun is here again after a reload, or after the camera has pushed the page out of the phone's memory.
//
// The page gives: form; name (of its boxes on the phone); room (the address its kept pages lie under); read, write,
// faults and show (what stands in the form, and what is wrong with it); title of a record; files of the record, made
// from its photos; shots and tray: what these parts want besides.
(() => {
  const part = (name) => document.querySelector(`[data-${name}]`);
  const FIVE_MINUTES = 5 * 60000;

  async function start({ form, name, room, say, read, write, faults, show, title, files, ...wants }) {
    const [box, drafts] = await Promise.all([name, `${name}-draft`].map((one) => Outbox.open(one)));
    const onTheClock = CountyClock.of(form.dataset.zone);
    const blank = read();
    let uid = Outbox.uuid();

    // The kept page may be days old: an hour ago is counted from now.
    const anHourAgo = () => onTheClock(Math.floor((Date.now() - 3600000) / FIVE_MINUTES) * FIVE_MINUTES);

    function startAnew(fields = { ...blank, starts_at: anHourAgo() }) {
      uid = Outbox.uuid();
      draft.dirty = false;
      write(fields);
      shots.set([]);
      part("restored").hidden = true;
    }

    // ── What is being written ────────────────────────────────────────────────
    const draft = new Draft({
      ...{ form, box: drafts, key: form.dataset.user },
      read: () => ({ uid, fields: read(), shots: shots.all }),
    });
    const shots = new Shots({
      ...{ form, list: part("shots"), row: part("shot"), say, show },
      ...wants.shots,
      changed: () => {
        draft.touched();
        return draft.save();
      },
    });

    async function restore() {
      const kept = await draft.kept();
      if (!kept) return startAnew();
      write(kept.fields);
      ({ uid } = kept);
      shots.set(kept.shots);
      part("restored").hidden = false;
      return undefined;
    }

    part("start-anew").addEventListener("click", async () => {
      await draft.forget();
      startAnew();
    });

    // ── Submit ───────────────────────────────────────────────────────────────
    let busy = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      try {
        await shots.fitting;
        const fields = read();
        const errors = faults(fields);
        if (Object.keys(errors).length) show(errors);
        else await submit(fields);
      } finally {
        busy = false;
      }
    });

    async function submit(fields) {
      await tray.put({ uid, title: title(fields), fields, files: files(shots.all, fields) });
      await draft.forget();
      startAnew();
      await tray.submit();
    }

    // ── What waits on this phone ─────────────────────────────────────────────
    const tray = new Tray({
      ...{ box, drafts, user: Number(form.dataset.user), edit },
      urls: { ready: form.dataset.ready, send: form.dataset.send, file: form.dataset.file },
      busy: () => draft.dirty,
      ...wants.tray,
    });

    async function edit(entry) {
      startAnew(entry.fields);
      if (entry.refused.code !== "somebody_else") ({ uid } = entry);
      shots.set(entry.files);
      draft.touched();
      await draft.save();
      return () => show(entry.refused.errors);
    }

    if (!form.hasAttribute("data-bound")) await restore();
    await tray.paint();
    form.setAttribute("data-awake", "");
    tray.sender.now();
    tray.keepPage(room);
  }

  window.Recorder = { start };
})();
