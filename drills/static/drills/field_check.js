// The evening before: can this phone be relied on in the valley? Looks, says so in words, keeps the page, and tells the
// controllers. Nothing here asks for a permission.
(async () => {
  const root = document.querySelector("[data-field-check]");
  if (!root) return;
  const field = window.DrillField;
  const find = field.find(root);
  const say = field.words(root);
  const NEEDED = 50; // megabytes: some dozens of photos
  const OFF = 30000; // milliseconds
  const LOW = 0.5; // of the battery

  const agent = navigator.userAgent;
  const NAMES = [
    ...[["MicroMessenger", /MicroMessenger\/([\d.]+)/], ["Edge", /Edg\w*\/([\d.]+)/], ["Huawei", /HuaweiBrowser\/([\d.]+)/]],
    ...[["Miui", /MiuiBrowser\/([\d.]+)/], ["Vivo", /VivoBrowser\/([\d.]+)/], ["Oppo", /HeyTapBrowser\/([\d.]+)/]],
    ...[["Quark", /Quark\/([\d.]+)/], ["UC", /UCBrowser\/([\d.]+)/], ["QQ", /MQQBrowser\/([\d.]+)/]],
    ...[["Firefox", /Firefox\/([\d.]+)/], ["Chrome", /Chrome\/([\d]+)/], ["Safari", /Version\/([\d.]+).*Safari/]],
  ];
  const browserName = () => {
    const [name, pattern] = NAMES.find(([, each]) => each.test(agent)) || ["?", null];
    return pattern ? `${name} ${pattern.exec(agent)[1]}` : name;
  };

  const clock = new field.Clock();
  const store = await field.Store.open(root.dataset.part, clock);

  // ── Each looks at one thing: [good | warn | bad, words] ────────────────────
  const looks = {
    browser() {
      if (/MicroMessenger/i.test(agent)) return ["bad", say("browserWechat")];
      const enough = window.AbortController && window.fetch && window.indexedDB && window.HTMLDialogElement;
      return enough ? ["good", say("browserGood", { name: browserName() })] : ["bad", say("browserOld")];
    },

    secure: () => (window.isSecureContext ? ["good", say("secureGood")] : ["bad", say("secureBad")]),

    async storage() {
      if (!store.persistent) return ["bad", say("storageBad")];
      const told = navigator.storage && navigator.storage.estimate ? await navigator.storage.estimate() : {};
      const free = told.quota ? Math.round((told.quota - told.usage) / 1048576) : NEEDED;
      return free < NEEDED ? ["bad", say("storageFull", { n: free })] : ["good", say("storageGood")];
    },

    async kept() {
      const also = [...find("keep-also").children].map((each) => each.dataset.address);
      const { kept, version } = await Keeper.keep("/drills/", [root.dataset.page, root.dataset.pack, ...also]);
      looks.version = kept ? version : "";
      const there = kept && window.caches && (await caches.match(new URL(root.dataset.page, location.href).href, { ignoreVary: true }));
      return there ? ["good", say("keptGood")] : ["bad", say("keptBad")];
    },

    clock() {
      if (clock.skew === null) return ["warn", say("clockUnknown")];
      const seconds = Math.round(Math.abs(clock.skew) / 1000);
      return Math.abs(clock.skew) > OFF ? ["warn", say("clockWarn", { n: seconds })] : ["good", say("clockGood")];
    },

    async battery() {
      const told = navigator.getBattery ? await navigator.getBattery() : null;
      looks.level = told ? Math.round(told.level * 100) : null;
      if (!told) return ["warn", say("batteryUnknown")];
      const low = told.level < LOW && !told.charging;
      return low ? ["warn", say("batteryWarn", { n: looks.level })] : ["good", say("batteryGood", { n: looks.level })];
    },

    async camera() {
      const devices = navigator.mediaDevices ? await navigator.mediaDevices.enumerateDevices() : [];
      // Without a secure page the camera of the file field still works, and nothing can be said about it.
      if (navigator.mediaDevices && !devices.some((device) => device.kind === "videoinput")) return ["warn", say("cameraWarn")];
      const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
      return ["good", say(formats.includes("qr_code") ? "cameraGood" : "cameraPhotos")];
    },
  };

  function write(name, [state, text]) {
    const line = root.querySelector(`[data-check=${name}]`);
    line.dataset.state = state === "good" ? "good" : "bad";
    field.write(line.querySelector("[data-found]"), text);
    return state;
  }

  async function heard() {
    try {
      const { told, took } = await field.ask(root.dataset.poll);
      clock.heard(Date.parse(told.server_time), took);
      await store.note("skew", clock.skew);
      return true;
    } catch (error) {
      if (error.status === 404) field.write(find("told"), say("dead"));
      return false;
    }
  }

  async function look() {
    find("verdict").dataset.state = "busy";
    await heard();
    const checks = {};
    for (const name of ["browser", "secure", "storage", "kept", "clock", "battery", "camera"]) {
      let found = ["warn", ""];
      try {
        found = await looks[name]();
      } catch (refused) {
        found = [["storage", "kept"].includes(name) ? "bad" : "warn", ""];
      }
      checks[name] = write(name, found);
    }
    const fit = ["browser", "secure", "storage", "kept"].every((name) => checks[name] === "good");
    find("verdict").dataset.state = fit ? "fit" : "unfit";
    field.write(find("verdict-word"), say(fit ? "fit" : "unfit"));
    field.write(find("verdict-text"), say(fit ? "fitText" : "unfitText"));
    await tell(checks);
  }

  async function tell(checks) {
    const report = {
      device: store.device,
      pack: looks.version || "",
      skew_ms: clock.skew === null ? 0 : clock.skew,
      waiting: store.waiting,
      checks,
      battery: looks.level === undefined ? null : looks.level,
      browser: browserName(),
    };
    const body = JSON.stringify(report);
    try {
      const headers = { "Content-Type": "application/json" };
      const { told } = await field.ask(root.dataset.ready, { method: "POST", headers, body });
      field.write(find("told"), say("told", { time: field.hour(Date.parse(told.server_time)) }));
    } catch (error) {
      field.write(find("told"), say(error.status === 404 ? "dead" : "untold"));
    }
  }

  find("again").addEventListener("click", field.once(look));
  look();
})();
