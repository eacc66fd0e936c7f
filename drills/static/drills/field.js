// A role card's page in the field: everything works without network, and everything done is kept on the phone first.
(async () => {
  const root = document.querySelector("[data-field]");
  if (!root) return;
  const field = window.DrillField;
  const find = field.find(root);
  const say = field.words(root);
  const { part, role } = root.dataset;
  const words = JSON.parse(document.getElementById("field-words").textContent);
  const LIVE = ["running", "paused"];
  const BEFORE = ["approved", "ready"];
  const STALE = 90000; // milliseconds without hearing the server
  const PACK_EVERY = 120000;

  const clock = new field.Clock();
  const store = await field.Store.open(part, clock);
  clock.recall(store.recall("skew"));
  const sound = new field.Sound();
  let poll = store.recall("poll") || { state: root.dataset.state, clock: null, items: [], stop: null, mine: {} };
  let pack = store.recall("pack") || {};

  // ── The drill's clock ──────────────────────────────────────────────────────
  const drill = {
    begun: () => Boolean(poll.clock && poll.clock.started_at),
    seconds: () => field.drillSeconds(poll.clock, clock.now()),
    // From its approval until its papers are closed somebody may have something to say.
    takes: () => [...BEFORE, ...LIVE].includes(poll.state),
    // As the clock stood at an earlier moment of the server's; a pause in between is not known here.
    at: (moment) => {
      if (!drill.begun()) return "";
      const since = poll.clock.running ? (clock.now() - moment) / 1000 : 0;
      return field.span(drill.seconds() - since);
    },
  };

  const live = (text) => field.write(find("live"), text);

  // ── The faces ──────────────────────────────────────────────────────────────
  const wire = new field.Wire({
    store,
    clock,
    urls: root.dataset,
    pack: store.recall("version") || "",
    polled: (told) => take(told, true),
    changed: paint,
  });
  const badge = (name) => (number) => {
    const element = root.querySelector(`[data-tab=${name}] [data-badge]`);
    field.write(element, number > 0 ? String(number) : "");
    field.show(element, number > 0);
  };
  const face = (name) => root.querySelector(`[data-face=${name}]`);
  const common = { root, store, clock, sound, say, live, drill };
  const made = {};
  const make = (name, Face, more = {}) => {
    if (face(name)) made[name] = new Face(face(name), { ...common, badge: badge(name), ...more });
  };
  make("notes", field.Notes, { items: () => pack.evaluation || [], drillTime: drill.at });
  make("messages", field.Messages);
  make("control", field.Control);
  make("sign_in", field.SignIn);
  make("scores", field.Scores, { notes: () => store.all("observation") });
  make("expected", field.Expected);
  const red = new field.Red(root, {
    ...common,
    alarm: () => sound.alarm(),
    live: () => live(say(LIVE.includes(poll.state) ? "again" : "over")),
  });
  const faces = Object.values(made);

  store.changed = () => {
    paint();
    wire.now();
  };

  // ── News ───────────────────────────────────────────────────────────────────
  function take(told, fresh) {
    poll = told;
    if (fresh) {
      store.note("poll", told);
      store.note("skew", clock.skew);
    }
    for (const one of faces) if (one.polled) one.polled(poll, fresh);
    red.polled(poll, fresh);
    paint();
  }

  let packedAt = 0;
  async function fetchPack() {
    if (Date.now() - packedAt < PACK_EVERY) return;
    packedAt = Date.now();
    try {
      const { told } = await field.ask(root.dataset.pack);
      pack = told;
      await store.note("pack", told);
      await store.learn(told.mine);
      unpack();
    } catch (unreachable) {
      packedAt = 0; // what is kept serves until the next time
    }
  }

  function unpack() {
    for (const one of faces) if (one.packed) one.packed(pack);
    paint();
  }

  // ── Being there ────────────────────────────────────────────────────────────
  const alone = root.querySelectorAll("[data-face]").length === 1;
  const ownSign = () => store.all("checkin").find((act) => String(act.payload.part) === part);
  const ownHeads = () => store.all("headcount").filter((act) => String(act.payload.part) === part).pop();

  function paintArrival() {
    const arrival = find("arrival");
    field.show(arrival, drill.takes());
    if (root.dataset.group) {
      const heads = ownHeads();
      arrived(heads && say("counted", { n: heads.payload.count, time: field.hour(heads.at) }));
      return;
    }
    const here = ownSign();
    const at = here ? here.at : poll.mine && poll.mine.signed_in_at && Date.parse(poll.mine.signed_in_at);
    field.show(find("arrive"), !at);
    // One thing at a time is the first thing to do: a message that waits for its answer comes before the sign-in.
    find("arrive").classList.toggle("btn-primary", alone && !root.querySelector("[data-ack]:not([hidden])"));
    arrived(at && say(here && here.state === "waiting" ? "hereWaiting" : "here", { time: field.hour(at) }));
  }

  function arrived(text) {
    field.show(find("arrived"), Boolean(text));
    if (text) field.write(find("arrived").querySelector("span"), text);
  }

  if (root.dataset.group) {
    field.onHeads(find("own-heads"), async (counted) => {
      await store.act("headcount", { payload: { part: Number(part), ...counted } });
    });
  } else {
    find("arrive").addEventListener("click", field.once(async () => {
      if (ownSign()) return;
      await store.act("checkin", { payload: { part: Number(part), how: "qr" } });
    }));
  }

  // ── Tabs ───────────────────────────────────────────────────────────────────
  const tabs = [...root.querySelectorAll("[data-tab]")];
  function turnTo(tab) {
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      face(each.dataset.tab).hidden = !chosen;
    }
    store.note("tab", tab.dataset.tab);
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => turnTo(tab));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
      turnTo(next);
      next.focus();
    });
  }
  if (tabs.length) turnTo(tabs.find((tab) => tab.dataset.tab === store.recall("tab")) || tabs[0]);

  // ── What has not been sent ─────────────────────────────────────────────────
  const nameOf = (pk) => ((pack.people || []).find((person) => person.pk === pk) || {}).name || "";
  const told = ({ payload }) =>
    [payload.text || payload.title, payload.reason, String(payload.part) === part ? "" : nameOf(payload.part), payload.count]
      .filter((word) => word || word === 0)
      .join(" · ");

  function paintUnsent() {
    const waiting = [...store.unsent.keys()].map((uid) => store.done.get(uid)).filter(Boolean);
    const photos = [...store.pictures].filter((uid) => !store.unsent.has(uid)).map((uid) => store.done.get(uid)).filter(Boolean);
    const rows = [...store.refused(), ...waiting, ...photos];
    field.show(find("unsent-none"), !rows.length);
    field.fill(root.querySelector("#unsent [data-unsent]"), find("unsent-row"), rows, (act) => act.uid, (row, act) => {
      const inside = field.find(row);
      const refused = act.state === "refused";
      field.write(inside("when"), field.hour(act.at));
      field.write(inside("kind"), words.kinds[act.kind] || act.kind);
      field.write(inside("fate"), refused ? `${say("notTaken")}：${words.reasons[act.reason] || act.reason}` : say("kept"));
      row.dataset.stands = refused ? "refused" : "";
      field.write(inside("text"), told(act));
      field.show(inside("seen"), refused);
      if (row.dataset.listens) return;
      row.dataset.listens = "1";
      inside("seen").addEventListener("click", async () => {
        await store.seen(act.uid);
        paint();
      });
    });
  }
  root.querySelector("[data-send-now]").addEventListener("click", () => wire.now());

  // ── The head of the page ───────────────────────────────────────────────────
  function paintClock() {
    field.write(find("time"), drill.begun() ? field.span(drill.seconds()) : "00:00:00");
    const state = (poll.clock && poll.clock.state) || "waiting";
    field.write(find("clock-state"), say(state));
    root.dataset.clock = state;
    const silent = clock.silence();
    const stale = silent > STALE;
    const words = silent === Infinity ? say("unheard") : say("stale", { n: Math.round(silent / 60000) });
    field.write(find("stale"), stale ? words : "");
  }

  function paintNet() {
    const refused = store.refused().length;
    const net = find("net");
    net.dataset.net = refused ? "refused" : wire.online ? "on" : "off";
    field.write(find("net-word"), say(wire.online ? "online" : "offline"));
    const waiting = store.waiting;
    const word = waiting ? say("unsent", { n: waiting }) : say("allSent");
    field.write(find("net-unsent"), refused ? `${say("notTaken")} ${refused}` : word);
  }

  const OVER = ["ended", "evaluating", "reported", "improving", "closed", "archived", "aborted", "cancelled"];
  function paint() {
    paintNet();
    paintClock();
    paintArrival();
    paintUnsent();
    field.show(find("volatile"), !store.persistent);
    field.show(find("dead"), wire.dead);
    field.show(find("shut"), wire.shut);
    field.show(find("over"), OVER.includes(poll.state));
    field.write(find("over-text"), say(poll.state === "aborted" ? "aborted" : "over"));
    for (const one of faces) one.paint();
    red.paint();
  }

  // ── Begin ──────────────────────────────────────────────────────────────────
  field.oneTab(part, () => {
    field.show(find("elsewhere"), true);
    for (const each of root.querySelectorAll("[data-face], [data-arrival], .field-tabs")) each.setAttribute("inert", "");
    root.querySelector("[data-note]") && (root.querySelector("[data-note]").disabled = true);
  });
  find("here").addEventListener("click", () => location.reload());
  document.addEventListener("outbox-volatile", paint);
  addEventListener("beforeunload", (event) => {
    if (store.persistent || !store.waiting) return;
    event.preventDefault();
    event.returnValue = ""; // the browser asks in its own words
  });
  field.show(find("insecure"), !window.isSecureContext);

  root.hidden = false;
  take(poll, false);
  unpack();
  setInterval(() => {
    paintClock();
    if (made.control) made.control.paint();
  }, 500);
  wire.now();
  await fetchPack();
  setInterval(() => document.visibilityState === "visible" && fetchPack(), 30000);
  const kept = await Keeper.keep("/drills/");
  if (kept.kept) {
    wire.pack = kept.version;
    store.note("version", kept.version);
  }
  field.show(find("offline-good"), kept.kept && store.persistent);
})();
