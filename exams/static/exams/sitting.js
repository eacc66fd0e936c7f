// An exam being sat. An answer is kept on this device first, then sent; "saved" is said only when the server has
// acknowledged that very revision. The server's clock decides; the answers survive a reload, a lost network and the end
// of the session.
(async () => {
  const root = document.querySelector("[data-room]");
  if (!root) return;
  const room = window.examRoom;
  const say = room.words(root);
  const part = (name) => root.querySelector(`[data-room-${name}]`);
  const sitting = Number(root.dataset.sitting);
  const clock = new room.ServerClock(Number(root.dataset.now));
  let deadline = Number(root.dataset.deadline);
  let over = ""; // why the page stands still: "tab", "device", "time", "done"

  // ── What was answered ──────────────────────────────────────────────────────
  const epoch = () => Number(root.dataset.epoch); // raised by the server whenever another device takes over
  const answers = new Map(); // slot → the answer that the page shows
  const waiting = new Map(); // slot → the answer that the server has not acknowledged
  const counted = new Map(); // slot → the highest revision this device knows of: numbers are never used twice
  const journal = await room.openJournal(sitting);
  const kept = await journal.all();
  const paper = new room.Paper(root, { sitting, answered });

  const count = (slot, revision) => counted.set(slot, Math.max(counted.get(slot) || 0, revision));
  const isLater = (one, other) => one.epoch > other.epoch || (one.epoch === other.epoch && one.revision > other.revision);

  for (const question of paper.questions) {
    const { given, revision, epoch: held } = question.dataset;
    if (Number(revision)) onServer({ slot: paper.slotOf(question), given: JSON.parse(given), revision: Number(revision), epoch: Number(held) });
  }
  kept.forEach(recall);

  function onServer(answer) {
    count(answer.slot, answer.revision);
    const shown = answers.get(answer.slot);
    if (shown && waiting.has(answer.slot) && isLater(shown, answer)) return;
    answers.set(answer.slot, answer);
    paper.fill(answer.slot, answer.given);
    paper.told(answer.slot, "saved");
  }

  // What this device kept from before the reload: unacknowledged answers go out again, and are shown unless the server
  // has a later one.
  function recall(entry) {
    count(entry.slot, entry.revision);
    if (entry.acknowledged) return;
    const known = answers.get(entry.slot);
    waiting.set(entry.slot, entry);
    if (known && !isLater(entry, known)) return;
    answers.set(entry.slot, entry);
    paper.fill(entry.slot, entry.given);
    paper.told(entry.slot, "local");
  }

  function answered(slot, given) {
    if (!tab.isMine() || over) return;
    keep({ slot, given, happened_at: new Date().toISOString() });
  }

  function keep({ slot, given, happened_at, again = 0 }) {
    count(slot, (counted.get(slot) || 0) + 1);
    const entry = { slot, given, happened_at, again, revision: counted.get(slot), epoch: epoch(), acknowledged: false };
    answers.set(slot, entry);
    waiting.set(slot, entry);
    paper.told(slot, "local");
    paintSaved();
    journal.put(entry).then(() => {
      part("storage").hidden = journal.durable;
      sender.soon();
    });
  }

  function acknowledged(receipt) {
    const sent = waiting.get(receipt.slot);
    if (!sent || sent.revision !== receipt.revision) return; // a newer answer waits still
    waiting.delete(receipt.slot);
    journal.put({ ...sent, acknowledged: true, verdict: receipt.verdict });
    count(receipt.slot, receipt.current || 0);
    if (receipt.verdict === "accepted") paper.told(receipt.slot, "saved");
    else if (receipt.verdict === "late") paper.told(receipt.slot, "late");
    // The number was taken, by a page before the storage was cleared: what is on the screen is the latest, so once more.
    else if (receipt.verdict === "superseded" && sent.epoch === epoch() && sent.again < 3) keep({ ...sent, again: sent.again + 1 });
    else refresh();
  }

  // Something later counts: show what the server has.
  let refreshing = false;
  async function refresh() {
    if (refreshing) return;
    refreshing = true;
    try {
      const reply = await call("state");
      reply.answers.filter(({ slot }) => !waiting.has(slot)).forEach(onServer);
    } catch (unreachable) {
      // With the next reload.
    }
    refreshing = false;
  }

  // ── The network ────────────────────────────────────────────────────────────
  const call = (name, body, options = {}) =>
    room
      .ask(root.dataset[name], {
        method: body ? "POST" : "GET",
        body,
        headers: { "X-Attempt": root.dataset.token },
        ...options,
      })
      .then(({ reply, took }) => {
        hear(reply, took);
        return reply;
      });

  function hear(reply, took = 0) {
    if (reply.server_time) clock.heard(Date.parse(reply.server_time), took);
    if (reply.deadline) deadline = Date.parse(reply.deadline);
    if (reply.epoch > epoch()) stand("device");
    else if (reply.state && reply.state !== "open") finished();
  }

  const sender = new room.Sender({
    // One epoch at a time: what was kept before another device took over must not pass for something said today.
    unsent: () => {
      const all = [...waiting.values()];
      return all.filter((entry) => entry.epoch === all[0].epoch);
    },
    changed: paintSaved,
    refused,
    send: async (batch) => {
      const saves = batch.map(({ slot, given, revision, happened_at }) => ({ slot, given, revision, happened_at }));
      const reply = await call("save", { epoch: batch[0].epoch, saves });
      reply.receipts.forEach(acknowledged);
    },
  });

  // True where asking again is of no use.
  function refused(error) {
    hear(error.reply);
    if (error.code === "other_device") stand("device");
    else if (error.code === "already_submitted") finished();
    return Boolean(over) && over !== "time";
  }

  function paintSaved() {
    const box = part("saved");
    const unsent = waiting.size;
    const state = !unsent ? "saved" : sender.failing ? "local" : "saving";
    box.dataset.state = state;
    room.write(part("saved-text"), say(state, { n: unsent }));
    for (const element of root.querySelectorAll("[data-room-local]")) {
      element.hidden = !unsent;
      room.write(element.querySelector("b"), String(unsent));
    }
    announce(state, unsent);
  }

  // Read out only what has changed and lasted: not each of the hundred times that an answer travels.
  let told = "saved";
  let telling = 0;
  function announce(state, unsent) {
    clearTimeout(telling);
    if (state === "saving" || state === told) return;
    telling = setTimeout(() => {
      told = state;
      room.write(part("live"), say(state, { n: unsent }));
    }, 1000);
  }

  // ── Time ───────────────────────────────────────────────────────────────────
  const WARNINGS = [300, 60]; // seconds
  let warned = Infinity;
  function tick() {
    const left = deadline - clock.now();
    const seconds = Math.ceil(left / 1000);
    room.write(part("time"), room.asClock(left));
    part("clock").toggleAttribute("data-soon", seconds <= WARNINGS[0]);
    const due = WARNINGS.find((one) => seconds <= one && seconds > one - 30);
    if (due && due < warned) room.write(part("live"), say("left", { n: due / 60 }));
    if (due) warned = due;
    if (left > 0 && over === "time") return reopen(); // more time was granted
    if (left <= 0 && !over) return timeUp();
    return undefined;
  }

  async function timeUp() {
    stand("time");
    room.write(part("over-text"), say("timeUp"));
    await handIn();
  }

  function reopen() {
    over = "";
    paper.unlock();
    part("over").hidden = true;
  }

  // ── Handing in ─────────────────────────────────────────────────────────────
  let tryingAgain = 0;
  async function handIn() {
    if (over && over !== "time") return undefined;
    clearTimeout(tryingAgain);
    room.note(sitting, "hand-in", true);
    part("finish-wait").hidden = false;
    if (await sender.now()) {
      try {
        await call("handIn", { epoch: epoch(), saves: [] });
        return finished();
      } catch (error) {
        if (error instanceof room.Refusal && refused(error)) return undefined;
      }
    }
    if (over === "done" || over === "device") return undefined;
    // Not now: the wish is kept, and fulfilled as soon as the network is back.
    const words = over === "time" ? "timeUpLocal" : "handInLater";
    room.write(part("over-text"), say(waiting.size ? words : `${words}None`, { n: waiting.size, grace: root.dataset.grace }));
    part("over").hidden = false;
    part("over-stay").hidden = over === "time";
    tryingAgain = setTimeout(() => room.note(sitting, "hand-in") && handIn(), 3000 + Math.random() * 4000);
    return undefined;
  }

  function changeOfMind() {
    room.note(sitting, "hand-in", null);
    part("over").hidden = true;
    part("finish-wait").hidden = true;
  }

  function finished() {
    if (over === "done") return;
    over = "done";
    sender.stop();
    room.note(sitting, "hand-in", null);
    // What did not reach the server in time stays in the journal: the result page sends it, for the record.
    if (!waiting.size) journal.forget();
    location.assign(root.dataset.result);
  }

  // ── Standing still ─────────────────────────────────────────────────────────
  function stand(why) {
    if (over === "done" || over === why) return;
    over = why;
    paper.lock();
    part("over").hidden = false;
    part("over-stay").hidden = true;
    part("over-here").hidden = why === "time";
    if (why === "time") return;
    sender.stop();
    room.write(part("over-text"), say(why === "tab" ? "otherTab" : "otherDevice"));
    part("over-here").focus();
  }
  const tab = room.oneTab(sitting, { lost: () => stand("tab") });

  // ── Leaving the page ───────────────────────────────────────────────────────
  // Counted and shown, nothing more: a call or a locked screen is no fault of the candidate. Counted on coming back, so
  // that a reload is no leave; who closed the page and opened it later has left it, too.
  const RELOADED_WITHIN = 10000;
  let left = Number(root.dataset.left);
  function paintLeft() {
    part("left").hidden = !left;
    room.write(part("left"), say("timesLeft", { n: left }));
  }
  document.addEventListener("visibilitychange", () => {
    if (over) return;
    if (document.visibilityState === "hidden") {
      room.note(sitting, "left-at", Date.now());
    } else if (tab.isMine()) {
      cameBack(0);
      sender.now();
      resynchronise();
    }
  });

  function cameBack(atLeast) {
    const since = room.note(sitting, "left-at");
    room.note(sitting, "left-at", null);
    if (since === null || Date.now() - since < atLeast) return;
    left += 1;
    paintLeft();
    call("leave", {}).catch(() => {});
  }

  function resynchronise() {
    if (over && over !== "time") return;
    call("state").catch((error) => error instanceof room.Refusal && refused(error));
  }

  // ── Begin ──────────────────────────────────────────────────────────────────
  for (const form of root.querySelectorAll("[data-hand-in-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      for (const dialog of root.querySelectorAll("dialog[open]")) dialog.close();
      handIn();
    });
  }
  part("over-stay").addEventListener("click", changeOfMind);
  part("over-here").addEventListener("click", () => location.reload());
  addEventListener("beforeunload", (event) => {
    if (over || !waiting.size) return;
    event.preventDefault();
    event.returnValue = ""; // the browser asks in its own words
  });
  // A page out of the back-forward cache is an old picture: take the present one.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  room.placeSheet(root);
  root.hidden = false;
  part("storage").hidden = journal.durable;
  paintLeft();
  cameBack(RELOADED_WITHIN);
  paintSaved();
  tick();
  setInterval(tick, 500);
  setInterval(() => document.visibilityState === "visible" && resynchronise(), 25000 + Math.random() * 10000);
  sender.now();
  if (room.note(sitting, "hand-in")) handIn();
})();
