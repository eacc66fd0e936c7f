// The page of the simple drill record: what stands in its form, and what is wrong with it. Recorder does the rest.
(() => {
  const root = document.querySelector("[data-simple]");
  if (!root) return;
  const { form, settle, show, clear } = window.DrillForm;
  const NAMES = ["organisation", "plan", "hazard", "level", "starts_at", "minutes", "place", "form", "people", "basis"];
  const TEXTS = ["went_well", "problems", "follow_up"];
  const MOST_FILES = 12;
  const say = Words.of(form);
  const onTheClock = CountyClock.of(form.dataset.zone);

  // ── What stands in the form ────────────────────────────────────────────────
  function read() {
    const given = new FormData(form);
    const fields = {};
    for (const name of [...NAMES, ...TEXTS]) fields[name] = String(given.get(name) || "").trim();
    return fields;
  }

  function write(fields) {
    for (const name of Object.keys(fields)) {
      for (const input of form.querySelectorAll(`[name="${name}"]`)) {
        if (input.type === "radio") input.checked = input.value === fields[name];
        else if (input.type !== "hidden") input.value = fields[name]; // the only organisation is as the page says
      }
      clear(name);
    }
    settle();
  }

  function faults(fields) {
    const errors = {};
    const fault = (name, word) => (errors[name] = [say(word)]);
    const whole = (text, most) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most;
    if (!fields.hazard && !form.querySelector("[data-part=hazard]").hidden) fault("hazard", "choose");
    if (!fields.place) fault("place", "required");
    if (!fields.form) fault("form", "choose");
    if (!whole(fields.people, 99999)) fault("people", "people");
    if (!fields.basis) fault("basis", "basis");
    if (!fields.starts_at) fault("starts_at", "required");
    else if (CountyClock.minuteOf(fields.starts_at) > CountyClock.minuteOf(onTheClock(Date.now()))) fault("starts_at", "future");
    if (!whole(fields.minutes, 2880)) fault("minutes", "minutes");
    else if (fields.starts_at && !errors.starts_at) {
      const ends = CountyClock.minuteOf(fields.starts_at) + Number(fields.minutes);
      if (ends > CountyClock.minuteOf(onTheClock(Date.now()))) fault("minutes", "ends");
    }
    return errors;
  }

  Recorder.start({
    ...{ form, name: "simple", room: "/drills/", say, read, write, faults, show },
    title: (fields) => `${fields.place} · ${fields.starts_at.replace("T", " ")}`,
    files: (shots) => shots.map((shot) => ({ ...shot })),
    shots: { most: MOST_FILES, kindOf: (input) => (input.name === "sign_in" ? "sign_in" : "photo") },
  });
})();
