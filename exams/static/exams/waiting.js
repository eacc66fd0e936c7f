// The waiting room: counts down to the opening by the server's clock, looks at clock, storage and network, and opens by
// itself without asking the server: ten thousand phones must not knock in the same second.
(async () => {
  const root = document.querySelector("[data-waiting]");
  if (!root) return;
  const room = window.examRoom;
  const say = room.words(root);
  const part = (name) => root.querySelector(`[data-waiting-${name}]`);
  const clock = new room.ServerClock(Number(root.dataset.now));
  const opens = Number(root.dataset.opens);
  const JITTER = 300 + Math.random() * 2000; // never before the server's own clock says so
  const OFF_BY = 120000; // milliseconds that a phone's clock may be wrong before we mention it

  function tick() {
    const left = opens + JITTER - clock.now();
    if (left > 0) {
      const days = Math.floor(left / 86400000);
      room.write(part("left"), days ? say(days > 1 ? "days" : "day", { n: days }) : room.asClock(left));
      return;
    }
    clearInterval(timer);
    part("countdown").hidden = true;
    part("start").hidden = false;
    room.write(part("live"), say("open"));
  }

  function verdict(name, good, text) {
    const line = part(name);
    line.dataset.state = good ? "good" : "bad";
    room.write(line.querySelector("[data-verdict]"), text);
  }

  async function checkStorage() {
    const journal = await room.openJournal(0);
    verdict("storage", journal.durable, say(journal.durable ? "storageGood" : "storageBad"));
  }

  async function checkNetwork() {
    try {
      const { reply, took } = await room.ask(root.dataset.clock);
      clock.heard(Date.parse(reply.server_time), took);
      verdict("network", true, say("networkGood", { n: Math.round(took) }));
    } catch (unreachable) {
      verdict("network", false, say("networkBad"));
    }
    const off = Math.abs(Date.now() - clock.now());
    verdict("clock", true, off > OFF_BY ? say("clockOff", { n: Math.round(off / 60000) }) : say("clockGood"));
  }

  const timer = part("start") ? setInterval(tick, 500) : 0; // an exam that runs already waits for nothing
  if (timer) tick();
  checkStorage();
  checkNetwork();
  addEventListener("online", checkNetwork);
  addEventListener("offline", () => verdict("network", false, say("networkBad")));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  setInterval(checkNetwork, 45000 + Math.random() * 30000);
})();
