// Has this page (and `more` addresses) kept on the device for the time without network, by the worker of the room
// `home` ("/drills/"; ui/offline.py). `Keeper.keep(home)` says what came of it: {kept: true, version} or {kept: false,
// why: "elsewhere" | "insecure" | "unsupported" | "failed"}.
(() => {
  const PATIENCE = 15000; // milliseconds

  const needed = () => {
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const named = [...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((each) => each.src || each.href);
    return [...new Set([location.href.split("#")[0], ...named, ...loaded])];
  };

  const told = (worker, message) =>
    new Promise((resolve, reject) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data);
      setTimeout(() => reject(new Error("too slow")), PATIENCE);
      worker.postMessage(message, [channel.port2]);
    });

  const keep = async (home, more = []) => {
    if (!location.pathname.startsWith(home)) return { kept: false, why: "elsewhere" }; // a worker governs one language
    if (!window.isSecureContext) return { kept: false, why: "insecure" };
    if (!("serviceWorker" in navigator)) return { kept: false, why: "unsupported" };
    try {
      await navigator.serviceWorker.register(`${home}sw.js`, { scope: home });
      const { active } = await navigator.serviceWorker.ready;
      return await told(active, { keep: [...new Set([...needed(), ...more])] });
    } catch (error) {
      return { kept: false, why: "failed" };
    }
  };

  window.Keeper = { keep };
})();
