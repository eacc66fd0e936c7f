// The page on which an activity is recorded: what stands in its form, and what is wrong with it. Recorder does the rest.
(() => {
  const form = document.querySelector("[data-record]");
  if (!form) return;
  const TEXTS = ["venue", "new_name", "new_kind", "new_division", "form", "starts_at", "persons", "basis", "households"];
  const MORE = ["words", "minutes", "held_by", "in_charge", "theme_day", "consulted"];
  const MATERIALS = [...form.querySelectorAll("[data-stepper] input")].map((input) => input.name);
  const NAMES = [...TEXTS, ...MORE, ...MATERIALS];
  const say = Words.of(form);
  const onTheClock = CountyClock.of(form.dataset.zone);
  const { show: showFaults, clear } = Faults.of(form);

  // ── What stands in the form ────────────────────────────────────────────────
  function read() {
    const given = new FormData(form);
    const fields = { hazards: given.getAll("hazards").join(" "), place: String(given.get("place") || "") };
    for (const name of NAMES) fields[name] = String(given.get(name) || "").trim();
    return fields;
  }

  function write(fields) {
    for (const name of [...NAMES, "hazards", "place"]) {
      const said = fields[name] || "";
      for (const input of form.querySelectorAll(`[name="${name}"]`)) {
        if (input.type === "radio") input.checked = input.value === said;
        else if (input.type === "checkbox") input.checked = said.split(" ").includes(input.value);
        else input.value = said;
      }
      clear(name);
    }
    VenuePick.settle();
  }

  const whole = (text, least, most) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;

  function faults(fields) {
    const errors = {};
    const fault = (name, word) => (errors[name] = [say(word)]);
    if (!fields.venue && !fields.new_name) fault("venue", "venue");
    if (fields.new_name && !fields.new_kind) fault("new_kind", "choose");
    if (fields.new_name && !fields.new_division) fault("new_division", "choose");
    if (!fields.form) fault("form", "choose");
    if (!fields.starts_at) fault("starts_at", "required");
    else if (CountyClock.minuteOf(fields.starts_at) > CountyClock.minuteOf(onTheClock(Date.now()))) fault("starts_at", "future");
    if (!whole(fields.persons, 1, 999999)) fault("persons", "people");
    if (!fields.basis) fault("basis", "basis");
    for (const name of ["households", "consulted", ...MATERIALS]) {
      if (fields[name] && !whole(fields[name], 0, 999999)) fault(name, "whole");
    }
    if (fields.minutes && !whole(fields.minutes, 1, 2880)) fault("minutes", "minutes");
    return errors;
  }

  function show(errors) {
    showFaults(errors);
    if (errors.venue) VenuePick.complain();
  }

  // The line at the foot of each photo: when, where, whose platform. The village only where it is asked for.
  function lineOf(fields) {
    const place = fields.place ? VenuePick.place() : "";
    const where = [place, VenuePick.label()].filter(Boolean).join(" ");
    return [fields.starts_at.replace("T", " "), where, form.dataset.platform].filter(Boolean).join("  ");
  }

  for (const each of document.querySelectorAll("[data-watermark]")) each.hidden = false;
  Recorder.start({
    ...{ form, name: "campaign", room: "/campaign/", say, read, write, faults, show },
    title: (fields) => `${VenuePick.label()} · ${fields.starts_at.replace("T", " ")}`,
    files: (shots, fields) => shots.map((shot) => ({ ...shot, line: lineOf(fields) })),
    shots: { most: Number(form.dataset.most) },
    // Written only now: the record may have been corrected since the photo was taken. What can't be drawn any more is sent
    // as it is: the server says whether it is a photo.
    tray: { prepare: (file) => Photos.stamped(file.blob, file.line).catch(() => file.blob) },
  });
})();
