// One tab has the page of a part: the one opened last. Two would number their events alike.
(() => {
  const field = (window.DrillField = window.DrillField || {});

  field.oneTab = (name, lost) => {
    const key = `drill-tab/${name}`;
    const me = Outbox.uuid();
    const channel = "BroadcastChannel" in window ? new BroadcastChannel(key) : null;
    if (channel) channel.onmessage = (event) => event.data !== me && lost();
    addEventListener("storage", (event) => event.key === key && event.newValue && event.newValue !== me && lost());
    try {
      localStorage.setItem(key, me);
    } catch (refused) {
      // The channel alone tells the others then.
    }
    if (channel) channel.postMessage(me);
  };
})();
